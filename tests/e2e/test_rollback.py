"""`greenshift rollback` and `greenshift release --now` as commands in a pipe: what they do, say, refuse."""

from __future__ import annotations

import json
import re
from typing import Any

from support.people.shell import Ended, Shell


def page(project: Shell) -> str:
    alias = "my-app-local-page:live"
    answer = project.client("lambda").invoke(FunctionName=alias, Payload=b"{}")
    return str(json.load(answer["Payload"])["body"])


def changed(project: Shell, before: str, after: str) -> str:
    project.edit("functions/page/page.py", before, after)
    return project.commit(after)


def newest(project: Shell) -> dict[str, Any]:
    row: dict[str, Any] = project.greenshift("history", "--json").json[0]
    return row


def assert_refused(ended: Ended, *words: str) -> None:
    assert ended.code == 2, (ended.out, ended.err)
    for word in words:
        assert word in ended.err, ended.err
    assert ended.out == ""


def test_what_is_asked_for_wrongly_is_refused_before_anything_is_looked_at(project: Shell) -> None:
    assert_refused(project.greenshift("release", "--now", ok=False), "says why", "--why")
    assert project.greenshift("rollback", "--yes", ok=False).code == 1  # no twin is running
    for command, words in (("rollback", ("--to", "--why", "--yes")), ("release", ("--now", "--adopt"))):
        told = project.greenshift(command, "--help").out
        assert all(word in told for word in words), told


def test_a_rollback_is_one_command_and_so_is_a_release_in_a_hurry(released: Shell) -> None:
    project = released
    first = newest(project)["id"]
    changed(project, "it works", "it works well")
    project.greenshift("release")
    assert "it works well" in page(project)

    # In a pipe nobody can be asked, so nothing moves without a word.
    assert_refused(project.greenshift("rollback", ok=False), "nobody is here to be asked", "--yes")
    assert "it works well" in page(project)

    # Back to what was live before, with who and why.
    back = project.greenshift("rollback", "--yes", "--why", "the page is wrong", "--json").json
    assert (back["status"], back["mode"], back["why"]) == ("SUCCEEDED", "rollback", "the page is wrong")
    assert back["by"]
    assert "it works well" not in page(project)
    assert newest(project)["id"] == back["id"]
    the_release_says_what_took_it_back(project, back["id"])

    # Undoing an undoing is no way to go.
    again = project.greenshift("rollback", "--yes", ok=False)
    assert again.code == 1
    assert f"release {first[:8]}" in again.err and "was the first of" in again.err
    assert newest(project)["id"] == back["id"], "what is refused is no release"

    # What went back is not released again unasked, and what is asked twice is released once.
    refused = project.greenshift("release", ok=False)
    assert refused.code == 1
    assert "took" in refused.err and "greenshift release --again" in refused.err
    project.greenshift("release", "--again")
    assert "it works well" in page(project)
    assert "live already since release" in project.greenshift("release").out
    assert project.greenshift("release", "--follow").out.startswith("✔")

    # A release that moved nothing is not what a rollback undoes: it says what is live, by name.
    project.edit("functions/page/page.py", "def handler", "import nowhere\n\n\ndef handler")
    project.commit("It cannot even start")
    assert project.greenshift("release", ok=False).code == 1
    unclear = project.greenshift("rollback", "--yes", ok=False)
    assert unclear.code == 1
    assert "there is nothing of it to undo" in unclear.err and "greenshift rollback --undo" in unclear.err
    undone = project.greenshift("rollback", "--undo", "live", "--yes")
    assert re.search(r"this undoes release [0-9a-f]{8} \(.*\), live since .*:\n  page \d+ → \d+", undone.err)
    assert "it works well" not in page(project)
    keywords_are_no_ids(project)
    project.edit("functions/page/page.py", "import nowhere\n\n\n", "")

    # There is nothing to do where everything is in place; and nowhere to go to a release nobody knows.
    assert "nothing to do" in project.greenshift("rollback", "--yes", "--to", first[:8]).out
    nowhere = project.greenshift("rollback", "--yes", "--to", "nonsense", ok=False)
    assert (nowhere.code, nowhere.out) == (1, "")
    assert "there is no release 'nonsense'" in nowhere.err

    a_release_in_a_hurry(project)
    what_a_rollback_made_live_again_can_be_undone(project)


def the_release_says_what_took_it_back(project: Shell, rollback: str) -> None:
    """Whichever way the ledger is read, and in every word of it."""
    undone, word = project.greenshift("history", "--json").json[1], rollback[: len("rollback-") + 8]
    assert (undone["status"], undone["undone_by"]) == ("SUCCEEDED", rollback)
    for filters in ((), ("--before", word), ("--function", "page"), ("--status", "succeeded")):
        assert f"\n    undone by {word}\n" in project.greenshift("history", *filters).out, filters
    assert f"\n  undone:  by {word}\n" in project.greenshift("show", undone["id"]).out
    status = project.greenshift("status", "--json").json
    assert [each["undone_by"] for each in status["ledger"]["releases"]][:2] == ["", rollback]


def a_release_in_a_hurry(project: Shell) -> None:
    commit = changed(project, "it works well", "it works at last")

    hasty = project.greenshift("release", "--now", "--why", "refunds fail", "--json").json

    assert (hasty["status"], hasty["commit"]) == ("Succeeded", commit)
    row = newest(project)
    assert (row["status"], row["mode"], row["why"]) == ("SUCCEEDED", "now", "refunds fail")
    assert row["by"] and row["author"]
    watched = next(each for each in row["transitions"] if each["status"] == "BAKING")
    assert "watching for 0:05:00" in watched["cause"]
    assert "it works at last" in page(project)


def keywords_are_no_ids(project: Shell) -> None:
    """`live` is a word of --undo: nobody is told that there is no release of that name."""
    for command in (("rollback", "--to", "live"), ("show", "live")):
        assert_refused(project.greenshift(*command, ok=False), "'live' is a word of", "--undo live")
    both = project.greenshift("rollback", "--to", "latest", "--undo", "live", ok=False)
    assert_refused(both, "--to says what becomes live", "give one of them")


def what_a_rollback_made_live_again_can_be_undone(project: Shell) -> None:
    """Also after another release has come to nothing since."""
    live = newest(project)["id"]
    changed(project, "it works at last", "it works no more")
    project.greenshift("release", "--now", "--why", "in a hurry")
    project.greenshift("rollback", "--yes")
    assert "it works at last" in page(project)
    back, again = newest(project)["id"], project.greenshift("rollback", "--yes", ok=False)
    assert f"{back[:17]}, is a rollback itself" in again.err
    assert f"greenshift rollback --undo {live[:8]};" in again.err

    project.edit("functions/page/page.py", "def handler", "import nowhere\n\n\ndef handler")
    project.commit("It cannot even start either")
    assert project.greenshift("release", ok=False).code == 1
    unclear = project.greenshift("rollback", "--yes", ok=False)
    assert f"release {newest(project)['id'][:8]} " in unclear.err
    assert f"greenshift rollback --undo {live[:8]} --yes" in unclear.err

    undone = project.greenshift("rollback", "--undo", "live", "--yes")
    told = rf"this undoes release {live[:8]} \(.*\), live again since .* by {back[:17]}.*:"
    assert re.search(told, undone.err), undone.err
    assert "it works at last" not in page(project)
