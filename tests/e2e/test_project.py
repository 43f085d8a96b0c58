"""A user's own repository: made, deployed, released, broken, fixed, destroyed."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from support.people.shell import Shell

from greenshift.cli.commands.dev import LOOK_SECONDS


def live_versions(project: Shell) -> dict[str, str]:
    functions = project.greenshift("status", "--json").json["functions"]
    return {function["key"]: function["version"] for function in functions}


def invoke(project: Shell, key: str, event: dict[str, Any]) -> Any:
    alias = f"my-app-local-{key}:live"
    answer = project.client("lambda").invoke(FunctionName=alias, Payload=json.dumps(event).encode())
    assert "FunctionError" not in answer
    return json.load(answer["Payload"])


def published_versions(project: Shell, key: str) -> list[str]:
    found = project.client("lambda").list_versions_by_function(FunctionName=f"my-app-local-{key}")
    return [version["Version"] for version in found["Versions"]]


def tells_the_readers_time(project: Shell, began: datetime) -> None:
    """Two releases and a call of this test, by its own clock; the twin's is hours ahead."""
    now = datetime.now()
    lines = [
        line
        for line in project.greenshift("history").out.splitlines()
        if re.search("  succeeded(, live)? +[0-9a-f]{8}", line)
    ]
    assert len(lines) == 2
    for line in lines:
        found = re.search(r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)  (?:\d\d-\d\d )?\d\d:\d\d:\d\d  ", line)
        assert found, line
        assert began <= datetime.fromisoformat(found[1]) <= now
    first = re.search(r"my-app-local\S*  (.{19}) \(twin ", project.greenshift("status").out)
    assert first and now.replace(microsecond=0) <= datetime.fromisoformat(first[1]) <= datetime.now()
    # Ten minutes of the twin are two seconds.
    logged = project.greenshift("logs", "hello", "--all", "--since", "10m").out
    assert re.search(r"^\d\d:\d\d:\d\d \(twin [\d: -]+\)  START ", logged, re.M)
    assert re.search(r"took: .* of AWS, .* here", project.greenshift("show").out)


def says_the_same_members_whenever_it_is_asked(project: Shell, released: dict[str, Any]) -> None:
    """A release that was watched, one that is live already, and the last event of a stream."""
    again = project.greenshift("release", "--json").json
    assert again.keys() == released.keys()
    # The recorder may note the end, and that it was told, in between.
    assert again["release"]["id"] == released["release"]["id"]
    told = {**released, "stages": None, "functions": None, "release": again["release"]}
    assert told == again
    end = project.greenshift("release", "--follow", "--json").json_lines[-1]
    assert {name: end[name] for name in released} == {**released, "release": end["release"]}
    assert end["release"]["id"] == released["release"]["id"]
    assert end.keys() - released.keys() == {"event", "at", "progress"}


def prints_what_the_schemas_say(project: Shell) -> None:
    """Reading a document judges it by its schema (``Ended.json``)."""
    called = (
        *("version", "preview", "status", "history", "show", "stats", "check", "doctor", "verify", "cost"),
        *("guardrails", "guardrails explain", "state list", "twin status", "repair --dry-run"),
        *("repair --yes", "invoke page", "traffic page --duration 1s", "twin faults list"),
        *("twin faults add delay sqs --seconds 1", "twin faults list", "twin faults clear"),
    )
    for command in called:
        assert project.greenshift(*command.split(), "--json").json is not None
    assert project.greenshift("permissions").json
    assert project.greenshift("permissions", "delivery").json
    assert project.greenshift("logs", "--json").json_lines
    events = project.greenshift("release", "--follow", "--json").json_lines
    assert {"stage", "release", "end"} <= {event["event"] for event in events}
    assert events[-1]["status"] == "Succeeded"


def speaks_ascii_where_that_is_asked_for(project: Shell) -> None:
    """Bars, marks, branches and a commit message by their like, in processes of their own."""
    for command, words in (("status", "####"), ("show", "+ "), ("history", "Zoe's page -> a better one ...")):
        ended = project.greenshift(command, more={"LC_ALL": "C"})
        assert (ended.out + ended.err).isascii()
        assert words in ended.out


def left_out(project: Shell) -> str:
    """What a release says is not part of it, and how it would be."""
    ended = project.greenshift("release")
    assert "nothing to release" in ended.out
    found = re.search(r"^warning: (.+), then again$", ended.err, re.MULTILINE)
    return found[1] if found else ended.err


def develops(project: Shell) -> None:
    """`greenshift dev page worker`: saves that are well, a mistake, one that fails its test, Ctrl-C."""
    released = live_versions(project)
    session = project.start("dev", "page", "worker")
    told = lines_of(session)
    try:
        first = {next(told).partition(" (")[0] for _ in range(2)}
        assert first == {
            f"✔ {key} is what is released, version {released[key]}" for key in ("page", "worker")
        }
        assert quickest_save(project, told) + LOOK_SECONDS <= 2
        assert "it works as I save it, 3" in invoke(project, "page", {})["body"]
        assert (
            f"your working copy (greenshift dev); version {released['page']} is released"
            in project.greenshift("status").out
        )
        project.edit("functions/page/page.py", "def handler", "def handler(:")
        assert "page stays as it was" in next(told)
        assert "it works as I save it, 3" in invoke(project, "page", {})["body"]
        project.edit("functions/worker/handler.py", "sum(numbers)", "sum(numbers) + 1")
        assert "worker stays as it was" in next(told)
        assert invoke(project, "worker", {"numbers": [1, 2]}) == {"total": 3}
    finally:
        session.send_signal(signal.SIGINT)
        _, errors = session.communicate(timeout=60)
    assert session.returncode == 0, errors
    assert "functions/page/page.py:4" in errors, "a mistake is told with its file and line"
    assert 'File "functions/worker/tests/test_handler.py", line 8' in errors, "and so is a test that fails"
    assert "AssertionError: 6 != 7" in errors
    assert "the released versions are back" in errors
    assert "it works well" in invoke(project, "page", {})["body"]
    assert live_versions(project) == released
    project.git("checkout", "--", ".")


def quickest_save(project: Shell, told: Iterator[str]) -> float:
    """Seconds from the moment a save was seen until its code answers; of three, as a machine has others."""
    now, took = "it works well", []
    for number in (1, 2, 3):
        text = f"it works as I save it, {number}"
        project.edit("functions/page/page.py", now, text)
        found = re.search(r"page serves your working copy, version \d+ \((.+) s\)", next(told))
        assert found is not None
        assert text in invoke(project, "page", {})["body"], "it is there when it is said to be"
        now, took = text, [*took, float(found[1])]
    return min(took)


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout is not None
    return iter(process.stdout)


def test_a_users_own_repository_is_deployed_released_and_destroyed(project: Shell) -> None:
    began = datetime.now().replace(microsecond=0)
    up = project.greenshift("up", "--json").json
    assert up["changes"]["create"] > 50
    project.greenshift("release")
    assert invoke(project, "hello", {"name": "Ada"}) == {"message": "hello, Ada"}
    assert invoke(project, "worker", {"numbers": [1, 2]}) == {"total": 3}
    assert invoke(project, "page", {})["statusCode"] == 200

    # A change of one function releases that one, and no other.
    before = live_versions(project)
    project.edit("functions/page/page.py", "it works", "it works well")
    commit = project.commit("Zoë's page → a better one …")
    released = project.greenshift("release", "--json").json
    assert released["commit"] == commit
    says_the_same_members_whenever_it_is_asked(project, released)
    assert {f["key"] for f in released["release"]["functions"] if f["from_version"] != f["to_version"]} == {
        "page"
    }
    assert "it works well" in invoke(project, "page", {})["body"]
    after = live_versions(project)
    assert {key for key in after if after[key] != before[key]} == {"page"}

    tells_the_readers_time(project, began)
    prints_what_the_schemas_say(project)
    speaks_ascii_where_that_is_asked_for(project)
    shown = project.greenshift("up")
    assert "onsole" not in shown.out, "AWS's console shows nothing of a twin"
    assert re.search(r"^  page: +greenshift dashboard$", shown.err, re.MULTILINE)
    assert re.search(r"^the twin answers on http://127\.0\.0\.1:\d+$", shown.err, re.MULTILINE)

    # What is saved is behind the alias a moment later, and what was released is back at the end.
    develops(project)
    assert live_versions(project) == after
    assert project.git("status", "--porcelain") == ""

    # Nothing moves when the infrastructure is brought up again.
    again = project.greenshift("up", "--json").json
    assert set(again["changes"]) == {"same"}
    assert live_versions(project) == after

    # The same commit again: there is nothing to release. What is not committed is said to be left out.
    project.edit("functions/page/page.py", "it works well", "it works best")
    (project.directory / "notes.txt").write_text("nobody's worry")
    said = "not committed, and not part of this release"
    assert left_out(project) == f"functions/page/page.py is {said}: git commit --all"
    (project.directory / "functions" / "page" / "more.py").write_text("")
    assert left_out(project) == (
        f"functions/page/more.py, functions/page/page.py are {said}: git add --all && git commit"
    )
    (project.directory / "notes.txt").unlink()
    project.git("clean", "-fdq", "functions")
    project.git("checkout", "--", ".")
    ended = project.greenshift("release")
    assert "nothing to release" in ended.out and "not committed" not in ended.err

    # A commit that touches no function: everything is unchanged, and said to be.
    (project.directory / "NOTES").write_text("what is planned\n")
    project.commit("Notes")
    ended = project.greenshift("release")
    assert "nothing changed" in ended.out
    assert live_versions(project) == after

    history = project.greenshift("history", "--json").json
    assert Counter(release["status"] for release in history) == {"SUCCEEDED": 2, "UNCHANGED": 1}
    assert [release["started_at"] for release in history] == sorted(
        (release["started_at"] for release in history), reverse=True
    )

    assert project.greenshift("destroy", "--yes", "--json").json
    twin = project.greenshift("twin", "status", "--json").json
    assert twin["resources"] == {}


def test_a_failing_unit_test_publishes_nothing_and_shows_its_log(released: Shell) -> None:
    project = released
    before = {key: published_versions(project, key) for key in ("hello", "worker", "page")}
    project.edit("functions/worker/handler.py", "sum(numbers)", "sum(numbers) + 1")
    project.commit("Off by one")

    ended = project.greenshift("release", ok=False)

    assert ended.code == 1
    assert "test_numbers_are_added" in ended.err, "the log of the failing command"
    assert "AssertionError: 6 != 7" in ended.err
    assert "stage Build" in ended.out
    assert {key: published_versions(project, key) for key in before} == before
    latest = project.greenshift("history", "--json").json[0]
    assert latest["status"] == "FAILED"
    cause = re.search(r"stage Build: (.+)\n", ended.out)
    assert cause and re.search("; test .*test_numbers_are_added: .*6 != 7; run it here", cause[1])
    said = re.sub("; test .*(?=; run it here)", "", cause[1])
    assert latest["reason"] == f"Build failed: {said}", "what the build kit says, not CodeBuild"
    for command in ("status", "history", "show", "doctor"):
        looked = project.greenshift(command, ok=command != "doctor").out
        assert said in looked and "Build terminated" not in looked, command

    # Fixed, the same project goes on.
    project.edit("functions/worker/handler.py", "sum(numbers) + 1", "sum(list(numbers))")
    project.commit("Right again")
    assert "released: worker" in project.greenshift("release").out


def test_a_handler_that_is_not_in_the_package_is_refused_by_name(released: Shell) -> None:
    project = released
    project.git("mv", "functions/page/page.py", "functions/page/pages.py")
    project.commit("A new name")

    ended = project.greenshift("release", ok=False)

    assert ended.code == 1
    assert "page.handler" in ended.out + ended.err
    assert "pages.py" in ended.err
