"""A configured secret is in no word of any command, no log, no file, no page and no command line."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest
from support.people.shell import Shell, interrupt, wait_until

TOKEN = "ghp_8JqZr4LrXv0TnB2yWm6KdUaE"
HOOK = "T024F6HJ9-xoxhook-pQ7vKs2"
"""The part of a chat's webhook that lets somebody write there."""

PAGES = ("", "functions", "functions/page", "history", "logs", "logs?source=build", "logs?source=controller")
LEAKY = "import os\n\ntoken = os.environ['GITHUB_TOKEN']\nraise RuntimeError(f'cannot use {token}')\n"


def command_lines() -> str:
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(found)


def files(directory: Path) -> Iterator[tuple[str, str]]:
    """Every file that was made for the project: state, logs, what functions and builds were made of."""
    for path in directory.rglob("*"):
        is_own = path.name == "Pulumi.yaml" or ".git" in path.parts or "source" in path.name.lower()
        if path.is_file() and not path.is_symlink() and not is_own:
            yield str(path.relative_to(directory)), path.read_bytes().decode(errors="replace")


def pages(project: Shell) -> Iterator[tuple[str, str]]:
    """What the page's server sends, and its snapshot."""
    command = project.start("dashboard", "--no-open")
    try:
        assert command.stdout is not None
        address = command.stdout.readline().strip()
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        browser.open(address, timeout=30).read()
        here = address.split("?")[0]
        for path in (*PAGES, "snapshot.json"):
            with browser.open(f"{here}{path}", timeout=30) as answer:
                yield f"page {path}", answer.read().decode()
    finally:
        yield "the dashboard's own words", interrupt(command).err


@pytest.fixture
def secretive(project: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A project whose source wants a token, and whose notices go to a chat that does not answer."""
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    project.edit("Pulumi.yaml", "      repository:", "      provider: github\n      repository:")
    chat = f"  greenshift:notifications:\n    value: {{chatWebhook: 'https://127.0.0.1:9/{HOOK}'}}\n"
    project.edit("Pulumi.yaml", "  greenshift:functions:", f"{chat}  greenshift:functions:")
    project.commit("A GitHub source")
    return project


def test_a_secret_is_in_nothing_that_anybody_sees_or_keeps(secretive: Shell) -> None:
    project, said = secretive, {}

    def run(*arguments: str, ok: bool = True) -> None:
        ended = project.greenshift(*arguments, ok=ok)
        said[" ".join(arguments)] = ended.out + ended.err
        said[f"command lines after {arguments[0]}"] = command_lines()

    run("preview", "--json")
    run("up")
    run("release")
    wait_until(lambda: any("the chat was not told" in text for text in logs(project).values()))
    said |= logs(project)
    said |= dict(pages(project))
    said |= builds(project)
    said["pipeline"] = json.dumps(
        project.client("codepipeline").get_pipeline(name="my-app-local"), default=str
    )
    for path in ("health", "calls", "resources"):
        with urllib.request.urlopen(f"{project.twin().endpoint}/_twin/{path}", timeout=30) as answer:
            said[path] = answer.read().decode()
    (project.directory / "__main__.py").write_text(LEAKY)
    run("preview", ok=False)
    said |= dict(files(project.directory))

    assert '"OAuthToken": "****"' in said["pipeline"]
    assert "cannot use [secret]" in said["preview"]
    assert any("the chat was not told" in text for name, text in said.items() if name.startswith("log "))
    assert "CODEBUILD_BUILD_ID=" in said["a build's environment"]
    assert len(said["page "]) > 1000
    assert [name for name, text in said.items() if TOKEN in text or HOOK in text] == []


def logs(project: Shell) -> dict[str, str]:
    """Everything that functions and builds wrote."""
    client, found = project.client("logs"), {}
    for group in client.describe_log_groups()["logGroups"]:
        name = group["logGroupName"]
        events = client.filter_log_events(logGroupName=name)["events"]
        found[f"log {name}"] = "\n".join(event["message"] for event in events)
    return found


def builds(project: Shell) -> dict[str, str]:
    """The environment of a build as it sees it itself, and as CodeBuild tells it."""
    codebuild, logs = project.client("codebuild"), project.client("logs")
    [name] = codebuild.list_projects()["projects"]
    spec = "version: 0.2\nphases: {build: {commands: [env]}}"
    build = codebuild.start_build(
        projectName=name, sourceTypeOverride="NO_SOURCE", buildspecOverride=spec,
        artifactsOverride={"type": "NO_ARTIFACTS"},
    )["build"]  # fmt: skip

    def ended() -> dict[str, Any]:
        return codebuild.batch_get_builds(ids=[build["id"]])["builds"][0]  # type: ignore[no-any-return]

    wait_until(lambda: ended()["buildComplete"])
    where = ended()["logs"]
    events = logs.get_log_events(logGroupName=where["groupName"], logStreamName=where["streamName"])
    return {
        "a build's environment": "\n".join(event["message"] for event in events["events"]),
        "builds": json.dumps(ended(), default=str),
        "build project": json.dumps(codebuild.batch_get_projects(names=[name]), default=str),
    }
