"""A state that cannot be read or written: one clear error, nothing taken for empty, nothing made worse."""

from __future__ import annotations

import json
import resource as limits
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine.properties import wire
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.journal import Journal
from greenshift.engine.state.statefile import StateFile
from greenshift.errors import EngineError


def resource(name: str, **values: Any) -> ResourceState:
    urn = f"urn:pulumi:s::p::aws:x/y:Y::{name}"
    return ResourceState(**{"urn": urn, "type": "aws:x/y:Y", "custom": True, "id": name, **values})


@pytest.fixture
def file(tmp_path: Path) -> StateFile:
    found = StateFile(tmp_path / "dev.json")
    with found.opened("i1", "pw") as journal:
        journal.put(resource("a", inputs={"size": 1}))
        journal.put(resource("b"))
    return found


def journal_of(file: StateFile) -> Path:
    return file.path.with_name("dev.json.journal")


@pytest.fixture
def killed(file: StateFile) -> StateFile:
    """With a journal that a kill left behind."""
    snapshot = file.read("i1", "pw")
    with file.opened("i1", "pw") as opened:
        seal = opened._seal
    journal = Journal(journal_of(file), snapshot, seal, "i1")
    journal.put(resource("c"))
    journal.begin("creating", resource("d"))
    journal.close()
    return file


def edited(change: Callable[[dict[str, Any]], None]) -> Callable[[bytes], bytes]:
    def edit(content: bytes) -> bytes:
        document = json.loads(content)
        change(document)
        return json.dumps(document).encode()

    return edit


SECRET = {wire.SIGNATURE: wire.SECRET, "ciphertext": "v1:x"}
DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda content: b"", "line 1"),
    "cut": (lambda content: content[: len(content) // 2], "line "),
    "cut at its first line": (lambda content: content[:1], "line 1"),
    "not UTF-8": (lambda content: content.replace(b"aws:x", b"aws:\xff", 1), "not UTF-8"),
    "UTF-16": (lambda content: content.decode().encode("utf-16"), "not UTF-8"),
    "zeros": (lambda content: bytes(len(content)), "line 1"),
    "a list": (lambda content: b"[]", "not a Pulumi checkpoint"),
    "null": (lambda content: b"null", "not a Pulumi checkpoint"),
    "a text": (lambda content: b'"state"', "not a Pulumi checkpoint"),
    "another version": (edited(lambda d: d.update(version=2)), "not a Pulumi checkpoint"),
    "no deployment": (edited(lambda d: d.pop("deployment")), "no deployment"),
    "nobody's": (edited(lambda d: d.pop("greenshift")), "which twin"),
    "its owner a text": (edited(lambda d: d.update(greenshift="i1")), "'str'"),
    "resources a text": (edited(lambda d: d["deployment"].update(resources="all")), "resource 1"),
    "a resource a number": (edited(lambda d: d["deployment"]["resources"].append(7)), "resource 3"),
    "no urn": (edited(lambda d: d["deployment"]["resources"][0].pop("urn")), "resource 1: 'urn' is missing"),
    "inputs a list": (edited(lambda d: d["deployment"]["resources"][1].update(inputs=[1])), "resource 2"),
    "a secret that is none": (
        edited(lambda d: d["deployment"]["resources"][0]["inputs"].update(size=SECRET)),
        "resource 1",
    ),
    "a salt that is none": (
        edited(lambda d: d["deployment"].update(secrets_providers={"state": {"salt": "v1"}})),
        "salt",
    ),
    "an operation without a type": (
        edited(lambda d: d["deployment"].update(pending_operations=[{"resource": {}}])),
        "pending operation 1",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_checkpoint_is_told_and_left_as_it_is(file: StateFile, name: str) -> None:
    damage, said = DAMAGE[name]
    damaged = damage(file.path.read_bytes())
    file.path.write_bytes(damaged)

    for act in (lambda: file.read("i1", "pw"), lambda: file.opened("i1", "pw").__enter__()):
        with pytest.raises(EngineError) as caught:
            act()
        assert str(file.path) in caught.value.message
        assert said in caught.value.message
        assert caught.value.hint
    assert file.path.read_bytes() == damaged
    assert not list(file.path.parent.glob("*.bak"))


@pytest.mark.parametrize("name", ["not UTF-8", "no JSON", "no step", "no step's parts", "a list"])
def test_a_damaged_line_of_the_journal_is_told_and_left_as_it_is(killed: StateFile, name: str) -> None:
    path = journal_of(killed)
    first, second = path.read_bytes().splitlines(keepends=True)
    broken = {
        "not UTF-8": first.replace(b"put", b"p\xfft"),
        "no JSON": first[: len(first) // 2] + b"\n",
        "no step": b"{}\n",
        "no step's parts": b'{"put": {}}\n',
        "a list": b"[]\n",
    }[name]
    path.write_bytes(broken + second)

    for act in (lambda: killed.read("i1", "pw"), lambda: killed.opened("i1", "pw").__enter__()):
        with pytest.raises(EngineError, match="is damaged: ") as caught:
            act()
        assert str(path) in caught.value.message
    assert path.read_bytes() == broken + second


def test_a_line_cut_at_any_byte_is_a_step_that_did_not_happen(killed: StateFile) -> None:
    path = journal_of(killed)
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1

    for end in range(first, len(whole)):
        path.write_bytes(whole[:end])
        snapshot = killed.read("i1", "pw")
        assert [state.name for state in snapshot.resources.values()] == ["a", "b", "c"]
        assert not snapshot.creating


def test_a_checkpoint_that_was_written_before_its_journal_went_is_the_same_state(killed: StateFile) -> None:
    """A kill between the two: the lines are played again over a checkpoint that has them."""
    path = journal_of(killed)
    snapshot = killed.read("i1", "pw")
    journal = Journal(path, snapshot, killed._load("i1", "pw")[1], "i1")
    journal.put(resource("a", condemned=True))
    journal.put(resource("a", id="new"))
    journal.begin("deleting", resource("b"))
    journal.remove(resource("b"))
    journal.recovered(resource("e"), resource("e", inputs={}))
    journal.close()
    lines = path.read_bytes()
    with killed.opened("i1", "pw"):
        pass
    once = killed.read("i1", "pw")
    path.write_bytes(lines)

    assert killed.read("i1", "pw") == once


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file may grow beyond this: the kernel refuses a write as it does on a full disk."""
    soft, hard = limits.getrlimit(limits.RLIMIT_FSIZE)
    limits.setrlimit(limits.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        limits.setrlimit(limits.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_ends_a_run_with_what_was_written_before(file: StateFile) -> None:
    told: list[str] = []
    with pytest.raises(EngineError, match="cannot be written"), file.opened("i1", "pw") as journal:
        journal.put(resource("c"))
        with full_disk(journal_of(file).stat().st_size + 40):  # room for a part of a line
            for name in ("d", "e"):
                with pytest.raises(EngineError) as caught:
                    journal.put(resource(name))
                told.append(caught.value.message)
                assert caught.value.hint.startswith("make room on the disk")
            raise caught.value

    assert all("cannot be written" in message for message in told)
    assert [state.name for state in file.read("i1", "pw").resources.values()] == ["a", "b", "c"]


def test_a_full_disk_leaves_the_old_checkpoint_and_the_journal(file: StateFile) -> None:
    before = file.path.read_bytes()
    with (
        full_disk(file.path.stat().st_size // 2),
        pytest.raises(EngineError, match="cannot be written"),
        file.opened("i1", "pw") as journal,
    ):
        journal.put(resource("c"))

    assert file.path.read_bytes() == before
    assert not file.path.with_name("dev.json.tmp").exists()
    assert [state.name for state in file.read("i1", "pw").resources.values()] == ["a", "b", "c"]
    with file.opened("i1", "pw"):
        pass
    assert not journal_of(file).exists()
    assert [state.name for state in file.read("i1", "pw").resources.values()] == ["a", "b", "c"]


def test_a_folder_in_place_of_the_state_is_told(tmp_path: Path) -> None:
    (tmp_path / "dev.json").mkdir()

    with pytest.raises(EngineError, match="cannot be read: Is a directory"):
        StateFile(tmp_path / "dev.json").read("i1", "pw")
