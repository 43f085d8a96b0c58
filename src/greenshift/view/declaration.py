"""The pipeline as it is declared: read once, and again when its version has grown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class DeclaredAction:
    stage: str
    name: str
    category: str
    provider: str
    configuration: Mapping[str, str]


@dataclass(frozen=True)
class Declaration:
    """Stages with their actions, in the pipeline's order."""

    version: int
    mode: str
    """SUPERSEDED, QUEUED or PARALLEL."""
    stages: tuple[tuple[str, tuple[DeclaredAction, ...]], ...]

    @property
    def names(self) -> list[tuple[str, list[str]]]:
        """Each stage with the names of its actions."""
        return [(stage, [action.name for action in actions]) for stage, actions in self.stages]

    def actions(self) -> Iterator[DeclaredAction]:
        for _, actions in self.stages:
            yield from actions

    def category(self, stage: str, action: str) -> str:
        return next((a.category for a in self.actions() if (a.stage, a.name) == (stage, action)), "")

    def configured(self, key: str) -> str:
        """The first value any action's configuration has for a key; empty for none."""
        return next((a.configuration[key] for a in self.actions() if a.configuration.get(key)), "")

    @property
    def connection_arn(self) -> str:
        return self.configured("ConnectionArn")

    @property
    def build_project(self) -> str:
        return self.configured("ProjectName")

    @property
    def controller(self) -> str:
        """The function that publishes and shifts."""
        return self.configured("FunctionName")


def read_declaration(client: Any, pipeline: str) -> Declaration:
    found = client.get_pipeline(name=pipeline)["pipeline"]
    return Declaration(
        version=int(found.get("version", 0)),
        mode=str(found.get("executionMode", "SUPERSEDED")),
        stages=tuple(
            (stage["name"], tuple(_action(stage["name"], action) for action in stage["actions"]))
            for stage in found["stages"]
        ),
    )


def _action(stage: str, action: dict[str, Any]) -> DeclaredAction:
    kind = action.get("actionTypeId", {})
    return DeclaredAction(
        stage,
        action["name"],
        str(kind.get("category", "")),
        str(kind.get("provider", "")),
        action.get("configuration", {}),
    )
