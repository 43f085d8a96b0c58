"""What of a stack's resources is paid for, read from their types and inputs as Pulumi has them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.errors import GreenshiftError

_OF_A_FUNCTION = "greenshift:index:ServiceFunction$"
_FUNCTION = "aws:lambda/function:Function"
_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_PIPELINE = "aws:codepipeline/pipeline:Pipeline"
_PROJECT = "aws:codebuild/project:Project"
_TABLE = "aws:dynamodb/table:Table"
_KEY = "aws:kms/key:Key"
_SECRET = "aws:secretsmanager/secret:Secret"
# Paid for by what is put through or into them, which is among the lines of a release.
BY_USE = frozenset(
    {
        "aws:cloudwatch/logGroup:LogGroup",
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketV2:BucketV2",
        "aws:sns/topic:Topic",
    }
)
PRICED = frozenset({_FUNCTION, _ALARM, _PIPELINE, _PROJECT, _TABLE, _KEY, _SECRET})
# AWS asks nothing for them: whole services, and the settings of resources that are paid for by use.
FREE = (
    "aws:codebuild/reportGroup",  # test reports cost nothing beyond the build's minutes
    "aws:cloudwatch/event",  # rules and targets; the events of AWS's own services are free
    "aws:codeconnections/",
    "aws:codedeploy/",  # deployments to Lambda
    "aws:codepipeline/webhook:",
    "aws:codestarconnections/",
    "aws:iam/",
    "aws:kms/alias:",
    "aws:lambda/alias:",
    "aws:lambda/permission:",
    "aws:s3/bucket",
    "aws:sns/topicPolicy:",
    "aws:sns/topicSubscription:",
    "greenshift:",
    "pulumi:",
)
# The controller, by the end of its resource's name; the others are hooks and the recorder.
CONTROLLER, RECORDER, HOOKS = "controller-function", "recorder-function", ("before-hook", "after-hook")


@dataclass(frozen=True)
class Resource:
    """One resource of a state or a plan."""

    urn: str
    type: str
    inputs: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.urn.rsplit("::", 1)[-1]

    @property
    def is_of_a_function(self) -> bool:
        return _OF_A_FUNCTION in self.urn


@dataclass(frozen=True)
class Machine:
    """How a function of Lambda is paid for: memory and the part of /tmp above 512 MB in GB."""

    memory: float
    storage: float
    architecture: str


@dataclass(frozen=True)
class Stack:
    """What is paid for. ``own`` are your functions', ``control`` Greenshift's by name."""

    functions: int
    alarm_metrics_each: float
    """Metrics that the alarms of one function watch."""
    alarm_metrics: int
    """Metrics that alarms of no function watch."""
    actions: tuple[str, ...]
    """Category of each action of the pipeline, in order; those that people answer are not paid for."""
    compute_type: str
    control: Mapping[str, Machine]
    own: tuple[Machine, ...]
    recovers: bool
    """Whether the ledger can be brought back to any point in time."""
    keys: int
    secrets: int
    not_priced: Mapping[str, int]
    """Types of resources nothing is known of, and how many there are."""


def read_stack(resources: Iterable[Resource]) -> Stack:
    """Raises GreenshiftError when they are no stack of ours."""
    found = list(resources)
    own = [each for each in found if each.type == _FUNCTION and each.is_of_a_function]
    pipelines = [each for each in found if each.type == _PIPELINE]
    if not own or not pipelines:
        raise GreenshiftError(
            "this stack has no pipeline that releases functions",
            hint="cost is told of what greenshift.DeliveryPipeline makes: greenshift preview",
        )
    alarms = [each for each in found if each.type == _ALARM]
    control = [each for each in found if each.type == _FUNCTION and not each.is_of_a_function]
    return Stack(
        functions=len(own),
        alarm_metrics_each=sum(_metrics(each) for each in alarms if each.is_of_a_function) / len(own),
        alarm_metrics=sum(_metrics(each) for each in alarms if not each.is_of_a_function),
        actions=tuple(_actions(pipelines)),
        compute_type=next((_compute(each) for each in found if each.type == _PROJECT), ""),
        control={each.name: _machine(each) for each in control},
        own=tuple(_machine(each) for each in own),
        recovers=any(_recovers(each) for each in found if each.type == _TABLE),
        keys=sum(each.type == _KEY for each in found),
        secrets=sum(each.type == _SECRET for each in found),
        not_priced=dict(Counter(each.type for each in found if not _is_known(each.type))),
    )


def _is_known(type_: str) -> bool:
    return type_ in PRICED or type_ in BY_USE or type_.startswith(FREE)


def _metrics(alarm: Resource) -> int:
    """CloudWatch, pricing: an alarm on an expression is paid for by the metrics in it."""
    queries = alarm.inputs.get("metricQueries")
    return sum("metric" in query for query in queries) if isinstance(queries, list) else 1


def _actions(pipelines: Iterable[Resource]) -> list[str]:
    stages = [stage for each in pipelines for stage in each.inputs.get("stages") or ()]
    actions = [action for stage in stages for action in stage["actions"]]
    # CodePipeline, pricing: not for manual approvals and custom actions.
    return [a["category"] for a in actions if a["category"] != "Approval" and a["owner"] != "Custom"]


def _compute(project: Resource) -> str:
    return str((project.inputs.get("environment") or {}).get("computeType", ""))


def _machine(function: Resource) -> Machine:
    inputs = function.inputs
    storage = float((inputs.get("ephemeralStorage") or {}).get("size", 512))
    architecture = (inputs.get("architectures") or ["x86_64"])[0]
    return Machine(
        float(inputs.get("memorySize") or 128) / 1024, max(0.0, storage - 512) / 1024, architecture
    )


def _recovers(table: Resource) -> bool:
    return bool((table.inputs.get("pointInTimeRecovery") or {}).get("enabled"))
