"""A configured secret is in no word of any command, no log, no file and no command line."""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import Shell

from greenshift.twin import process

TOKEN = "ghp_8JqZr4LrXv0TnB2yWm6KdUaE"


def command_lines() -> str:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(found)


def files(directory: Path) -> Iterator[tuple[str, str]]:
    """Every file of the project: state, logs, what functions and builds were made of."""
    for path in directory.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(directory)), path.read_bytes().decode(errors="replace")


@pytest.mark.skipif(os.environ.get("GREENSHIFT_SWEEP") != "full", reason="make sweep has the time for it")
def test_a_token_is_in_nothing_that_anybody_sees_or_keeps(
    project: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    project.edit("Pulumi.yaml", "      repository:", "      provider: github\n      repository:")
    project.commit("A GitHub source")
    said: dict[str, str] = {}

    def run(*arguments: str, ok: bool = True) -> None:
        ended = project.greenshift(*arguments, ok=ok)
        said[" ".join(arguments)] = ended.out + ended.err
        said[f"command lines after {arguments[0]}"] = command_lines()

    run("preview", "--json")
    run("up")
    run("release", ok=False)
    for reading in (["status"], ["status", "--json"], ["history", "--json"], ["logs"], ["doctor"]):
        run(*reading, ok=False)
    run("logs", "--controller", ok=False)
    handle = process.require(project.home)
    for path in ("health", "calls", "resources"):
        with urllib.request.urlopen(f"{handle.endpoint}/_twin/{path}", timeout=30) as answer:
            said[path] = answer.read().decode()
    said["pipeline"] = json.dumps(
        project.client("codepipeline").get_pipeline(name="my-app-local"), default=str
    )
    said |= dict(files(project.directory))

    assert [name for name, text in said.items() if TOKEN in text] == []
    assert '"OAuthToken": "****"' in said["pipeline"]
