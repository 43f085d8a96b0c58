"""A project on disk made from nothing but its settings, and its stack on a twin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from greenshift.engine import Diagnostic, Engine, Event, Program, Result, StateFile, Target
from greenshift.engine.aws.calls import Credentials
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.testing import RunningTwin

PROGRAM = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
INSTANCE = "instance-1"
PASSPHRASE = "correct horse"


@dataclass
class ProjectStack:
    """One project on disk and its stack on a twin."""

    twin: RunningTwin
    root: Path
    config: Mapping[str, Any]
    secret_keys: frozenset[str] = frozenset()
    project: str = "shop"
    events: list[Event] = field(default_factory=list)
    credentials: Credentials | None = None
    """Whose deployment it is; nobody's may everything."""

    def __post_init__(self) -> None:
        (self.root / "__main__.py").write_text(PROGRAM)
        (self.root / "Pulumi.yaml").write_text(f"name: {self.project}\nruntime: python\n")
        self._write_functions()

    def change(self, config: Mapping[str, Any]) -> None:
        """Other settings, from the next deployment on."""
        self.config = config
        self._write_functions()

    def _write_functions(self) -> None:
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
            Target(self.twin.endpoint, self.twin.region, INSTANCE),
            StateFile(self.root / "state.json"),
            self.events.append,
            PASSPHRASE,
            provider=AwsProvider(self.twin.endpoint, self.twin.region, credentials=self.credentials),
        )

    def up(self, environment: Mapping[str, str] | None = None) -> Result:
        return self.engine(environment).up()

    def resources(self) -> list[ResourceState]:
        """What the state holds, secrets opened."""
        return list(StateFile(self.root / "state.json").read(INSTANCE, PASSPHRASE).resources.values())

    @property
    def warnings(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Diagnostic)]

    def name(self, suffix: str = "") -> str:
        return f"{self.project}-local{suffix}"

    @property
    def bucket(self) -> str:
        return f"{self.name('-artifacts-')}{self.twin.account}-{self.twin.region}"
