"""Stands in for the Pulumi CLI: the part of its command line that the Automation API speaks.

Written from the SDK's own source: which commands it runs, which JSON it reads back, and how it receives
engine events (a file of JSON lines up to CLI 3.205, gRPC after it). What it answers stands in
``fake-pulumi.json`` in the project's directory; each call is noted in ``fake-pulumi.calls``.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.programs import command_line
from support.pulumi import event_log

FAILED = 255  # what the real one ends with
ANSWERS = "fake-pulumi.json"
CALLS = "fake-pulumi.calls"


@dataclass
class FakePulumi:
    """A ``pulumi`` on PATH for one project: say how it answers, then see how it was called."""

    project: Path
    folder: Path
    answers: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def install(cls, project: Path, folder: Path) -> FakePulumi:
        folder.mkdir(parents=True, exist_ok=True)
        script = folder / "pulumi"
        script.write_text(f'#!/bin/sh\nexec {command_line("pulumi.fake_pulumi")} "$@"\n')
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
        fake = cls(project, folder)
        fake.answer(version="v3.207.0", stacks=["prod"], events=[], outputs={}, secret_outputs=[])
        return fake

    @property
    def path(self) -> str:
        """A PATH on which this one comes first."""
        return os.pathsep.join((str(self.folder), os.environ["PATH"]))

    def answer(self, **answers: Any) -> None:
        self.answers.update(answers)
        (self.project / ANSWERS).write_text(json.dumps(self.answers))

    @property
    def calls(self) -> list[list[str]]:
        file = self.project / CALLS
        return (
            [json.loads(line)["arguments"] for line in file.read_text().splitlines()] if file.exists() else []
        )

    @property
    def commands(self) -> list[str]:
        return [" ".join(word for word in call[1:3] if not word.startswith("-")) for call in self.calls]

    def environment_of(self, command: str) -> dict[str, str]:
        notes = map(json.loads, (self.project / CALLS).read_text().splitlines())
        return next(note["environment"] for note in notes if command in note["arguments"])

    @property
    def interrupts(self) -> int:
        file = self.project / "fake-pulumi.interrupts"
        return len(file.read_text()) if file.exists() else 0


def main(arguments: list[str]) -> int:
    if arguments == ["version"]:  # asked before the project's directory is known
        print(os.environ.get("FAKE_PULUMI_VERSION", "v3.207.0"))
        return 0
    _note(arguments)
    answers = json.loads(Path(ANSWERS).read_text())
    if message := answers.get("refuses"):
        return _fail(message)
    match arguments:
        case ["--non-interactive", "stack", "select", "--stack", name]:
            return 0 if name in answers["stacks"] else _fail(f"no stack named '{name}' found")
        case ["--non-interactive", "stack", "init", name]:
            return 0
        case ["--non-interactive", "stack", "output", "--json", *rest]:
            print(json.dumps(_outputs(answers, shown="--show-secrets" in rest)))
            return 0
        case ["--non-interactive", "stack", "export", *_]:
            print(json.dumps({"version": 3, "deployment": {"resources": answers.get("resources", [])}}))
            return 0
        case ["--non-interactive", "stack", "history", "--json", *_]:
            print(json.dumps([event_log.UPDATE]))
            return 0
        case ["--non-interactive", "preview" | "up" | "destroy" | "refresh", *rest]:
            return _update_stack(answers, rest)
    return _fail(f"unknown command {arguments}")


def _note(arguments: list[str]) -> None:
    told = ("PATH", "MY_RULES")
    environment = {k: v for k, v in os.environ.items() if k in told or k.startswith("PULUMI_")}
    with Path(CALLS).open("a") as file:
        file.write(json.dumps({"arguments": arguments, "environment": environment}) + "\n")


def _fail(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return FAILED


def _outputs(answers: dict[str, Any], *, shown: bool) -> dict[str, Any]:
    hidden = set() if shown else set(answers["secret_outputs"])
    return {name: "[secret]" if name in hidden else value for name, value in answers["outputs"].items()}


class _Cancelled(Exception):
    pass


def _update_stack(answers: dict[str, Any], rest: list[str]) -> int:
    def on_interrupt(number: int, frame: object) -> None:
        with Path("fake-pulumi.interrupts").open("a") as file:
            file.write("x")
        raise _Cancelled

    signal.signal(signal.SIGINT, on_interrupt)
    log = rest[rest.index("--event-log") + 1]
    event_log.send(log, _events(answers))
    if answers.get("cancelled"):
        return _fail("update cancelled")
    return _fail(answers["fails"]) if answers.get("fails") else 0


def _events(answers: dict[str, Any]) -> Iterator[str]:
    """Each event as Pulumi writes it; ``waits`` holds the update open until it is cancelled."""
    try:
        for number, event in enumerate(answers["events"]):
            yield json.dumps({"sequence": number, "timestamp": 1_800_000_000 + number, **event})
        if answers.get("waits"):
            Path("fake-pulumi.waiting").touch()
            time.sleep(60)
    except _Cancelled:
        answers["cancelled"] = True
    yield json.dumps({"sequence": 10_000, "timestamp": 1_800_000_100, "cancelEvent": {}})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
