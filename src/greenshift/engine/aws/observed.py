"""Resources of which only the id is known: the inputs that would make them, read from AWS.

For ``import`` and for ``get``: of the types whose entry in the table has no ``observe`` of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import unquote

from greenshift.engine.aws import observed_delivery, observed_functions, role_policies, s3_inline
from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.events import target_inputs
from greenshift.engine.aws.lambda_permissions import permission_inputs

_USUAL_SESSION = 3600  # seconds; AWS's default
_NO_TOPIC = ("NotFound", "NotFoundException")


def _topic(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetTopicAttributes", *_NO_TOPIC, TopicArn=id_)
    if found is None:
        return None
    attributes = found["Attributes"]
    tags = calls.call("ListTagsForResource", ResourceArn=id_)["Tags"]
    return _set(
        name=id_.rsplit(":", 1)[-1],
        displayName=attributes.get("DisplayName"),
        kmsMasterKeyId=attributes.get("KmsMasterKeyId"),
        tags=_pairs(tags),
    )


def _log_group(calls: Calls, id_: str) -> Document | None:
    for page in calls.pages("DescribeLogGroups", logGroupNamePrefix=id_):
        for group in page["logGroups"]:
            if group["logGroupName"] == id_:
                arn = group["arn"].removesuffix(":*")
                tags = calls.call("ListTagsForResource", resourceArn=arn).get("tags")
                return _set(name=id_, retentionInDays=group.get("retentionInDays"), tags=tags)
    return None


def _role(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetRole", "NoSuchEntity", RoleName=id_)
    if found is None:
        return None
    role = found["Role"]
    trust = role["AssumeRolePolicyDocument"]
    return _set(
        name=id_,
        description=role.get("Description"),
        assumeRolePolicy=json.dumps(trust) if isinstance(trust, dict) else unquote(trust),
        path=_unless(role["Path"], "/"),
        maxSessionDuration=_unless(role.get("MaxSessionDuration"), _USUAL_SESSION),
        permissionsBoundary=(role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn"),
        tags=_pairs(calls.call("ListRoleTags", RoleName=id_)["Tags"]),
        **role_policies.observed(calls, id_),
    )


def _bucket(calls: Calls, id_: str) -> Document | None:
    if calls.look("HeadBucket", "404", "NoSuchBucket", Bucket=id_) is None:
        return None
    tags = calls.look("GetBucketTagging", "NoSuchTagSet", Bucket=id_)
    inline = s3_inline.observed(calls, id_)
    return _set(bucket=id_, tags=_pairs(tags["TagSet"]) if tags else None, **inline)


def _bucket_v2(calls: Calls, id_: str) -> Document | None:
    found = _bucket(calls, id_)
    return None if found is None else dict(s3_inline.listed(found))


def _rule(calls: Calls, id_: str) -> Document | None:
    """``rule``, or ``bus/rule`` where the bus is not the default one."""
    bus, _, name = id_.rpartition("/")
    where = {"EventBusName": bus} if bus else {}
    found = calls.look("DescribeRule", "ResourceNotFoundException", Name=name, **where)
    if found is None:
        return None
    tags = calls.call("ListTagsForResource", ResourceARN=found["Arn"])["Tags"]
    return _set(
        name=name,
        eventBusName=bus,
        description=found.get("Description"),
        eventPattern=found.get("EventPattern"),
        scheduleExpression=found.get("ScheduleExpression"),
        tags=_pairs(tags),
    )


def _topic_policy(calls: Calls, id_: str) -> Document | None:
    found = calls.look("GetTopicAttributes", *_NO_TOPIC, TopicArn=id_)
    return {"arn": id_, "policy": found["Attributes"]["Policy"]} if found is not None else None


def _target(calls: Calls, id_: str) -> Document | None:
    """``rule/target`` or, with a bus of its own, ``bus/rule/target``; in a state the slashes are hyphens."""
    for bus, rule, target in _places(calls, id_):
        found = calls.look("ListTargetsByRule", "ResourceNotFoundException", Rule=rule, EventBusName=bus)
        for each in (found or {}).get("Targets", []):
            if each["Id"] == target:
                return target_inputs(calls, rule, "" if bus == "default" else bus, each)
    return None


def _places(calls: Calls, id_: str) -> Iterator[tuple[str, str, str]]:
    parts = id_.split("/")
    if len(parts) in (2, 3):
        yield (parts[0] if len(parts) == 3 else "default"), parts[-2], parts[-1]
    for bus in calls.call("ListEventBuses")["EventBuses"] if len(parts) == 1 else ():
        name = bus["Name"]
        before = "" if name == "default" else f"{name}-"
        for page in calls.pages("ListRules", EventBusName=name):
            for rule in page["Rules"]:
                if id_.startswith(f"{before}{rule['Name']}-"):
                    yield name, rule["Name"], id_.removeprefix(f"{before}{rule['Name']}-")


def _permission(calls: Calls, id_: str) -> Document | None:
    """``function/statement``, or ``function:qualifier/statement``."""
    function, _, statement = id_.rpartition("/")
    name, _, qualifier = function.rpartition(":") if function.count(":") in (1, 7) else (function, "", "")
    if not name:
        return None
    where = {"FunctionName": name, **({"Qualifier": qualifier} if qualifier else {})}
    found = calls.look("GetPolicy", "ResourceNotFoundException", **where)
    for each in json.loads(found["Policy"])["Statement"] if found is not None else []:
        if each["Sid"] == statement:
            return permission_inputs(name, qualifier, each)
    return None


def _unless(value: object, usual: object) -> object:
    return None if value == usual else value


def _set(**inputs: object) -> Document:
    """Only what is set: AWS answers with much that nobody gave."""
    return {key: value for key, value in inputs.items() if value not in (None, "", {}, [])}


def _pairs(tags: list[Document]) -> dict[str, str]:
    return {str(item["Key"]): str(item["Value"]) for item in tags}


OBSERVED: Mapping[str, Callable[[Calls, str], Document | None]] = {
    **observed_functions.OBSERVED,
    **observed_delivery.OBSERVED,
    "aws:sns/topic:Topic": _topic,
    "aws:sns/topicPolicy:TopicPolicy": _topic_policy,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:iam/role:Role": _role,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketV2:BucketV2": _bucket_v2,
    "aws:cloudwatch/eventRule:EventRule": _rule,
    "aws:cloudwatch/eventTarget:EventTarget": _target,
    "aws:lambda/permission:Permission": _permission,
}
"""By type; each answers None when there is no such resource."""
