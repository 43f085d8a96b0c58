"""A user's own repository: made, deployed, released, broken, mended, destroyed."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from shell import Shell


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


def test_a_users_own_repository_is_deployed_released_and_destroyed(project: Shell) -> None:
    up = project.greenshift("up", "--json").json
    assert up["changes"]["create"] > 50
    project.greenshift("release")
    assert invoke(project, "hello", {"name": "Ada"}) == {"message": "hello, Ada"}
    assert invoke(project, "worker", {"numbers": [1, 2]}) == {"total": 3}
    assert invoke(project, "page", {})["statusCode"] == 200

    # A change of one function releases that one, and no other.
    before = live_versions(project)
    project.edit("functions/page/page.py", "it works", "it works well")
    commit = project.commit("A better page")
    released = project.greenshift("release", "--json").json
    assert released["commit"] == commit
    assert {f["key"] for f in released["release"]["functions"] if f["from_version"] != f["to_version"]} == {
        "page"
    }
    assert "it works well" in invoke(project, "page", {})["body"]
    after = live_versions(project)
    assert {key for key in after if after[key] != before[key]} == {"page"}

    # Nothing moves when the infrastructure is brought up again.
    again = project.greenshift("up", "--json").json
    assert set(again["changes"]) == {"same"}
    assert live_versions(project) == after

    # The same commit again: there is nothing to release.
    assert "nothing to release" in project.greenshift("release").out

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

    project.greenshift("destroy", "--yes")
    twin = project.greenshift("twin", "status", "--json").json
    assert twin["resources"] == {}


def test_a_failing_unit_test_publishes_nothing_and_shows_its_log(project: Shell) -> None:
    project.greenshift("up")
    project.greenshift("release")
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

    # Mended, the same project goes on.
    project.edit("functions/worker/handler.py", "sum(numbers) + 1", "sum(list(numbers))")
    project.commit("Right again")
    assert "released: worker" in project.greenshift("release").out


def test_a_handler_that_is_not_in_the_package_is_refused_by_name(project: Shell) -> None:
    project.greenshift("up")
    project.greenshift("release")
    project.git("mv", "functions/page/page.py", "functions/page/pages.py")
    project.commit("A new name")

    ended = project.greenshift("release", ok=False)

    assert ended.code == 1
    assert "page.handler" in ended.out + ended.err
    assert "pages.py" in ended.err
