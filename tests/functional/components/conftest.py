"""A whole pipeline, deployed by the engine onto a twin from nothing but its settings."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine import Diagnostic, Engine, Event, Program, Result, StateFile, Target
from greenshift.testing import RunningTwin

PROGRAM = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"


@dataclass
class Deployed:
    """One project on disk and its stack on a twin."""

    twin: RunningTwin
    root: Path
    config: Mapping[str, Any]
    secret_keys: frozenset[str] = frozenset()
    project: str = "shop"
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.root / "__main__.py").write_text(PROGRAM)
        (self.root / "Pulumi.yaml").write_text(f"name: {self.project}\nruntime: python\n")
        for key in self.config["functions"]:
            folder = self.root / "functions" / key
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "handler.py").write_text("def handler(event, context):\n    return 1\n")

    def engine(self, environment: Mapping[str, str] | None = None) -> Engine:
        texts = {
            f"greenshift:{key}": value if isinstance(value, str) else json.dumps(value)
            for key, value in self.config.items()
        }
        return Engine(
            Program(self.root, self.project, "local", texts, self.secret_keys, environment or {}),
            Target(self.twin.endpoint, self.twin.region, "instance-1"),
            StateFile(self.root / "state.json"),
            self.events.append,
            "correct horse",
        )

    def up(self, environment: Mapping[str, str] | None = None) -> Result:
        return self.engine(environment).up()

    @property
    def warnings(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Diagnostic)]

    def name(self, suffix: str = "") -> str:
        return f"{self.project}-local{suffix}"

    @property
    def bucket(self) -> str:
        return f"{self.name('-artifacts-')}{self.twin.account}-{self.twin.region}"


@pytest.fixture(scope="module")
def deployed(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Deployed]:
    """Makes a project of Python functions; nothing is deployed before its ``up``."""

    def build(config: Mapping[str, Any], **more: Any) -> Deployed:
        return Deployed(twin, tmp_path_factory.mktemp("project"), config, **more)

    return build
