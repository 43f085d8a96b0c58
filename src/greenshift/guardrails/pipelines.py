"""The actions of a pipeline, with their configuration."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.guardrails.resources import Inputs, Resource


@dataclass(frozen=True)
class Action:
    stage: str
    name: str
    owner: str
    provider: str
    configuration: Inputs

    @property
    def label(self) -> str:
        return f"action {self.stage}/{self.name}"

    @property
    def is_github_oauth(self) -> bool:
        """GitHub "version 1": CodePipeline holds a token of a person."""
        return (self.owner, self.provider) == ("ThirdParty", "GitHub")


def actions(pipeline: Resource) -> Iterator[Action]:
    for stage in pipeline.inputs.items("stages"):
        for action in stage.items("actions"):
            yield Action(
                stage.text("name") or "?",
                action.text("name") or "?",
                action.text("owner") or "",
                action.text("provider") or "",
                action.item("configuration"),
            )
