"""A stack in a temporary folder: write a program, run the engine on it, look at what it said and did."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from greenshift.engine import Engine, Event, Program, Result, StateFile, Target
from greenshift.engine.provider import Provider
from greenshift.testing import RunningTwin

PASSPHRASE = "correct horse"


@dataclass
class Stack:
    """One program and its state."""

    twin: RunningTwin
    directory: Path
    name: str = "local"
    config: dict[str, str] = field(default_factory=dict)
    secret_keys: frozenset[str] = frozenset()
    instance: str = "instance-1"
    stand_ins: bool = False
    events: list[Event] = field(default_factory=list)
    listener: Callable[[Event], None] = lambda event: None

    @property
    def state_path(self) -> Path:
        return self.directory / "state" / f"{self.name}.json"

    def program(self, text: str) -> None:
        head = "import json, pulumi, pulumi_aws as aws\n"
        (self.directory / "__main__.py").write_text(head + textwrap.dedent(text))

    def engine(
        self, *, environment: Mapping[str, str] | None = None, provider: Provider | None = None
    ) -> Engine:
        self.events.clear()

        def on_event(event: Event) -> None:
            self.events.append(event)
            self.listener(event)

        return Engine(
            Program(self.directory, "shop", self.name, self.config, self.secret_keys, environment or {}),
            Target(self.twin.endpoint, self.twin.region, self.instance),
            StateFile(self.state_path),
            on_event,
            PASSPHRASE,
            provider=provider,
            stand_ins=self.stand_ins,
        )

    def up(self) -> Result:
        return self.engine().up()

    def preview(self) -> Result:
        return self.engine().preview()

    def destroy(self) -> Result:
        return self.engine().destroy()


@pytest.fixture
def stack(twin: RunningTwin, tmp_path: Path) -> Stack:
    return Stack(twin, tmp_path)
