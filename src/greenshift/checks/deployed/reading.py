"""Reads what the checks need, in as few calls as it takes; "does not exist" is a fact and no error."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from greenshift.checks.deployed.facts import AlarmFacts, AliasFacts, ConnectionFacts, StackFacts
from greenshift.view import FunctionOutputs, ReleaseView, StackOutputs, StackView

#: Everything doctor asks of AWS, for the policy of a person who may look and not touch.
OPERATIONS = (
    "cloudwatch:DescribeAlarms",
    "codeconnections:GetConnection",
    "codepipeline:GetPipeline",
    "codepipeline:GetPipelineExecution",
    "codepipeline:ListActionExecutions",
    "codepipeline:ListPipelineExecutions",
    "codestar-connections:GetConnection",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "lambda:GetAlias",
)
_RELEASES = 50
_ALARMS_PER_CALL = 100
_CALLS_AT_ONCE = 8
_MISSING = ("ResourceNotFoundException", "PipelineExecutionNotFoundException")


def read_stack(outputs: StackOutputs, clients: Callable[[str], Any]) -> StackFacts:
    view = StackView(outputs, clients)
    pipeline, cloudwatch = clients("codepipeline"), clients("cloudwatch")
    source = _source_action(pipeline.get_pipeline(name=outputs.pipeline)["pipeline"])
    releases = tuple(view.history(_RELEASES))
    newest = view.latest_execution()
    alarms, now = _alarms(cloudwatch, outputs.functions)
    return StackFacts(
        now=now,
        pipeline=outputs.pipeline,
        polls=source.get("PollForSourceChanges", "").lower() == "true" and "OAuthToken" in source,
        connection=_connection(clients, source.get("ConnectionArn", "")),
        newest=view.progress(newest) if newest else None,
        running=_running(pipeline, outputs.pipeline, view, releases),
        releases=releases,
        aliases=_aliases(clients("lambda"), outputs.functions),
        alarms=alarms,
    )


def _source_action(pipeline: dict[str, Any]) -> dict[str, str]:
    """The configuration of the action that reads the user's code: the first of the first stage."""
    configuration: dict[str, str] = pipeline["stages"][0]["actions"][0].get("configuration", {})
    return configuration


def _connection(clients: Callable[[str], Any], arn: str) -> ConnectionFacts | None:
    """The service is named in the ARN: connections made before July 2024 live under the older name."""
    if not arn:
        return None
    try:
        found = clients(arn.split(":")[2]).get_connection(ConnectionArn=arn)["Connection"]
    except ClientError as error:
        _unless_missing(error)
        return ConnectionFacts(arn)
    return ConnectionFacts(
        arn, found.get("ConnectionName", ""), found.get("ProviderType", ""), found["ConnectionStatus"]
    )


def _running(client: Any, pipeline: str, view: StackView, releases: Iterable[ReleaseView]) -> frozenset[str]:
    """Executions under way: those the pipeline lists, and those of releases without an end that still are."""
    listed = set(view.running_executions())
    open_releases = [release.id for release in releases if not release.ended_at and release.id not in listed]
    return frozenset(listed | {each for each in open_releases if _is_running(client, pipeline, each)})


def _is_running(client: Any, pipeline: str, execution: str) -> bool:
    try:
        found = client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution)
    except ClientError as error:
        _unless_missing(error)
        return False
    return found["pipelineExecution"]["status"] in ("InProgress", "Stopping")


def _aliases(client: Any, functions: Iterable[FunctionOutputs]) -> tuple[AliasFacts, ...]:
    def read(function: FunctionOutputs) -> AliasFacts:
        try:
            found = client.get_alias(FunctionName=function.name, Name=function.alias)
        except ClientError as error:
            _unless_missing(error)
            return AliasFacts(function)
        weights = found.get("RoutingConfig", {}).get("AdditionalVersionWeights") or {}
        shares = tuple((version, round(100 * weight, 6)) for version, weight in sorted(weights.items()))
        return AliasFacts(function, found["FunctionVersion"], shares)

    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        return tuple(pool.map(read, functions))


def _alarms(client: Any, functions: tuple[FunctionOutputs, ...]) -> tuple[tuple[AlarmFacts, ...], datetime]:
    """The alarms, and AWS's own time: on the twin it is not the time of the wall."""
    found: dict[str, dict[str, Any]] = {}
    now = None
    for start in range(0, len(functions), _ALARMS_PER_CALL):
        names = [function.alarm for function in functions[start : start + _ALARMS_PER_CALL]]
        answer = client.describe_alarms(AlarmNames=names)
        found.update({alarm["AlarmName"]: alarm for alarm in answer["MetricAlarms"]})
        now = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
    assert now is not None, "a stack has at least one function"
    return tuple(_alarm(function, found.get(function.alarm)) for function in functions), now


def _alarm(function: FunctionOutputs, alarm: dict[str, Any] | None) -> AlarmFacts:
    if alarm is None:
        return AlarmFacts(function)
    return AlarmFacts(
        function,
        state=alarm["StateValue"],
        reason=alarm.get("StateReason", ""),
        since=alarm.get("StateTransitionedTimestamp") or alarm.get("StateUpdatedTimestamp"),
        watched=next(_watched(alarm), ""),
    )


def _watched(alarm: dict[str, Any]) -> Iterator[str]:
    for query in alarm.get("Metrics", []):
        for dimension in query.get("MetricStat", {}).get("Metric", {}).get("Dimensions", []):
            if dimension["Name"] == "ExecutedVersion":
                yield dimension["Value"]


def _unless_missing(error: ClientError) -> None:
    if error.response["Error"]["Code"] not in _MISSING:
        raise error
