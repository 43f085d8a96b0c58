"""A stack of many functions and releases: an object that answers like boto3 clients and counts the calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from greenshift.view import FunctionOutputs, StackOutputs

START = datetime(2026, 11, 1, tzinfo=UTC)
PIPELINE = "big"
_LIMITS = {"describe_alarms": 100, "batch_get_deployments": 25, "batch_get_item": 100, "get_metric_data": 500}
_serialize = TypeSerializer().serialize


def function_name(number: int) -> str:
    return f"{PIPELINE}-f{number:03}"


@dataclass
class BigStack:
    """``functions`` functions; ``releases`` rows, the newest one shifting when ``is_shifting``."""

    functions: int = 200
    releases: int = 10_000
    is_shifting: bool = True
    calls: Counter[str] = field(default_factory=Counter)
    now: datetime = START + timedelta(days=60)
    weight: float = 0.1
    largest: Counter[str] = field(default_factory=Counter)
    alarms: dict[str, str] = field(default_factory=dict)
    """The states of those that are not OK, by name."""

    @property
    def outputs(self) -> StackOutputs:
        arn = "arn:aws:lambda:us-east-1:123456789012:function:"
        return StackOutputs(
            PIPELINE, "url", "ledger", "bucket", "topic",
            tuple(
                FunctionOutputs(f"f{n:03}", function_name(n), f"{arn}{function_name(n)}:live",
                                f"{function_name(n)}-errors", function_name(n))
                for n in range(self.functions)
            ),
        )  # fmt: skip

    def client(self, service: str) -> BigStack:
        return self

    def get_paginator(self, operation: str) -> _Pages:
        return _Pages(self, operation)

    def _count(self, operation: str, size: int = 1) -> None:
        self.calls[operation] += 1
        self.largest[operation] = max(self.largest[operation], size)
        assert size <= _LIMITS.get(operation, 1000), f"{operation} with {size}"

    # codepipeline

    def get_pipeline(self, name: str) -> dict[str, Any]:
        self._count("get_pipeline")
        action = {"name": "Shift", "actionTypeId": {"category": "Invoke", "provider": "Lambda"}}
        return {"pipeline": {"version": 3, "stages": [{"name": "Shift", "actions": [action]}]}}

    def get_pipeline_state(self, name: str) -> dict[str, Any]:
        self._count("get_pipeline_state")
        headers = {"date": f"{self.now:%a, %d %b %Y %H:%M:%S} GMT"}
        stage = {"stageName": "Shift", "latestExecution": {"pipelineExecutionId": self.id(self.releases - 1)}}
        return {"pipelineVersion": 3, "stageStates": [stage], "ResponseMetadata": {"HTTPHeaders": headers}}

    def list_pipeline_executions(self, pipelineName: str, maxResults: int) -> dict[str, Any]:
        self._count("list_pipeline_executions")
        newest = range(self.releases - 1, max(-1, self.releases - 1 - maxResults), -1)
        return {
            "pipelineExecutionSummaries": [
                {
                    "pipelineExecutionId": self.id(n),
                    "status": "InProgress" if self._is_open(n) else "Succeeded",
                    "lastUpdateTime": self.started(n),
                }
                for n in newest
            ]
        }

    def pages_of_list_action_executions(self, **_: Any) -> Iterator[dict[str, Any]]:
        self._count("list_action_executions")
        yield {"actionExecutionDetails": []}

    # lambda, cloudwatch, codedeploy

    def get_alias(self, FunctionName: str, Name: str) -> dict[str, Any]:
        self._count("get_alias")
        if not self.is_shifting:
            return {"FunctionVersion": "2"}
        return {"FunctionVersion": "1", "RoutingConfig": {"AdditionalVersionWeights": {"2": self.weight}}}

    def pages_of_describe_alarms(self, AlarmNames: list[str], MaxRecords: int) -> Iterator[dict[str, Any]]:
        self._count("describe_alarms", len(AlarmNames))
        yield {
            "MetricAlarms": [
                {
                    "AlarmName": name,
                    "StateValue": self.alarms.get(name, "OK"),
                    "Threshold": 5.0,
                    "EvaluationPeriods": 1,
                    "Period": 60,
                }
                for name in AlarmNames
            ]
        }

    def pages_of_get_metric_data(self, MetricDataQueries: list[Any], **_: Any) -> Iterator[dict[str, Any]]:
        self._count("get_metric_data", len(MetricDataQueries))
        moments = [self.now - timedelta(minutes=n) for n in (2, 1)]
        yield {
            "MetricDataResults": [
                {"Id": query["Id"], "Timestamps": moments, "Values": [3.0, 4.0]}
                for query in MetricDataQueries
            ]
        }

    def pages_of_list_metrics(self, Namespace: str) -> Iterator[dict[str, Any]]:
        """AWS knows of no metrics by source."""
        self._count("list_metrics")
        yield {"Metrics": []}

    def batch_get_deployments(self, deploymentIds: list[str]) -> dict[str, Any]:
        self._count("batch_get_deployments", len(deploymentIds))
        return {
            "deploymentsInfo": [
                {
                    "deploymentId": each,
                    "status": "InProgress" if self.is_shifting else "Succeeded",
                    "deploymentConfigName": "CodeDeployDefault.LambdaLinear10PercentEvery1Minute",
                    "startTime": self.now - timedelta(minutes=1),
                }
                for each in deploymentIds
            ]
        }

    def list_builds_for_project(self, projectName: str, sortOrder: str) -> dict[str, Any]:
        self._count("list_builds_for_project")
        return {"ids": []}

    def list_deployment_targets(self, deploymentId: str) -> dict[str, Any]:
        self._count("list_deployment_targets")
        return {"targetIds": [f"target-of-{deploymentId}"]}

    def batch_get_deployment_targets(self, deploymentId: str, targetIds: list[str]) -> dict[str, Any]:
        self._count("batch_get_deployment_targets")
        begun = self.now - timedelta(minutes=1)
        event = {"lifecycleEventName": "AllowTraffic", "status": "InProgress", "startTime": begun}
        return {"deploymentTargets": [{"lambdaTarget": {"lifecycleEvents": [event]}}]}

    # dynamodb

    def query(self, Limit: int, ExclusiveStartKey: Any = None, **more: Any) -> dict[str, Any]:
        self._count("query")
        start = self.releases - 1
        if ExclusiveStartKey:
            start = int(ExclusiveStartKey["deploymentId"]["S"].split("-")[1]) - 1
        chosen = range(start, max(-1, start - Limit), -1)
        answer: dict[str, Any] = {"Items": [self.row(n) for n in chosen]}
        if chosen and chosen[-1] > 0:
            key = {"deploymentId": self.id(chosen[-1]), "pipeline": PIPELINE, "startedAt": "…"}
            answer["LastEvaluatedKey"] = {name: {"S": value} for name, value in key.items()}
        return answer

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        (keys,) = [table["Keys"] for table in RequestItems.values()]
        self._count("batch_get_item", len(keys))
        numbers = [int(key["deploymentId"]["S"].split("-")[1]) for key in keys]
        return {"Responses": {"ledger": [self.row(n) for n in numbers]}, "UnprocessedKeys": {}}

    def get_item(self, Key: dict[str, Any], **_: Any) -> dict[str, Any]:
        self._count("get_item")
        return {"Item": self.row(int(Key["deploymentId"]["S"].split("-")[1]))}

    def row(self, number: int) -> dict[str, Any]:
        is_open = self._is_open(number)
        started, state = self.started(number), "SHIFTING" if is_open else "SHIFTED"
        values: dict[str, Any] = {
            "deploymentId": self.id(number),
            "status": "SHIFTING" if is_open else "SUCCEEDED",
            "startedAt": f"{started:%Y-%m-%dT%H:%M:%S}.000Z",
            "functions": {
                f"f{n:03}": {"name": function_name(n), "from": "1", "to": "2", "state": state,
                             "deploymentId": f"d-{number}-{n:03}"}
                for n in range(self.functions)
            },
            "transitions": [{"at": f"{started:%Y-%m-%dT%H:%M:%S}.000Z", "status": "SHIFTING", "cause": "it"}],
        }  # fmt: skip
        if not is_open:
            values["endedAt"] = values["startedAt"]
        return {name: _serialize(value) for name, value in values.items()}

    def _is_open(self, number: int) -> bool:
        return self.is_shifting and number == self.releases - 1

    def id(self, number: int) -> str:
        return f"release-{number:05}"

    def started(self, number: int) -> datetime:
        return self.now - timedelta(minutes=2 if self._is_open(number) else 5 * (self.releases - number))


@dataclass
class _Pages:
    stack: BigStack
    operation: str

    def paginate(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        pages: Iterator[dict[str, Any]] = getattr(self.stack, f"pages_of_{self.operation}")(**parameters)
        return pages
