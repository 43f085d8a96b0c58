"""The pipeline: what it reads its source with, and its newest executions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from greenshift.checks.deployed.facts import ConnectionFacts, ExecutionFacts
from greenshift.checks.deployed.reading.missing import unless_missing
from greenshift.view import ReleaseView

_EXECUTIONS = 50


def source_of(declared: Mapping[str, Any]) -> dict[str, str]:
    """The configuration of the action that reads the user's code: the first of the first stage."""
    configuration: dict[str, str] = declared["pipeline"]["stages"][0]["actions"][0].get("configuration", {})
    return configuration


def connection(clients: Callable[[str], Any], arn: str) -> ConnectionFacts | None:
    """The service is named in the ARN: connections made before July 2024 live under the older name."""
    if not arn:
        return None
    try:
        found = clients(arn.split(":")[2]).get_connection(ConnectionArn=arn)["Connection"]
    except ClientError as error:
        unless_missing(error)
        return ConnectionFacts(arn)
    return ConnectionFacts(
        arn, found.get("ConnectionName", ""), found.get("ProviderType", ""), found["ConnectionStatus"]
    )


def executions(client: Any, pipeline: str) -> tuple[ExecutionFacts, ...]:
    """The newest ones, newest first."""
    found = client.list_pipeline_executions(pipelineName=pipeline, maxResults=_EXECUTIONS)
    return tuple(
        ExecutionFacts(each["pipelineExecutionId"], each["status"], each["lastUpdateTime"])
        for each in found["pipelineExecutionSummaries"]
    )


def running(
    client: Any, pipeline: str, before: Iterable[ExecutionFacts], releases: Iterable[ReleaseView]
) -> frozenset[str]:
    """Executions under way, or begun since ``before``; and those of open releases that still are."""
    first, last = {each.id: each for each in before}, executions(client, pipeline)
    under_way = {each.id for each in (*first.values(), *last) if not each.has_ended}
    begun = {each.id for each in last if each.id not in first}
    known = {*first, *(each.id for each in last)}
    others = [release.id for release in releases if not release.ended_at and release.id not in known]
    return frozenset(under_way | begun | {each for each in others if _is_running(client, pipeline, each)})


def _is_running(client: Any, pipeline: str, execution: str) -> bool:
    try:
        found = client.get_pipeline_execution(pipelineName=pipeline, pipelineExecutionId=execution)
    except ClientError as error:
        unless_missing(error)
        return False
    return found["pipelineExecution"]["status"] in ("InProgress", "Stopping")
