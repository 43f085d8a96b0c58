"""The state on disk: right after a kill at any moment, readable by Pulumi, and nobody else's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from greenshift.engine.properties.values import Archive, Secret
from greenshift.engine.state import lock
from greenshift.engine.state.checkpoint import ResourceState, from_document, to_document
from greenshift.engine.state.journal import Journal
from greenshift.engine.state.passphrase import Passphrase
from greenshift.engine.state.statefile import StateFile
from greenshift.errors import EngineError


def resource(name: str, **values: Any) -> ResourceState:
    return ResourceState(
        **{
            "urn": f"urn:pulumi:s::p::aws:x/y:Y::{name}",
            "type": "aws:x/y:Y",
            "custom": True,
            "id": name,
            **values,
        }
    )


@pytest.fixture
def file(tmp_path: Path) -> StateFile:
    return StateFile(tmp_path / "dev.json")


def write(file: StateFile, *states: ResourceState) -> None:
    with file.opened("i1", "pw") as journal:
        for state in states:
            journal.put(state)


def test_what_was_written_is_read_back(file: StateFile) -> None:
    full = resource(
        "a",
        inputs={"code": Archive("hash"), "n": 1, "list": [1, {"a": None}]},
        outputs={"arn": "x"},
        parent="urn:pulumi:s::p::c:d:E::p",
        provider="urn:pulumi:s::p::pulumi:providers:aws::default::id",
        dependencies=("urn:pulumi:s::p::aws:x/y:Y::z",),
        property_dependencies={"n": ("urn:pulumi:s::p::aws:x/y:Y::z",)},
        additional_secret_outputs=("arn",),
        protect=True,
        retain_on_delete=True,
    )
    write(file, full)

    assert file.read("i1", "pw").resources == {full.urn: full}


def test_secrets_are_sealed_and_opened(file: StateFile) -> None:
    state = resource("a", inputs={"password": Secret({"deep": ["hush"]})})
    write(file, state)

    assert "hush" not in file.path.read_text()
    assert file.read("i1", "pw").resources[state.urn].inputs == state.inputs
    with pytest.raises(EngineError, match="the passphrase does not open"):
        file.read("i1", "other")


def test_pulumis_own_sealed_text_is_opened() -> None:
    sealed = Passphrase("pw")
    text = sealed.encrypt("hush")

    assert Passphrase("pw", sealed.state).decrypt(text) == "hush"
    assert sealed.state.count(":") == 4  # v1:<salt>:v1:<nonce>:<check>


def test_after_a_kill_the_journal_holds_every_finished_step(file: StateFile) -> None:
    write(file, resource("a"), resource("b"))
    journal = reopened(file)
    journal.put(resource("c", inputs={"s": Secret("hush")}))
    journal.remove(resource("a"))
    journal.begin("creating", resource("d", id=""))
    journal.close()  # as a kill would: nothing is folded in

    snapshot = file.read("i1", "pw")

    assert [state.id for state in snapshot.resources.values()] == ["b", "c"]
    assert [state.name for state in snapshot.creating.values()] == ["d"]
    assert snapshot.resources[resource("c").urn].inputs == {"s": Secret("hush")}
    with file.opened("i1", "pw") as journal:
        assert journal.snapshot == snapshot
    assert not file.path.with_name("dev.json.journal").exists()
    assert file.read("i1", "pw") == snapshot


def reopened(file: StateFile) -> Journal:
    """A journal whose run never ends."""
    snapshot, seal = file._load("i1", "pw")
    return Journal(file.path.with_name("dev.json.journal"), snapshot, seal, "i1")


def test_a_line_cut_in_half_is_a_step_that_did_not_happen(file: StateFile) -> None:
    journal = reopened(file)
    journal.put(resource("a"))
    journal.put(resource("b"))
    journal.close()
    path = file.path.with_name("dev.json.journal")
    path.write_bytes(path.read_bytes()[:-20])

    assert [state.id for state in file.read("i1", "pw").resources.values()] == ["a"]


def test_a_run_that_changes_nothing_writes_nothing(file: StateFile) -> None:
    with file.opened("i1", "pw"):
        pass

    assert list(file.path.parent.iterdir()) == []


def test_the_checkpoint_is_pulumis_with_needs_before_users(file: StateFile) -> None:
    base = resource("base")
    write(file, resource("user", dependencies=(base.urn,)), base, resource("old", condemned=True))

    document = json.loads(file.path.read_text())

    assert document["version"] == 3
    assert [item["id"] for item in document["deployment"]["resources"]] == ["base", "user", "old"]
    assert document["deployment"]["resources"][2]["delete"] is True
    assert [state.id for state in file.read("i1", "pw").condemned] == ["old"]


def test_a_pending_create_ends_when_it_is_put_or_abandoned(file: StateFile) -> None:
    with file.opened("i1", "pw") as journal:
        for name in ("a", "b", "c"):
            journal.begin("creating", resource(name, id=""))
        journal.put(resource("a"))
        journal.abandon("creating", resource("b"))

    document = json.loads(file.path.read_text())["deployment"]
    assert [item["resource"]["urn"][-1] for item in document["pending_operations"]] == ["c"]
    assert document["pending_operations"][0]["type"] == "creating"


def test_condemning_moves_a_resource_aside_in_one_step(file: StateFile) -> None:
    write(file, resource("a"))
    with file.opened("i1", "pw") as journal:
        journal.put(resource("a", condemned=True))
        assert journal.snapshot.resources == {}
        journal.put(resource("a", id="new"))
        journal.remove(resource("a", condemned=True))

    snapshot = file.read("i1", "pw")
    assert [state.id for state in snapshot.resources.values()] == ["new"]
    assert snapshot.condemned == []


def test_the_state_of_another_instance_is_not_ours(file: StateFile) -> None:
    write(file, resource("a"))

    assert file.read("i2", "pw").resources == {}
    with file.opened("i2", "pw") as journal:
        journal.put(resource("b"))
    assert [state.id for state in file.read("i2", "pw").resources.values()] == ["b"]
    assert "::a" in file.path.with_name("dev.json.bak").read_text()


def test_a_file_that_is_no_checkpoint_is_refused(file: StateFile) -> None:
    file.path.write_text("{}")

    with pytest.raises(EngineError, match="is not a Pulumi checkpoint"), file.opened("i1", "pw"):
        pass


def test_one_run_at_a_time(file: StateFile) -> None:
    with file.opened("i1", "pw"):
        with (
            pytest.raises(EngineError, match=f"another run \\(process {os.getpid()}\\)"),
            file.opened("i1", "pw"),
        ):
            pass
        assert file.read("i1", "pw").resources == {}  # reading does not wait
    with file.opened("i1", "pw"):
        pass


def test_the_lock_of_a_dead_run_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "dev.json.lock"
    path.write_text("999999")

    with lock.locked(path):
        assert path.read_text() == str(os.getpid())
    assert not path.exists()


def test_a_hidden_path_is_text_as_pulumi_writes_it_and_its_parts_of_older_states_are_read() -> None:
    seal = Passphrase("p")
    base = {"urn": "urn:pulumi:s::p::t::n", "type": "t", "custom": True}
    for stored in (["tags.a"], [["tags", "a"]]):
        state = from_document({**base, "hideDiff": stored}, seal)

        assert to_document(state, seal)["hideDiff"] == ["tags.a"]
