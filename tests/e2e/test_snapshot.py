"""``greenshift twin snapshot|restore``: a twin outlives its process, and goes on as if nothing had been."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.people.shell import Shell
from support.stacks.example import Example

from greenshift.twin.machine import process

SPEED = 300


@pytest.fixture
def payments(tmp_path: Path) -> Iterator[Example]:
    example = Example("payments", tmp_path / "payments")
    # Nobody calls in between, and a release need not wait for it.
    settings = "config:\n  greenshift:shift.whenNobodyCalls: proceed\n"
    (example.shell.directory / "Pulumi.local.yaml").write_text(settings)
    example.shell.commit("Go on")
    yield example
    process.stop(example.shell.home)


def told(shell: Shell) -> dict[str, Any]:
    """What people read of the stack and its releases, but for the moment it was read at."""
    found = {
        command: shell.greenshift(*command.split(), "--json").json
        for command in ("status", "history", "show", "state list")
    }
    del found["status"]["at"]
    twin = shell.greenshift("twin", "status", "--json").json
    return {**found, **{name: twin[name] for name in ("instance", "endpoint", "resources", "repositories")}}


def again(shell: Shell, file: str) -> None:
    shell.greenshift("twin", "stop")
    shell.greenshift("twin", "restore", file)


def test_a_stack_outlives_its_twin_and_goes_on_to_its_end(payments: Example) -> None:
    shell = payments.shell
    payments.up(SPEED)
    assert payments.release()["status"] == "SUCCEEDED"
    before, live = told(shell), payments.live()

    written = shell.greenshift("twin", "snapshot", "s.twin", "--json").json
    assert written["counts"] == {service: len(names) for service, names in before["resources"].items()}
    stopped_at = shell.greenshift("twin", "status", "--json").json["time"]
    again(shell, "s.twin")

    assert told(shell) == before
    assert shell.greenshift("twin", "status", "--json").json["time"] >= written["time"]
    assert stopped_at >= written["time"]
    nothing_is_to_be_changed(shell)
    answers = shell.greenshift("traffic", "--duration", "3s", "--json").json
    assert answers["sent"] > 0 and answers["unanswered"] == []
    assert all(each["failed"] == 0 for each in answers["versions"])

    # A release begins with what is live, and a rollback finds what was.
    shell.git("apply", "releases/v2.patch")
    shell.commit("Lower the fee")
    assert payments.release()["status"] == "SUCCEEDED"
    assert payments.live() != live
    again_after(shell, payments, live)
    payments.leaves_nothing()


def again_after(shell: Shell, payments: Example, live: dict[str, str]) -> None:
    """Through a second file; what was deleted since is there again, with the state of it."""
    shell.greenshift("twin", "snapshot", "later.twin")
    shell.greenshift("destroy", "--yes")
    again(shell, "later.twin")
    assert shell.greenshift("rollback", "--yes", "--why", "the fee", "--json").json["status"] == "SUCCEEDED"
    assert payments.live() == live
    nothing_is_to_be_changed(shell)


def nothing_is_to_be_changed(shell: Shell) -> None:
    changes = shell.greenshift("preview", "--json").json["changes"]
    assert changes.keys() == {"same"}


def test_a_release_under_way_is_named_and_hinders_a_snapshot(payments: Example) -> None:
    shell = payments.shell
    payments.up(60)
    refused = shell.greenshift("twin", "snapshot", "s.twin", "--wait", "0", ok=False)

    assert refused.code == 1
    assert "payments-local/" in refused.err or "build payments-local" in refused.err, refused.err
    assert "greenshift status" in refused.err
    assert not list(shell.directory.glob("*s.twin*"))


def test_what_cannot_be_restored_is_refused_in_words_and_starts_nothing(shell: Shell) -> None:
    assert shell.greenshift("twin", "snapshot", "a.twin", ok=False).code == 1  # no twin is running
    shell.greenshift("twin", "start")
    assert shell.greenshift("twin", "snapshot", "nowhere/a.twin", ok=False).code == 2
    shell.greenshift("twin", "snapshot", "a.twin")
    running = shell.greenshift("twin", "restore", "a.twin", ok=False)
    assert running.code == 2 and "already runs" in running.err
    shell.greenshift("twin", "stop")

    (shell.directory / "text.twin").write_text("cos\nsystem\n(S'touch ran'\ntR.")
    for name, changed in (("older.twin", {"format": 0}), ("other.twin", {"greenshift": "0.0.1"})):
        rewritten(shell.directory / "a.twin", shell.directory / name, changed)
    for name, words in (
        ("text.twin", "no snapshot of a twin"), ("none.twin", "cannot be restored"),
        ("older.twin", "an older format"), ("other.twin", "written with greenshift 0.0.1"),
    ):  # fmt: skip
        refused = shell.greenshift("twin", "restore", name, ok=False)
        assert refused.code == 2
        assert words in refused.err, refused.err
    assert not (shell.directory / "ran").exists()
    assert shell.greenshift("twin", "status", ok=False).code == 1

    started = shell.greenshift("twin", "restore", "a.twin", "--port", "0", "--speed", "7", "--json").json
    assert (started["counts"], started["speed"]) == ({}, 7.0)


def rewritten(source: Path, target: Path, changed: dict[str, Any]) -> None:
    with zipfile.ZipFile(source) as found, zipfile.ZipFile(target, "w") as other:
        for name in found.namelist():
            content = found.read(name)
            if name == "manifest.json":
                content = json.dumps({**json.loads(content), **changed}).encode()
            other.writestr(name, content)
