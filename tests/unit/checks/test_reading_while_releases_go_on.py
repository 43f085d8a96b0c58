"""Reading takes a while, and indexes lag: a release that goes on meanwhile is not taken for a fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from greenshift.checks.deployed.reading import deployments, ledger, pipeline
from greenshift.reading.executions import Execution
from greenshift.view import FunctionOutputs, StackOutputs

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
CHARGE = FunctionOutputs("charge", "app-charge", "arn:aws:lambda:r:1:function:app-charge:live", "a", "g")
OUTPUTS = StackOutputs("app", "", "ledger", "", "", (CHARGE,))


def row(id_: str, status: str, **attributes: Any) -> dict[str, Any]:
    part = {"charge": {"name": "app-charge", "from": "1", "to": "2", "state": "SHIFTED"}}
    values = {"deploymentId": id_, "status": status, "functions": part, "startedAt": f"2026-05-0{id_[1:]}"}
    return {name: TypeSerializer().serialize(value) for name, value in {**values, **attributes}.items()}


def execution(id_: str, status: str) -> Execution:
    return Execution(id=id_, status=status, updated=NOW)


class Table:
    """A table, its index by pipeline as it was a moment ago, and its index by function."""

    def __init__(self, rows: list[dict[str, Any]], listed: list[dict[str, Any]]) -> None:
        self._rows = {each["deploymentId"]["S"]: each for each in rows}
        self._listed = listed
        self.history: list[str] = []

    def get_item(self, Key: dict[str, Any], ConsistentRead: bool, **_: Any) -> dict[str, Any]:
        assert ConsistentRead
        found = self._rows.get(Key["deploymentId"]["S"])
        return {"Item": found} if found else {}

    def query(self, IndexName: str, **_: Any) -> dict[str, Any]:
        assert IndexName == "byFunction"
        return {"Items": [{"release": {"S": id_}} for id_ in self.history]}

    def get_paginator(self, _: str) -> Table:
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        yield {"Items": self._listed}


def test_a_row_that_the_index_shows_without_its_end_is_read_from_the_table() -> None:
    ended = row("r2", "SUCCEEDED", endedAt="2026-05-02T11")
    first = row("r1", "SUCCEEDED", endedAt="2026-05-01T11")
    table = Table([ended, first], listed=[row("r2", "SHIFTING"), first])

    rows = ledger.read(table, OUTPUTS, [])

    assert [(each.id, each.status) for each in rows.releases] == [("r2", "SUCCEEDED"), ("r1", "SUCCEEDED")]


def test_a_row_that_the_index_does_not_show_yet_is_read_from_the_table() -> None:
    ended = row("r2", "SUCCEEDED", endedAt="2026-05-02T11")
    executions = [execution("r2", "Succeeded"), execution("r3", "Failed")]

    rows = ledger.read(Table([ended], listed=[]), OUTPUTS, executions)

    assert [each.id for each in rows.releases] == ["r2"]
    assert rows.unrecorded == {"r3"}


def test_a_function_that_no_recent_release_names_is_looked_up_in_its_own_history() -> None:
    old = row("r1", "SUCCEEDED", endedAt="2026-05-01T11")
    failed = row("r9", "FAILED", endedAt="2026-05-09T11", functions={})
    table = Table([old, failed], listed=[failed])
    table.history = ["r1"]

    assert [each.id for each in ledger.read(table, OUTPUTS, []).releases] == ["r9", "r1"]


class Pipeline:
    """CodePipeline at the end of the reading."""

    def __init__(self, **statuses: str) -> None:
        self.statuses = statuses

    def list_pipeline_executions(self, **_: Any) -> dict[str, Any]:
        found = [
            {"pipelineExecutionId": id_, "status": status, "lastUpdateTime": NOW}
            for id_, status in self.statuses.items()
        ]
        return {"pipelineExecutionSummaries": found}


def running(before: dict[str, str], after: dict[str, str]) -> frozenset[str]:
    first = [execution(id_, status) for id_, status in before.items()]
    return pipeline.running(Pipeline(**after), "app", first, [])


def test_an_execution_that_ended_or_began_in_between_counts_as_under_way() -> None:
    assert running({"r1": "Succeeded"}, {"r1": "Succeeded"}) == frozenset()
    assert running({"r1": "InProgress"}, {"r1": "Succeeded"}) == {"r1"}
    assert running({"r1": "Failed"}, {"r1": "InProgress"}) == {"r1"}, "a stage was retried"
    assert running({"r1": "Stopping"}, {"r1": "Stopping"}) == {"r1"}
    assert running({}, {"r1": "Succeeded"}) == {"r1"}, "it began and ended in between"


class CodeDeploy:
    """Two deployments of which one ends while others are read."""

    def __init__(self) -> None:
        self.looks = 0

    def batch_get_deployments(self, deploymentIds: list[str]) -> dict[str, Any]:
        self.looks += 1
        infos = [self._info(id_) for id_ in deploymentIds]
        return {"deploymentsInfo": infos}

    def _info(self, id_: str) -> dict[str, Any]:
        return {
            "deploymentId": id_,
            "applicationName": "app",
            "deploymentGroupName": "g",
            "deploymentConfigName": "Linear30",
            "status": "Succeeded" if id_ == "d-1" and self.looks > 1 else "InProgress",
            "createTime": NOW,
            "description": "greenshift r2 charge",
        }

    def get_paginator(self, _: str) -> CodeDeploy:
        return self

    def paginate(self, includeOnlyStatuses: list[str]) -> Iterator[dict[str, Any]]:
        assert "InProgress" in includeOnlyStatuses and "Succeeded" not in includeOnlyStatuses
        yield {"deployments": ["d-1", "d-2"]}

    def get_deployment_config(self, **_: Any) -> dict[str, Any]:
        linear = {"linearPercentage": 30, "linearInterval": 2}
        routing = {"type": "TimeBasedLinear", "timeBasedLinear": linear}
        return {"deploymentConfigInfo": {"trafficRoutingConfig": routing}}

    def list_deployment_targets(self, **_: Any) -> dict[str, Any]:
        return {"targetIds": []}


def test_a_deployment_that_ended_in_between_is_not_under_way() -> None:
    client = CodeDeploy()

    (left,) = deployments.read(client, deployments.unfinished(client, "app"))

    assert (left.id, left.release, left.shift.total_seconds()) == ("d-2", "r2", 6 * 60)
    assert deployments.unfinished(client, "another") == ()
