"""What CodePipeline tells of an execution, read into stages in the pipeline's own order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from greenshift.reading.executions import Execution, Revision, has_ended, read_action_runs, read_execution
from greenshift.reading.pipeline import read_declaration
from greenshift.view import ActionView, ExecutionView, StageView, pipeline

DECLARED = [("Source", ["Source", "BuildKit"]), ("Build", ["Build"])]


@dataclass
class FakePipelines:
    """The part of a CodePipeline client the view uses."""

    details: list[dict[str, Any]] = field(default_factory=list)
    revisions: list[dict[str, Any]] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    def get_paginator(self, name: str) -> FakePipelines:
        assert name == "list_action_executions"
        return self

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(parameters)
        for start in range(0, len(self.details), 2):
            yield {"actionExecutionDetails": self.details[start : start + 2]}

    def get_pipeline_execution(self, **parameters: Any) -> dict[str, Any]:
        execution: dict[str, Any] = {"status": "InProgress"}
        if self.revisions is not None:
            execution["artifactRevisions"] = self.revisions
        if self.variables:
            execution["variables"] = [{"name": n, "resolvedValue": v} for n, v in self.variables.items()]
        return {"pipelineExecution": execution}

    def get_pipeline(self, name: str) -> dict[str, Any]:
        stages = [{"name": stage, "actions": [{"name": each} for each in names]} for stage, names in DECLARED]
        return {"pipeline": {"name": name, "stages": stages}}


def detail(stage: str, action: str, status: str, **result: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"stageName": stage, "actionName": action, "status": status}
    return {**found, "output": {"executionResult": result}} if result else found


def stages(*details: dict[str, Any]) -> tuple[StageView, ...]:
    runs = read_action_runs(FakePipelines(list(details)), "payments", "id")
    return pipeline.stages(pipeline.latest(runs), "id", DECLARED)


def execution(revisions: list[dict[str, Any]] | None = None) -> ExecutionView:
    found = read_execution(FakePipelines(revisions=revisions), "payments", "id")
    assert found is not None
    return pipeline.execution_view(found)


def test_stages_and_actions_come_as_the_pipeline_declares_them() -> None:
    found = stages(detail("Build", "Build", "InProgress"), detail("Source", "Source", "Succeeded"))

    assert [(stage.name, [action.name for action in stage.actions]) for stage in found] == DECLARED


def test_only_the_execution_asked_for_is_read() -> None:
    client = FakePipelines()
    read_action_runs(client, "payments", "id")

    assert client.asked == [{"pipelineName": "payments", "filter": {"pipelineExecutionId": "id"}}]


def test_declared_names_are_read_from_the_pipeline() -> None:
    assert read_declaration(FakePipelines(), "payments").names == DECLARED


def test_an_action_that_has_not_started_has_no_status() -> None:
    found = stages(detail("Source", "Source", "Succeeded"))

    assert found[0].actions[1] == ActionView("Source", "BuildKit")
    assert (found[0].status, found[1].status) == ("InProgress", "")


def test_a_retried_action_counts_with_its_latest_attempt() -> None:
    """ListActionExecutions answers newest first; here the attempts are on different pages."""
    found = stages(
        detail("Build", "Build", "Succeeded", externalExecutionId="build:2"),
        detail("Source", "BuildKit", "Succeeded"),
        detail("Source", "Source", "Succeeded"),
        detail("Build", "Build", "Failed", externalExecutionId="build:1", errorDetails={"message": "red"}),
    )

    assert [stage.status for stage in found] == ["Succeeded", "Succeeded"]
    assert found[1].actions[0].external_id == "build:2"
    assert found[1].error == ""


def test_a_failed_action_tells_its_error_and_one_that_runs_tells_none() -> None:
    error = {"code": "JobFailed", "message": "tests failed"}
    failed = stages(detail("Build", "Build", "Failed", errorDetails=error))[1]
    runs = stages(detail("Build", "Build", "InProgress", errorDetails=error))[1]

    assert (failed.status, failed.error) == ("Failed", "tests failed")
    assert (runs.status, runs.error) == ("InProgress", "")


def test_an_answer_without_results_is_read() -> None:
    assert stages(detail("Build", "Build", "Failed"))[1].error == ""


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (("Succeeded", "Succeeded"), "Succeeded"),
        (("Succeeded", ""), "InProgress"),
        (("", ""), ""),
        (("Failed", "InProgress"), "Failed"),
        (("Abandoned", "Succeeded"), "Abandoned"),
        (("InProgress", "Succeeded"), "InProgress"),
    ],
)
def test_a_stage_is_as_bad_as_its_worst_action(statuses: tuple[str, ...], status: str) -> None:
    actions = tuple(ActionView("Build", str(n), each) for n, each in enumerate(statuses))

    assert StageView("Build", actions).status == status


@pytest.mark.parametrize(
    ("summary", "message"),
    [
        ("Lower the fee", "Lower the fee"),
        ("Lower the fee\n\nBecause.", "Lower the fee"),
        (
            json.dumps({"ProviderType": "GitHub", "CommitMessage": "Lower the fee\n\nBecause."}),
            "Lower the fee",
        ),
        (json.dumps({"ProviderType": "GitHub"}), ""),
        ('{"CommitMessage": "cut of', '{"CommitMessage": "cut of'),
        ("42", "42"),
        ("[1, 2]", "[1, 2]"),
        ("null", "null"),
        ("", ""),
    ],
)
def test_the_first_line_of_a_message_is_found_in_both_forms(summary: str, message: str) -> None:
    assert pipeline.commit_message(summary) == message


def test_the_commit_is_the_users_and_not_the_build_kits() -> None:
    by_artifact = [
        {"name": "BuildKit", "revisionId": "version-7"},
        {"name": "SourceOutput", "revisionId": "abc", "revisionSummary": "Lower the fee"},
    ]
    by_action = [Revision("BuildKit", "version-7"), Revision("Source", "abc")]
    listed = Execution(id="id", status="InProgress", revisions=tuple(by_action))

    assert pipeline.execution_view(listed).commit == "abc"
    assert execution(by_artifact) == ExecutionView("id", "InProgress", "abc", "Lower the fee")


def test_before_source_has_read_it_there_is_no_commit() -> None:
    assert (execution().commit, execution().message) == ("", "")
    assert execution([{"name": "SourceOutput"}]).commit == ""


@pytest.mark.parametrize("status", ["Succeeded", "Failed", "Stopped", "Cancelled", "Superseded"])
def test_these_executions_will_not_change_any_more(status: str) -> None:
    assert has_ended(status)


@pytest.mark.parametrize("status", ["InProgress", "Stopping", ""])
def test_these_executions_go_on(status: str) -> None:
    assert not has_ended(status)


@pytest.mark.parametrize(
    ("variables", "by"),
    [({"mode": "normal", "by": "Ada"}, "Ada"), ({"by": "-"}, ""), ({"mode": "now"}, ""), ({}, "")],
)
def test_who_asked_for_an_execution_is_a_variable_of_it(variables: dict[str, str], by: str) -> None:
    found = read_execution(FakePipelines(variables=variables), "payments", "id")

    assert found is not None
    assert pipeline.execution_view(found).by == by


def test_the_commit_is_known_as_soon_as_its_source_action_has_read_it() -> None:
    """The stage may still copy its other artifact, and the execution tell no revision yet."""
    summary = json.dumps({"ProviderType": "GitHub", "CommitMessage": "Round to cents\n\nNot to euros"})
    read = ActionView("Source", "Source", "Succeeded", summary, external_id="0123abc", category="Source")
    copies = ActionView("Source", "BuildKit", "InProgress", external_id="v1", category="Source")
    unread = ExecutionView("e1", "InProgress", "", "")

    told = pipeline.with_stages(unread, (StageView("Source", (copies, read)),))
    assert (told.commit, told.message) == ("0123abc", "Round to cents")
    early = pipeline.with_stages(unread, (StageView("Source", (copies,)),))
    assert (early.commit, early.message) == ("", "")
    known = ExecutionView("e1", "InProgress", "fedcba9", "Told")
    assert pipeline.with_stages(known, told.stages).commit == "fedcba9"
