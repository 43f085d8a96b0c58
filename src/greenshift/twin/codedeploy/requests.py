"""From the wire to our values: each settings block of a request, checked as AWS checks it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from greenshift.rollout import AllAtOnce, Canary, Linear, Strategy, StrategyError
from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.model import AlarmSettings, Revision, RollbackSettings, Trigger

MOST_ALARMS = 10
MOST_TRIGGERS = 10
MOST_ALARM_NAME_CHARACTERS = 255
MOST_DESCRIPTION_CHARACTERS = 256
MOST_TAGS = 50

_ROLE_ARN = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")
_TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:.+")
_SERVER_ONLY = (
    ("ec2TagFilters", "InvalidEC2TagException"),
    ("ec2TagSet", "InvalidEC2TagException"),
    ("onPremisesInstanceTagFilters", "InvalidTagException"),
    ("onPremisesTagSet", "InvalidTagException"),
    ("autoScalingGroups", "InvalidAutoScalingGroupException"),
    ("loadBalancerInfo", "InvalidLoadBalancerInfoException"),
    ("ecsServices", "InvalidECSServiceException"),
    ("blueGreenDeploymentConfiguration", "InvalidBlueGreenDeploymentConfigurationException"),
    ("ec2DeploymentOptions", "InvalidInputException"),
    ("terminationHookEnabled", "InvalidInputException"),
)
_DEPLOYMENT_SERVER_ONLY = (
    ("targetInstances", "InvalidTargetInstancesException"),
    ("ignoreApplicationStopFailures", "InvalidIgnoreApplicationStopFailuresValueException"),
    ("updateOutdatedInstancesOnly", "InvalidUpdateOutdatedInstancesOnlyValueException"),
    ("fileExistsBehavior", "InvalidFileExistsBehaviorException"),
    ("ec2DeploymentOptions", "InvalidInputException"),
)

Wire = Mapping[str, Any]


def refuse_server_settings(request: Wire) -> None:
    """Refuse what belongs to EC2 and ECS; empty and false values say nothing and pass."""
    _refuse(request, _SERVER_ONLY)


def refuse_server_deployment(request: Wire) -> None:
    """The same for CreateDeployment; DISALLOW is what a client sends when it says nothing."""
    asked = {key: value for key, value in request.items() if value != "DISALLOW"}
    _refuse(asked, _DEPLOYMENT_SERVER_ONLY)


def _refuse(request: Wire, members: Sequence[tuple[str, str]]) -> None:
    for member, code in members:
        if request.get(member):
            raise errors.not_for_lambda(code, member)


def read_alarms(block: Wire | None) -> AlarmSettings:
    if block is None:
        return AlarmSettings()
    names = tuple(str(alarm.get("name") or "") for alarm in block.get("alarms") or [])
    if not all(names) or any(len(name) > MOST_ALARM_NAME_CHARACTERS for name in names):
        raise errors.alarms("An alarm name is empty or longer than 255 characters.")
    if len(set(names)) < len(names):
        raise errors.alarms("Two alarms with the same name are specified.")
    if len(names) > MOST_ALARMS:
        raise errors.too_many_alarms(MOST_ALARMS)
    enabled = bool(block.get("enabled"))
    if enabled and not names:
        raise errors.alarms("The alarm configuration is enabled, but the alarm list is empty.")
    return AlarmSettings(enabled, bool(block.get("ignorePollAlarmFailure")), names)


def read_rollback(block: Wire | None) -> RollbackSettings:
    if block is None:
        return RollbackSettings()
    events = tuple(block.get("events") or ())
    if block.get("enabled") and not events:
        raise errors.auto_rollback("Automatic rollback is enabled, but no triggering event is listed.")
    return RollbackSettings(bool(block.get("enabled")), events)


def read_triggers(blocks: Sequence[Wire] | None) -> tuple[Trigger, ...]:
    triggers = tuple(_trigger(block) for block in blocks or ())
    if len({trigger.name for trigger in triggers}) < len(triggers):
        raise errors.trigger("Two triggers with the same name are specified.")
    if len(triggers) > MOST_TRIGGERS:
        raise errors.too_many_triggers(MOST_TRIGGERS)
    return triggers


def _trigger(block: Wire) -> Trigger:
    name, target, events = block.get("triggerName"), block.get("triggerTargetArn"), block.get("triggerEvents")
    if not name or not events:
        raise errors.trigger("A trigger needs a name and at least one event.")
    if not target or not _TOPIC_ARN.fullmatch(target):
        raise errors.trigger(f"The target of the trigger {name} is not the ARN of an SNS topic.")
    return Trigger(name, target, tuple(events))


def read_role(arn: str) -> str:
    if not _ROLE_ARN.fullmatch(arn):
        raise errors.role(arn, "It is not the ARN of a role.")
    return arn


def check_style(block: Wire | None) -> None:
    """Lambda has one style. Whether AWS takes a group without any is not documented; the twin does."""
    if block and block != {"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"}:
        raise errors.deployment_style()


def read_strategy(block: Wire | None) -> Strategy:
    if not block:
        raise errors.traffic_routing("trafficRoutingConfig is required for the Lambda compute platform.")
    try:
        match block.get("type"):
            case "AllAtOnce":
                return AllAtOnce()
            case "TimeBasedCanary":
                canary = block.get("timeBasedCanary") or {}
                return Canary(canary.get("canaryPercentage") or 0, canary.get("canaryInterval") or 0)
            case "TimeBasedLinear":
                linear = block.get("timeBasedLinear") or {}
                return Linear(linear.get("linearPercentage") or 0, linear.get("linearInterval") or 0)
    except StrategyError as error:
        raise errors.traffic_routing(f"The traffic routing is not valid: {error.reason}.") from None
    raise errors.traffic_routing("The type of trafficRoutingConfig was not specified.")


def read_revision(block: Wire | None) -> Revision:
    if not block:
        raise errors.revision_required()
    match block.get("revisionType"):
        case "AppSpecContent":
            return _inline(
                Revision("AppSpecContent", _content(block, "appSpecContent")), block["appSpecContent"]
            )
        case "String":  # deprecated in favour of AppSpecContent, and still accepted (API reference)
            return _inline(Revision("String", _content(block, "string")), block["string"])
        case "S3":
            return _s3_revision(block.get("s3Location") or {})
        case found:
            raise errors.revision(f"A revision of type {found} is not for the Lambda compute platform.")


def _content(block: Wire, member: str) -> str:
    content = (block.get(member) or {}).get("content")
    if not content:
        raise errors.revision(f"The member {member} must have a content that is not empty.")
    return str(content)


def _inline(revision: Revision, location: Wire) -> Revision:
    # Over the text as it is, before JSON escapes it (awslabs/aws-codedeploy-plugin#89).
    expected = location.get("sha256")
    if expected and expected.lower() != hashlib.sha256(revision.content.encode()).hexdigest():
        raise errors.revision("The sha256 of the revision does not match its content.")
    return revision


def _s3_revision(location: Wire) -> Revision:
    if not location.get("bucket") or not location.get("key"):
        raise errors.revision("The s3Location of a revision needs a bucket and a key.")
    if location.get("bundleType") not in ("YAML", "JSON"):
        # Seen so in awslabs/aws-codedeploy-plugin#89.
        raise errors.revision("BundleType must be either YAML or JSON")
    return Revision(
        "S3",
        bucket=location["bucket"],
        key=location["key"],
        bundle_type=location["bundleType"],
        version=location.get("version"),
        etag=location.get("eTag"),
    )


def read_description(text: str | None) -> str | None:
    if text is not None and len(text) > MOST_DESCRIPTION_CHARACTERS:
        raise errors.description_too_long(MOST_DESCRIPTION_CHARACTERS)
    return text


def read_tags(blocks: Sequence[Wire] | None) -> dict[str, str]:
    tags = {str(block.get("Key") or ""): str(block.get("Value") or "") for block in blocks or ()}
    if "" in tags or any(key.lower().startswith("aws:") for key in tags):
        raise errors.tags("A tag key may not be empty or start with aws:.")
    if len(tags) > MOST_TAGS:
        raise errors.tags(f"A resource may have at most {MOST_TAGS} tags.")
    return tags
