"""The metrics an alarm watches, and the dimensions under which Lambda publishes its own.

Source: Lambda developer guide, "Viewing metrics for Lambda functions": by function, by resource, by
executed version (aliases only), and across all functions; event source mappings have their own dimension.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.guardrails.resources import Inputs, Resource

LAMBDA = "AWS/Lambda"
PUBLISHED = (
    frozenset[str](),
    frozenset({"FunctionName"}),
    frozenset({"FunctionName", "Resource"}),
    frozenset({"FunctionName", "Resource", "ExecutedVersion"}),
    frozenset({"EventSourceMappingUUID"}),
)
METRICS = frozenset(
    {
        "Invocations",
        "Errors",
        "Duration",
        "Throttles",
        "ConcurrentExecutions",
        "DeadLetterErrors",
        "DestinationDeliveryFailures",
        "IteratorAge",
        "ProvisionedConcurrencyInvocations",
        "ProvisionedConcurrencySpilloverInvocations",
        "ProvisionedConcurrencyUtilization",
        "ProvisionedConcurrentExecutions",
        "UnreservedConcurrentExecutions",
    }
)


@dataclass(frozen=True)
class Metric:
    namespace: str
    name: str
    dimensions: Inputs
    has_known_dimensions: bool


def metrics(alarm: Resource) -> Iterator[Metric]:
    """The alarm's own metric, or those of its expressions."""
    holders = [query.item("metric") for query in alarm.inputs.items("metricQueries")]
    for inputs in (alarm.inputs, *holders):
        name, namespace = inputs.text("metricName"), inputs.text("namespace")
        if name and namespace:
            known = not inputs.is_unknown("dimensions")
            yield Metric(namespace, name, inputs.item("dimensions"), known)


def watches_lambda(alarm: Resource) -> bool:
    return any(metric.namespace == LAMBDA for metric in metrics(alarm))
