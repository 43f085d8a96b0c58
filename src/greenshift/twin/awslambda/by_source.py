"""Counts by what led to an invocation: a queue, an API, a schedule. Pure names, and a place to count.

AWS has no such metric: Lambda's are by function, alias and version (developer guide, "Viewing metrics"), and
those of an event source mapping by mapping alone, without versions. The twin knows each invocation's source,
so it counts in a namespace of its own, where whoever looks at a shift finds it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from greenshift.twin.callers.principal import Principal

NAMESPACE = "Greenshift/Sources"
DIRECT = "direct"
"""Somebody's own Invoke."""
_WORDS = {"sqs": "queue", "kinesis": "stream", "sns": "topic", "s3": "bucket"}


def source_of(caller: Principal) -> str:
    """What a caller acts for, in a word and a name, such as ``queue jobs``."""
    if caller.source.count(":") < 5:
        return DIRECT
    service, resource = caller.source.split(":", 5)[2::3]
    parts = resource.split("/")
    match service:
        case "dynamodb":
            return f"table {parts[1]}"
        case "execute-api":
            return f"api {parts[0]}"
        case "lambda":
            return "function URL"
        case "events":
            return f"rule {parts[-1]}"
        case "scheduler":
            return f"schedule {parts[-1]}"
        case "cloudwatch":
            return f"alarm {resource.removeprefix('alarm:')}"
    return f"{_WORDS.get(service, service)} {resource}"


class Metrics(Protocol):
    """Where measurements go."""

    def record(
        self,
        namespace: str,
        metric_name: str,
        dimensions: Mapping[str, str],
        value: float,
        timestamp: float,
        unit: str = "None",
    ) -> None: ...


class BySource:
    """Counts of one alias and one source; its metrics have the names of Lambda's own."""

    def __init__(self, metrics: Metrics, function: str, alias: str, source: str) -> None:
        self._metrics = metrics
        self._own = {"FunctionName": function, "Resource": f"{function}:{alias}", "Source": source}

    def ran(self, version: str, moment: float, *, is_error: bool) -> None:
        """One invocation ended; ``moment`` is twin time."""
        dimensions = {**self._own, "ExecutedVersion": version}
        self._record("Invocations", dimensions, 1.0, moment)
        self._record("Errors", dimensions, float(is_error), moment)

    def retried(self, failed: str, version: str, moment: float) -> None:
        """A version did what another one had failed on: a message, a record or an event."""
        dimensions = {**self._own, "ExecutedVersion": version, "FailedVersion": failed}
        self._record("Retried", dimensions, 1.0, moment)

    def _record(self, name: str, dimensions: dict[str, str], value: float, moment: float) -> None:
        self._metrics.record(NAMESPACE, name, dimensions, value, moment, "Count")
