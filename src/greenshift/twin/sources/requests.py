"""Requests about mappings, read and checked (API reference: CreateEventSourceMapping)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from greenshift.twin.awslambda import errors
from greenshift.twin.sources.filters import MOST_FILTERS, Filter, PatternError, read_filter
from greenshift.twin.sources.model import Kind, Rules

Wire = Mapping[str, Any]


@dataclass(frozen=True)
class Limits:
    """What a source allows; the defaults are AWS's."""

    batch: int
    largest: int
    largest_alone: int
    """Without a batch window."""
    data: str


LIMITS: dict[Kind, Limits] = {
    "sqs": Limits(10, 10_000, 10, "body"),
    "kinesis": Limits(100, 10_000, 10_000, "data"),
    "dynamodb": Limits(100, 10_000, 10_000, ""),
}
_STREAMS_ONLY = (
    "StartingPosition",
    "StartingPositionTimestamp",
    "BisectBatchOnFunctionError",
    "MaximumRecordAgeInSeconds",
    "MaximumRetryAttempts",
    "ParallelizationFactor",
    "TumblingWindowInSeconds",
)
_REFUSED = (
    "Topics",
    "Queues",
    "SelfManagedEventSource",
    "AmazonManagedKafkaEventSourceConfig",
    "SelfManagedKafkaEventSourceConfig",
    "DocumentDBEventSourceConfig",
    "SourceAccessConfigurations",
    "ProvisionedPollerConfig",
)


def kind_of(arn: str | None) -> Kind:
    """Which source an ARN names; others are refused by name."""
    service = (arn or "").split(":")[2] if (arn or "").count(":") >= 5 else ""
    match service:
        case "sqs":
            return "sqs"
        case "kinesis":
            return "kinesis"
        case "dynamodb" if "/stream/" in str(arn):
            return "dynamodb"
    raise errors.unsupported(f"functions are fed from SQS, Kinesis and DynamoDB streams, not from {arn}")


def rules(request: Wire, kind: Kind, source: str, known: Rules | None = None) -> Rules:
    """The rules of a new mapping, or of a known one with what the request changes."""
    _refuse(request, kind)
    limits = LIMITS[kind]
    before = known or Rules(batch_size=limits.batch, parallel=1)

    def given(name: str, otherwise: Any) -> Any:
        value = request.get(name)
        return otherwise if value is None else value

    scaling, position = request.get("ScalingConfig"), request.get("StartingPosition")
    made = Rules(
        batch_size=given("BatchSize", before.batch_size),
        window=given("MaximumBatchingWindowInSeconds", before.window),
        filters=_filters(request, limits.data) if "FilterCriteria" in request else before.filters,
        reports_items="ReportBatchItemFailures" in request["FunctionResponseTypes"]
        if request.get("FunctionResponseTypes") is not None
        else before.reports_items,
        concurrency=scaling.get("MaximumConcurrency") if scaling is not None else before.concurrency,
        starting_position=position or before.starting_position,
        starting_time=_seconds(request.get("StartingPositionTimestamp")) or before.starting_time,
        retries=given("MaximumRetryAttempts", before.retries),
        age=given("MaximumRecordAgeInSeconds", before.age),
        bisect=given("BisectBatchOnFunctionError", before.bisect),
        on_failure=_on_failure(request.get("DestinationConfig"), before.on_failure),
    )
    _check(made, kind, source)
    return made


def _refuse(request: Wire, kind: Kind) -> None:
    for name in _REFUSED:
        if request.get(name):
            raise errors.unsupported(f"{name} is not supported: there is no such source here")
    if kind == "sqs":
        for name in _STREAMS_ONLY:
            if request.get(name) is not None:
                raise errors.invalid(f"{name} is not supported for SQS event sources")
    elif request.get("ScalingConfig"):
        raise errors.invalid("ScalingConfig is only supported for SQS event sources")
    if (request.get("ParallelizationFactor") or 1) != 1:
        raise errors.unsupported("ParallelizationFactor is 1 here: one batch of a shard at a time")
    if request.get("TumblingWindowInSeconds"):
        raise errors.unsupported("TumblingWindowInSeconds is not supported here")


def _check(made: Rules, kind: Kind, source: str) -> None:
    limits = LIMITS[kind]
    if made.batch_size > limits.largest:
        raise errors.invalid(f"BatchSize must be at most {limits.largest}")
    if kind == "sqs" and source.endswith(".fifo"):
        if made.window:
            raise errors.invalid("Batching window is not supported for FIFO queues")
        if made.batch_size > 10:
            raise errors.invalid("BatchSize must be at most 10 for FIFO queues")
    if made.batch_size > limits.largest_alone and made.window < 1:
        raise errors.invalid(
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is "
            f"greater than {limits.largest_alone}"
        )
    if kind != "sqs":
        if made.starting_position is None:
            raise errors.invalid(
                "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
                "constraint: Member must not be null."
            )
        if made.starting_position == "AT_TIMESTAMP":
            if kind == "dynamodb":
                raise errors.invalid("Unsupported starting position for arn type: AT_TIMESTAMP")
            if made.starting_time is None:
                raise errors.invalid("StartingPositionTimestamp is required for AT_TIMESTAMP")
        if made.age != -1 and made.age < 60:
            raise errors.invalid("MaximumRecordAgeInSeconds must be -1, or at least 60")


def _filters(request: Wire, data: str) -> tuple[Filter, ...]:
    found = (request.get("FilterCriteria") or {}).get("Filters") or []
    if len(found) > MOST_FILTERS:
        raise errors.invalid(f"Maximum number of filters is {MOST_FILTERS}")
    made = []
    for each in found:
        try:
            made.append(read_filter(each.get("Pattern") or "{}", data))
        except PatternError as error:
            raise errors.invalid(f"Invalid filter pattern definition. ({error})") from None
    return tuple(made)


def _on_failure(given: Wire | None, before: str | None) -> str | None:
    if given is None:
        return before
    if (given.get("OnSuccess") or {}).get("Destination"):
        raise errors.invalid("On-success destinations are not supported for event source mappings")
    arn: str | None = (given.get("OnFailure") or {}).get("Destination")
    if arn and arn.split(":")[2] not in ("sqs", "sns"):
        raise errors.unsupported(f"records of failure go to queues and topics, not to {arn}")
    return arn or None


def _seconds(moment: datetime | float | None) -> float | None:
    return moment.timestamp() if isinstance(moment, datetime) else moment


def response(mapping: Any, function_arn: str, arn: str, now: float) -> dict[str, Any]:
    """An EventSourceMappingConfiguration."""
    own: Rules = mapping.rules
    told: dict[str, Any] = {
        "UUID": mapping.uuid,
        "BatchSize": own.batch_size,
        "MaximumBatchingWindowInSeconds": own.window,
        "EventSourceArn": mapping.source,
        "EventSourceMappingArn": arn,
        "FunctionArn": function_arn,
        "LastModified": mapping.modified,
        "State": mapping.state(now),
        "StateTransitionReason": "USER_INITIATED" if mapping.kind == "sqs" else "User action",
        "FunctionResponseTypes": ["ReportBatchItemFailures"] if own.reports_items else [],
    }
    if own.filters:
        told["FilterCriteria"] = {"Filters": [{"Pattern": each.text} for each in own.filters]}
    if mapping.kind == "sqs":
        if own.concurrency is not None:
            told["ScalingConfig"] = {"MaximumConcurrency": own.concurrency}
        return told
    told |= {
        "StartingPosition": own.starting_position,
        "ParallelizationFactor": own.parallel,
        "MaximumRecordAgeInSeconds": own.age,
        "BisectBatchOnFunctionError": own.bisect,
        "MaximumRetryAttempts": own.retries,
        "TumblingWindowInSeconds": 0,
        "LastProcessingResult": mapping.result,
        "DestinationConfig": {"OnFailure": {"Destination": own.on_failure} if own.on_failure else {}},
    }
    if own.starting_time is not None:
        told["StartingPositionTimestamp"] = own.starting_time
    return told


__all__ = ["LIMITS", "kind_of", "response", "rules"]
