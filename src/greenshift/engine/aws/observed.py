"""Resources of which only the id is known: the inputs that would make them, read from AWS.

For ``import`` and for ``get``. A type without an entry here cannot be looked at by its id alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import unquote

from greenshift.engine.aws import observed_functions
from greenshift.engine.aws.calls import Calls, Document

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
        tags=_pairs(calls.call("ListRoleTags", RoleName=id_)["Tags"]),
    )


def _bucket(calls: Calls, id_: str) -> Document | None:
    if calls.look("HeadBucket", "404", "NoSuchBucket", Bucket=id_) is None:
        return None
    tags = calls.look("GetBucketTagging", "NoSuchTagSet", Bucket=id_)
    return _set(bucket=id_, tags=_pairs(tags["TagSet"]) if tags else None)


def _rule(calls: Calls, id_: str) -> Document | None:
    found = calls.look("DescribeRule", "ResourceNotFoundException", Name=id_)
    if found is None:
        return None
    tags = calls.call("ListTagsForResource", ResourceARN=found["Arn"])["Tags"]
    return _set(
        name=id_,
        description=found.get("Description"),
        eventPattern=found.get("EventPattern"),
        scheduleExpression=found.get("ScheduleExpression"),
        tags=_pairs(tags),
    )


def _unless(value: object, usual: object) -> object:
    return None if value == usual else value


def _set(**inputs: object) -> Document:
    """Only what is set: AWS answers with much that nobody gave."""
    return {key: value for key, value in inputs.items() if value not in (None, "", {}, [])}


def _pairs(tags: list[Document]) -> dict[str, str]:
    return {str(item["Key"]): str(item["Value"]) for item in tags}


OBSERVED: Mapping[str, Callable[[Calls, str], Document | None]] = {
    **observed_functions.OBSERVED,
    "aws:sns/topic:Topic": _topic,
    "aws:cloudwatch/logGroup:LogGroup": _log_group,
    "aws:iam/role:Role": _role,
    "aws:s3/bucket:Bucket": _bucket,
    "aws:cloudwatch/eventRule:EventRule": _rule,
}
"""By type; each answers None when there is no such resource."""
