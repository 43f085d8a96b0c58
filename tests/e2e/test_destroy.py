"""Destroy leaves nothing, whatever state it finds."""

from __future__ import annotations

from shell import Shell, wait_until


def resources(project: Shell) -> dict[str, list[str]]:
    found: dict[str, list[str]] = project.greenshift("twin", "status", "--json").json["resources"]
    return found


def has_split_alias(project: Shell) -> bool:
    functions = project.greenshift("status", "--json").json["functions"]
    return any(function["new_version"] for function in functions)


def test_in_the_middle_of_a_shift(project: Shell) -> None:
    project.greenshift("up")
    project.greenshift("release", "--no-follow")
    wait_until(lambda: has_split_alias(project))

    project.greenshift("destroy", "--yes")

    assert resources(project) == {}
    # And the same project can be deployed and released again on the same twin.
    project.greenshift("up")
    assert "released" in project.greenshift("release").out


def test_after_an_up_that_was_killed(project: Shell) -> None:
    project.greenshift("twin", "start")
    journal = project.home / "state" / "local.json.journal"
    command = project.start("up")
    wait_until(lambda: journal.exists() and journal.read_text().count('"put"') > 30)
    command.kill()
    command.communicate(timeout=30)
    assert resources(project) != {}

    project.greenshift("destroy", "--yes")

    assert resources(project) == {}


def test_of_nothing(project: Shell) -> None:
    project.greenshift("twin", "start")

    assert project.greenshift("destroy", "--yes", "--json").json["changes"] == {}
