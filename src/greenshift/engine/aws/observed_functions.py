"""Functions and what stands around them, by their id alone: the inputs that would make them, read from AWS.

Code is not among them: AWS keeps its hash, not the archive it came from.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote

from greenshift.engine.aws.calls import Calls, Document

_NONE = "ResourceNotFoundException"
#: What AWS has when nobody gave it [Lambda API reference: CreateFunction].
_USUAL: Mapping[str, Any] = {
    "timeout": 3,
    "memorySize": 128,
    "packageType": "Zip",
    "architectures": ["x86_64"],
    "tracingConfig": {"mode": "PassThrough"},
    "ephemeralStorage": {"size": 512},
}
#: What AWS has for an alarm when nobody gave it [CloudWatch API reference: PutMetricAlarm].
_USUAL_ALARM: Mapping[str, Any] = {"actionsEnabled": True, "treatMissingData": "missing"}
_ALARM = {
    "alarmDescription": "AlarmDescription",
    "comparisonOperator": "ComparisonOperator",
    "evaluationPeriods": "EvaluationPeriods",
    "datapointsToAlarm": "DatapointsToAlarm",
    "metricName": "MetricName",
    "namespace": "Namespace",
    "period": "Period",
    "statistic": "Statistic",
    "threshold": "Threshold",
    "treatMissingData": "TreatMissingData",
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "okActions": "OKActions",
    "insufficientDataActions": "InsufficientDataActions",
}


def _function(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetFunction", _NONE, FunctionName=id_)
    if found is None:
        return None
    has = found["Configuration"]
    return _given(
        _USUAL,
        name=has["FunctionName"],
        role=has.get("Role"),
        runtime=has.get("Runtime"),
        handler=has.get("Handler"),
        description=has.get("Description"),
        timeout=has.get("Timeout"),
        memorySize=has.get("MemorySize"),
        packageType=has.get("PackageType"),
        architectures=has.get("Architectures"),
        environment=_inner(variables=has.get("Environment", {}).get("Variables")),
        layers=[each["Arn"] for each in has.get("Layers", [])],
        kmsKeyArn=has.get("KMSKeyArn"),
        tracingConfig=_inner(mode=has.get("TracingConfig", {}).get("Mode")),
        ephemeralStorage=_inner(size=has.get("EphemeralStorage", {}).get("Size")),
        deadLetterConfig=_inner(targetArn=has.get("DeadLetterConfig", {}).get("TargetArn")),
        reservedConcurrentExecutions=found.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        tags=found.get("Tags"),
    )


def _alias(calls: Calls, id_: str) -> Document | None:
    """By its ARN, as the state has it, or ``function/alias``, as people import one."""
    function, name = id_.split(":")[-2:] if id_.startswith("arn:") else id_.rsplit("/", 1)
    found = calls.look("GetAlias", _NONE, FunctionName=function, Name=name)
    if found is None:
        return None
    weights = found.get("RoutingConfig", {}).get("AdditionalVersionWeights")
    return _given(
        {},
        name=name,
        functionName=function,
        functionVersion=found["FunctionVersion"],
        description=found.get("Description"),
        routingConfig=_inner(additionalVersionWeights=weights),
    )


def _policy(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetPolicy", "NoSuchEntity", PolicyArn=id_)
    if found is None:
        return None
    policy = found["Policy"]
    version = calls.call("GetPolicyVersion", PolicyArn=id_, VersionId=policy["DefaultVersionId"])
    document = version["PolicyVersion"]["Document"]
    tags = calls.call("ListPolicyTags", PolicyArn=id_)["Tags"]
    return _given(
        {"path": "/"},
        name=policy["PolicyName"],
        path=policy["Path"],
        description=policy.get("Description"),
        policy=json.dumps(document) if isinstance(document, dict) else unquote(document),
        tags={item["Key"]: item["Value"] for item in tags},
    )


def _attachment(calls: Calls, id_: str) -> Document | None:
    role, _, policy = id_.partition("/")
    return {"role": role, "policyArn": policy}


def _alarm(calls: Calls, id_: str) -> Document | None:
    alarms = calls.call("DescribeAlarms", AlarmNames=[id_])["MetricAlarms"]
    if not alarms:
        return None
    alarm = alarms[0]
    tags = calls.call("ListTagsForResource", ResourceARN=alarm["AlarmArn"])["Tags"]
    return _given(
        _USUAL_ALARM,
        name=id_,
        dimensions={each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])},
        tags={item["Key"]: item["Value"] for item in tags},
        **{key: alarm.get(member) for key, member in _ALARM.items()},
    )


def _subscription(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetSubscriptionAttributes", "NotFound", "NotFoundException", SubscriptionArn=id_)
    if found is None:
        return None
    has = found["Attributes"]
    return _given(
        {"rawMessageDelivery": False, "filterPolicyScope": "MessageAttributes"},
        topic=has["TopicArn"],
        protocol=has["Protocol"],
        endpoint=has["Endpoint"],
        rawMessageDelivery=has.get("RawMessageDelivery") == "true",
        filterPolicy=has.get("FilterPolicy"),
        filterPolicyScope=has.get("FilterPolicyScope"),
        redrivePolicy=has.get("RedrivePolicy"),
    )


def _given(usual: Mapping[str, Any], **inputs: Any) -> Document:
    """Only what somebody set: AWS answers with its own defaults, too."""
    return {
        key: value
        for key, value in inputs.items()
        if value not in (None, "", {}, []) and usual.get(key) != value
    }


def _inner(**members: Any) -> Document:
    return {key: value for key, value in members.items() if value not in (None, "", {}, [])}


OBSERVED: Mapping[str, Callable[[Calls, str], Document | None]] = {
    "aws:lambda/function:Function": _function,
    "aws:lambda/alias:Alias": _alias,
    "aws:iam/policy:Policy": _policy,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": _attachment,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:sns/topicSubscription:TopicSubscription": _subscription,
}
"""By type; each answers None when there is no such resource."""
