"""A whole stack through its clients: what is read, when, and in which order."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from boto3.dynamodb.types import TypeSerializer
from botocore.exceptions import ClientError

from greenshift.view import FunctionOutputs, StackOutputs, StackView

ARN = "arn:aws:lambda:us-east-1:123456789012:function:payments-"
OUTPUTS = StackOutputs(
    "payments", "url", "ledger", "bucket", "topic",
    tuple(
        FunctionOutputs(key, f"payments-{key}", f"{ARN}{key}:live", f"{key}-errors", key)
        for key in ("charge", "refund")
    ),
)  # fmt: skip


@dataclass
class FakeAws:
    """Every client in one: an execution whose status is taken from a list, one look after the other."""

    statuses: list[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    summaries: list[dict[str, Any]] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    aliases_read: list[str] = field(default_factory=list)

    def client(self, service: str) -> FakeAws:
        self.made.append(service)
        return self

    def get_pipeline(self, name: str) -> dict[str, Any]:
        self.calls.append("pipeline")
        return {"pipeline": {"stages": [{"name": "Source", "actions": [{"name": "Source"}]}]}}

    def get_pipeline_execution(self, **_: Any) -> dict[str, Any]:
        self.calls.append("execution")
        status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
        revision = {"name": "SourceOutput", "revisionId": "abc", "revisionSummary": "Lower the fee"}
        return {"pipelineExecution": {"status": status, "artifactRevisions": [revision]}}

    def list_pipeline_executions(self, **_: Any) -> dict[str, Any]:
        return {"pipelineExecutionSummaries": self.summaries}

    def get_paginator(self, name: str) -> FakePages:
        known = {"list_action_executions": "stages", "describe_alarms": "alarms"}
        self.calls.append(known.get(name, "history"))
        return FakePages(self.rows)

    def get_item(self, Key: dict[str, Any], **_: Any) -> dict[str, Any]:
        self.calls.append("ledger")
        return {"Item": self.rows[0]} if self.rows else {}

    def get_alias(self, FunctionName: str, Name: str) -> dict[str, Any]:
        self.aliases_read.append(FunctionName)
        return {"FunctionVersion": "1"}

    def batch_get_builds(self, ids: list[str]) -> dict[str, Any]:
        raise ClientError(
            {"Error": {"Code": "ResourceNotFoundException", "Message": "gone"}}, "BatchGetBuilds"
        )


@dataclass
class FakePages:
    rows: list[dict[str, Any]]

    def paginate(self, AlarmNames: Sequence[str] = (), **_: Any) -> Iterator[dict[str, Any]]:
        alarms = [{"AlarmName": name, "StateValue": "OK"} for name in AlarmNames]
        yield {"actionExecutionDetails": [], "Items": self.rows, "MetricAlarms": alarms}


def row(**functions: tuple[str, str]) -> dict[str, Any]:
    values = {key: {"from": old, "to": new} for key, (old, new) in functions.items()}
    attributes: dict[str, Any] = {"deploymentId": "id", "status": "SHIFTING", "functions": values}
    return {name: TypeSerializer().serialize(value) for name, value in attributes.items()}


def test_a_snapshot_reads_the_aliases_its_release_changes_and_no_others() -> None:
    aws = FakeAws(["InProgress"], [row(charge=("1", "2"), refund=("3", "3"))])
    found = StackView(OUTPUTS, aws.client).progress("id")

    assert aws.aliases_read == ["payments-charge"]
    assert [function.key for function in found.functions] == ["charge"]
    assert (found.commit, found.message, found.status) == ("abc", "Lower the fee", "InProgress")


def test_before_the_ledger_has_the_release_no_alias_is_read() -> None:
    aws = FakeAws(["InProgress"])
    found = StackView(OUTPUTS, aws.client).progress("id")

    assert (found.release, found.functions, aws.aliases_read) == (None, (), [])


def test_an_execution_that_ended_while_it_was_read_has_its_stages_read_again() -> None:
    ended, running = FakeAws(["Succeeded"]), FakeAws(["InProgress"])
    StackView(OUTPUTS, ended.client).progress("id")
    StackView(OUTPUTS, running.client).progress("id")

    assert [call for call in ended.calls if call != "pipeline"] == ["stages", "execution", "stages", "ledger"]
    assert [call for call in running.calls if call != "pipeline"] == ["stages", "execution", "ledger"]


def test_the_declaration_is_read_once_and_each_client_is_made_once() -> None:
    aws = FakeAws(["InProgress"])
    view = StackView(OUTPUTS, aws.client)
    for _ in range(3):
        view.progress("id")

    assert aws.calls.count("pipeline") == 1
    assert sorted(aws.made) == sorted(set(aws.made))


def test_what_is_live_covers_every_function() -> None:
    aws = FakeAws(["Succeeded"])

    assert [function.key for function in StackView(OUTPUTS, aws.client).live()] == ["charge", "refund"]


def test_a_pipeline_that_never_ran_has_no_latest_execution() -> None:
    never, once = FakeAws([""]), FakeAws([""], summaries=[{"pipelineExecutionId": "id"}])

    assert StackView(OUTPUTS, never.client).latest_execution() is None
    assert StackView(OUTPUTS, once.client).latest_execution() == "id"


def test_running_executions_are_those_in_progress_with_the_commit_they_release() -> None:
    revisions = [
        {"actionName": "BuildKit", "revisionId": "v7"},
        {"actionName": "Source", "revisionId": "abc"},
    ]
    aws = FakeAws(
        [""],
        summaries=[
            {"pipelineExecutionId": "4", "status": "InProgress"},
            {"pipelineExecutionId": "3", "status": "InProgress", "sourceRevisions": revisions},
            {"pipelineExecutionId": "2", "status": "Failed", "sourceRevisions": revisions},
        ],
    )

    assert StackView(OUTPUTS, aws.client).running_executions() == {"4": "", "3": "abc"}


def test_the_log_of_a_build_that_is_gone_is_empty() -> None:
    assert StackView(OUTPUTS, FakeAws([""]).client).build_log("build:1") == []


def test_a_snapshot_as_json_carries_the_status_of_its_stages() -> None:
    found = StackView(OUTPUTS, FakeAws(["InProgress"], [row(charge=("1", "2"))]).client).progress("id")
    value = json.loads(json.dumps(found.to_json()))

    assert [stage["status"] for stage in value["stages"]] == [""]
    assert value["release"]["functions"][0]["to_version"] == "2"
    assert value["functions"][0]["key"] == "charge"
