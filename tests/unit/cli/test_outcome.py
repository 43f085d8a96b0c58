"""What a script reads of a release, a rollback and an abort: each the same members in every case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from greenshift.actions import Move
from greenshift.cli import schemas
from greenshift.cli.following import outcome

Make = Callable[..., Any]


@pytest.fixture
def documents(snapshot_of: Make, release_of: Make) -> dict[str, list[dict[str, Any]]]:
    """By the command, one of each case."""
    release = release_of("SUCCEEDED", charge=("1", "2"))
    watched = snapshot_of({"Source": "Succeeded"}, status="Succeeded", release=release)
    unread = snapshot_of({"Source": "Failed"}, status="Failed", error="no source")
    return {
        "release": [
            outcome.released(watched),
            outcome.released(unread),
            outcome.begun("p", "e1"),
            outcome.over("p", release, "e1"),
            outcome.over("p", None, "e1"),
            outcome.past_the_pipeline(release),
        ],
        "rollback": [
            outcome.rolled_back(),
            outcome.rolled_back(None, "rollback-1", [Move("charge", "2", "1")]),
            outcome.rolled_back(release, release.id, [Move("charge", "2", "1")]),
        ],
        "abort": [outcome.aborted(release), outcome.aborted(watched), outcome.aborted(unread)],
    }


@pytest.mark.parametrize("command", ["release", "rollback", "abort"])
def test_each_case_has_the_members_that_the_schema_has(
    documents: dict[str, list[dict[str, Any]]], command: str
) -> None:
    schema = schemas.of_command(command)

    assert "anyOf" not in schema, "one shape"
    for document in documents[command]:
        Draft202012Validator(schema).validate(document)
        assert document.keys() == set(schema["required"]) == schema["properties"].keys()


def test_what_was_only_started_says_what_is_known_and_nothing_else(
    documents: dict[str, list[dict[str, Any]]],
) -> None:
    _, _, begun, over, *_ = documents["release"]

    assert {name: told for name, told in begun.items() if told is not None} == {
        "pipeline": "p",
        "execution": "e1",
    }
    assert (over["status"], over["has_ended"], over["release"]["status"]) == ("Succeeded", True, "SUCCEEDED")


def test_what_a_script_read_of_a_rollback_and_an_abort_stays(
    documents: dict[str, list[dict[str, Any]]],
) -> None:
    nothing, started, ended = documents["rollback"]
    stopped, unmoved, _ = documents["abort"]

    assert nothing["moves"] == [] and started["release"] == "rollback-1"
    assert ended["status"] == stopped["status"] == "SUCCEEDED" and ended["id"] == stopped["id"] == "id"
    assert unmoved["status"] == "Succeeded" and unmoved["stages"]
