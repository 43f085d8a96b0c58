"""A program in a folder of its own, and the engine with the real pack in front of it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from greenshift.engine import Diagnostic, Engine, Event, PolicyPack, Program, StateFile, Target
from greenshift.guardrails import location
from greenshift.testing import RunningTwin


@dataclass
class Guarded:
    """One program, run by our engine with the guardrails."""

    twin: RunningTwin
    directory: Path
    levels: Mapping[str, str] = field(default_factory=dict)
    config: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    on_event: Callable[[Event], None] = lambda event: None

    def program(self, text: str) -> None:
        head = "import json, pulumi, pulumi_aws as aws\n"
        (self.directory / "__main__.py").write_text(head + textwrap.dedent(text))

    def own_rule(self, text: str) -> None:
        (self.directory / "guardrails").mkdir(exist_ok=True)
        (self.directory / "guardrails" / "own.py").write_text(textwrap.dedent(text))

    def engine(self) -> Engine:
        self.events.clear()

        def listen(event: Event) -> None:
            self.events.append(event)
            self.on_event(event)

        config = {**self.config, "greenshift:guardrails": json.dumps(dict(self.levels))}
        return Engine(
            Program(self.directory, "shop", "local", config),
            Target(self.twin.endpoint, self.twin.region, "instance-1"),
            StateFile(self.directory / "state" / "local.json"),
            listen,
            "passphrase",
            pack=self._pack(),
        )

    @property
    def memory(self) -> Path:
        """What the pack found in order."""
        return self.directory / "state" / "local.judged"

    def _pack(self) -> PolicyPack:
        basis = location.basis(self.directory)
        environment = location.environment(self.directory)
        return PolicyPack(location.DIRECTORY, environment, self.memory if basis else None, basis)

    @property
    def warnings(self) -> list[str]:
        return [event.message for event in self.events if isinstance(event, Diagnostic)]

    @property
    def warning_heads(self) -> list[str]:
        """The first line of each: resource and rule."""
        return [message.splitlines()[0] for message in self.warnings if message]


def packs_of(directory: Path) -> list[str]:
    """Processes of a pack that was started for the program in this folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            is_pack = b"guardrails/__main__.py" in (process / "cmdline").read_bytes()
            if is_pack and str(directory).encode() in (process / "environ").read_bytes():
                found.append(process.name)
        except OSError:
            continue
    return found
