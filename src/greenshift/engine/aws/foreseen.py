"""The id and the ARNs a resource will have, from its inputs: what a policy may judge before it is made.

Forms: service authorization reference, "Resource types defined by ..." of each service; the ids are those of
terraform-provider-aws. A type that is not here, or whose name is not known yet, has nothing to foresee.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenshift.engine.aws.stand_in import Place
from greenshift.engine.properties.values import Properties, Value, plain


@dataclass(frozen=True)
class _Form:
    """``arn`` behind ``arn:<partition>:``, with the inputs' names in braces; ``id`` in the same words."""

    arn: str
    id: str
    name: str = "name"


_HERE = "{region}:{account}"
_FUNCTION = f"lambda:{_HERE}:function:"
_FORMS = {
    "aws:cloudwatch/eventRule:EventRule": _Form(f"events:{_HERE}:rule/{{name}}", "{name}"),
    "aws:cloudwatch/logGroup:LogGroup": _Form(f"logs:{_HERE}:log-group:{{name}}", "{name}"),
    "aws:cloudwatch/metricAlarm:MetricAlarm": _Form(f"cloudwatch:{_HERE}:alarm:{{name}}", "{name}"),
    "aws:codebuild/project:Project": _Form(f"codebuild:{_HERE}:project/{{name}}", "{arn}"),
    "aws:codebuild/reportGroup:ReportGroup": _Form(f"codebuild:{_HERE}:report-group/{{name}}", "{arn}"),
    "aws:codepipeline/pipeline:Pipeline": _Form(f"codepipeline:{_HERE}:{{name}}", "{name}"),
    "aws:dynamodb/table:Table": _Form(f"dynamodb:{_HERE}:table/{{name}}", "{name}"),
    "aws:iam/policy:Policy": _Form("iam::{account}:policy{path}{name}", "{arn}"),
    "aws:iam/role:Role": _Form("iam::{account}:role{path}{name}", "{name}"),
    "aws:kinesis/stream:Stream": _Form(f"kinesis:{_HERE}:stream/{{name}}", "{arn}"),
    "aws:lambda/alias:Alias": _Form(f"{_FUNCTION}{{functionName}}:{{name}}", "{arn}"),
    "aws:lambda/function:Function": _Form(f"{_FUNCTION}{{name}}", "{name}"),
    "aws:s3/bucket:Bucket": _Form("s3:::{bucket}", "{bucket}", "bucket"),
    "aws:s3/bucketV2:BucketV2": _Form("s3:::{bucket}", "{bucket}", "bucket"),
    "aws:sfn/stateMachine:StateMachine": _Form(f"states:{_HERE}:stateMachine:{{name}}", "{arn}"),
    "aws:sns/topic:Topic": _Form(f"sns:{_HERE}:{{name}}", "{arn}"),
    "aws:sqs/queue:Queue": _Form(f"sqs:{_HERE}:{{name}}", ""),
}
TYPES = frozenset(_FORMS)
_INVOKED = ("aws:lambda/alias:Alias", "aws:lambda/function:Function")


def foreseen(type_: str, inputs: Properties, place: Place) -> tuple[str, dict[str, Value]]:
    """The id, "" where it cannot be told, and outputs beside the inputs; none where nothing can."""
    form = _FORMS.get(type_)
    texts = {key: value for key, value in inputs.items() if isinstance(value, str)}
    if form is None or form.name not in texts or _is_elsewhere(type_, inputs):
        return "", {}
    if type_ == "aws:lambda/alias:Alias":
        if "functionName" not in texts:
            return "", {}
        texts["functionName"] = texts["functionName"].rpartition(":")[2]  # a name, or an ARN that ends in it
    words = {"path": "/", **texts, "region": place.region, "account": place.account}
    partition = _partition(place.region)
    arn = f"arn:{partition}:{form.arn.format_map(words)}"
    found: dict[str, Value] = {"arn": arn}
    if type_ in _INVOKED:
        path = f"path/2015-03-31/functions/{arn}/invocations"
        found["invokeArn"] = f"arn:{partition}:apigateway:{place.region}:lambda:{path}"
    return form.id.format_map({**words, "arn": arn}), found


def _is_elsewhere(type_: str, inputs: Mapping[str, Value]) -> bool:
    """A rule on a bus of its own has that bus in its ARN."""
    bus = plain(inputs.get("eventBusName"))
    return type_ == "aws:cloudwatch/eventRule:EventRule" and bus not in (None, "default")


def _partition(region: str) -> str:
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
