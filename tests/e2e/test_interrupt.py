"""Ctrl-C: what was done stays done, and the same command goes on from there."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

from support.people.shell import Ended, Shell, finished, interrupt, typed, wait_until

INTERRUPTED = 130


def test_an_interrupted_up_is_continued_by_the_same_command(project: Shell) -> None:
    project.greenshift("twin", "start")
    state = project.home / "state" / "local.json.journal"
    command = project.start("up")
    wait_until(lambda: state.exists() and state.read_text().count('"put"') > 2)

    ended = interrupt(command)

    assert ended.code in (1, INTERRUPTED), ended.err
    assert "Traceback" not in ended.err
    again = project.greenshift("up", "--json").json
    assert again["changes"].get("same", 0) > 0, "what was created before was kept"
    # How much is left to create depends on when the machine got round to the interruption.
    assert set(again["changes"]) <= {"same", "create"}, "and nothing was made twice"
    assert set(project.greenshift("up", "--json").json["changes"]) == {"same"}
    project.greenshift("destroy", "--yes")
    assert project.greenshift("twin", "status", "--json").json["resources"] == {}


def test_an_interrupted_release_goes_on_and_what_it_says_to_type_follows_it_until_an_abort_sends_it_back(
    project: Shell,
) -> None:
    """In between, what `up`, `abort` and whoever follows have to say."""
    # Three minutes of shifting, none of which is waited for: it outlasts the commands below on any machine.
    project.edit("Pulumi.yaml", "Linear20PercentEvery1Minute", "Canary20Percent60Minutes")
    project.commit("Slowly")
    project.greenshift("twin", "start", "--speed", "20")
    *_, under_way, watch, page, release = project.greenshift("up").err.splitlines()
    assert under_way.startswith("under way: the pipeline releases what is committed already")
    assert [line.split(":", 1)[1].strip() for line in (watch, page, release)] == [
        "greenshift release --follow", "greenshift dashboard", "git commit, then greenshift release",
    ]  # fmt: skip
    project.greenshift("release", "--follow")
    nothing = project.greenshift("abort", "--yes", ok=False)
    assert (nothing.code, nothing.out) == (1, "")
    assert "nothing is under way" in nothing.err and "greenshift rollback" in nothing.err
    before = alias(project)
    calls_that_are_ended_from_outside(project)
    project.edit("functions/page/page.py", "it works", "it still works")
    project.commit("Still")
    command = project.start("release")
    wait_until(lambda: bool(alias(project)["weights"]))

    ended = interrupt(command)

    assert ended.code == INTERRUPTED, ended.err
    hint = re.search(r"the release goes on; follow it with: greenshift (.+)", ended.err)
    assert hint is not None, ended.err
    assert ended.err.endswith("  stop it, and put back what it has moved, with: greenshift abort\n")
    joined = project.greenshift("release", "--no-follow")
    assert "under way" in joined.err
    assert hint[1] == f"release --follow {joined.out[:8]}"
    following, streaming = (project.start(*hint[1].split(), *more) for more in ((), ("--json",)))
    first_events = while_it_shifts(streaming)

    stops_and_goes_back(project, joined.out.strip())

    streamed_to_its_end(streaming, first_events)
    out, _ = following.communicate(timeout=60)
    assert following.returncode == 1
    assert re.match(r"↶ [0-9a-f]{8} rolled back: aborted by .+: wrong branch\n", out), out
    assert alias(project) == before
    pipeline = project.client("codepipeline")
    executions = pipeline.list_pipeline_executions(pipelineName="my-app-local")["pipelineExecutionSummaries"]
    assert len(executions) == 2, "neither of them started a release"


def calls_that_are_ended_from_outside(project: Shell) -> None:
    """As a shell's `kill` does: what came back so far is told, as after Ctrl-C."""
    calling = project.start("traffic", "page", "--event", "{}", "--duration", "10m")
    assert calling.stderr is not None
    line = re.fullmatch(r"([\d.]+) s: (\d+) requests? so far\n", calling.stderr.readline())
    assert line is not None
    seconds, sent = float(line[1]), int(line[2])
    assert sent <= 10 * seconds + 2, "no more than ten a second were asked for"
    calling.terminate()
    ended = finished(calling)

    assert ended.code == INTERRUPTED, ended.err
    assert re.match(r"\d+ requests in [\d.]+ s\n", ended.out), ended.out
    assert re.search(r"page .*version 2.* none failed", ended.out, re.DOTALL), ended.out


def while_it_shifts(streaming: subprocess.Popen[str]) -> str:
    """Its lines come when things happen: this release does not end by itself within a test's time."""
    assert streaming.stdout is not None
    shifting, read = {"event": "traffic", "function": "page", "new_percent": 20.0}, ""
    while not read or not shifting.items() <= json.loads(read.splitlines()[-1]).items():
        line = streaming.stdout.readline()
        assert line, "it ended before the shift did"
        read += line
    return read


def streamed_to_its_end(streaming: subprocess.Popen[str], first: str) -> None:
    with streaming:
        assert streaming.stdout is not None
        out = first + streaming.stdout.read()
    events = Ended(streaming.returncode, out, "", typed(streaming)).json_lines
    assert streaming.returncode == 1
    assert [event["event"] for event in events].count("end") == 1
    assert events[-1]["progress"]["release"]["status"] == "ROLLED_BACK"
    assert "ROLLING_BACK" in [event["status"] for event in events if event["event"] == "release"]
    back = [event for event in events if event["event"] == "traffic" and event["function"] == "page"]
    assert [event["new_percent"] for event in back][:1] == [20.0]


def stops_and_goes_back(project: Shell, execution: str) -> None:
    unasked = project.greenshift("abort", ok=False)
    assert (unasked.code, unasked.out) == (2, "")
    assert "nobody is here to be asked" in unasked.err and "--yes" in unasked.err

    ended = project.greenshift("abort", "--why", "wrong branch", "--yes", "--json")

    assert f"this stops release {execution[:8]}" in ended.err and "Still" in ended.err
    assert "stopping; what it has moved goes back to where it was" in ended.err
    row = project.greenshift("history", "--json").json[0]
    assert (row["id"], row["status"]) == (execution, "ROLLED_BACK")
    assert {name: ended.json[name] for name in ("id", "status", "reason")} == {
        name: row[name] for name in ("id", "status", "reason")
    }
    assert "wrong branch" in row["reason"]


def alias(project: Shell) -> dict[str, Any]:
    found = project.client("lambda").get_alias(FunctionName="my-app-local-page", Name="live")
    weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return {"version": found["FunctionVersion"], "weights": weights}
