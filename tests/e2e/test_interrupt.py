"""Ctrl-C: what was done stays done, and the same command goes on from there."""

from __future__ import annotations

from shell import Shell, interrupt, wait_until

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


def test_an_interrupted_release_goes_on_and_is_followed_by_the_same_command(project: Shell) -> None:
    # Three seconds a step: the shift outlasts the commands below, however busy the machine is.
    project.greenshift("twin", "start", "--speed", "20")
    project.greenshift("up")
    project.greenshift("release")
    project.edit("functions/page/page.py", "it works", "it still works")
    project.commit("Still")
    command = project.start("release")
    client = project.client("codepipeline")
    wait_until(lambda: shift_status(client) == "InProgress")

    ended = interrupt(command)

    assert ended.code == INTERRUPTED, ended.err
    assert "the release goes on" in ended.err
    followed = project.greenshift("release")
    assert "under way" in followed.err
    assert "released: page" in followed.out
    assert [release["status"] for release in project.greenshift("history", "--json").json] == [
        "SUCCEEDED",
        "SUCCEEDED",
    ]


def shift_status(client: object) -> str:
    stages = client.get_pipeline_state(name="my-app-local")["stageStates"]  # type: ignore[attr-defined] # boto3's clients have no types
    running = client.list_pipeline_executions(pipelineName="my-app-local")  # type: ignore[attr-defined] # as above
    newest = running["pipelineExecutionSummaries"][0]["pipelineExecutionId"]
    shift = next(stage for stage in stages if stage["stageName"] == "Shift").get("latestExecution", {})
    return str(shift.get("status", "")) if shift.get("pipelineExecutionId") == newest else ""
