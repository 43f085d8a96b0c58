"""The calls a deployment makes, as its group's service role, through the one door.

Each effect becomes one call and its answer one observation. A call that Lambda or IAM answers with "not now"
is tried again a few times on the clock before it counts as refused.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.codedeploy import messages
from greenshift.twin.codedeploy.effects import (
    AssumeRole,
    Effect,
    InvokeHook,
    MoveTraffic,
    ReadAlarms,
    ReadAlias,
    ReadRevision,
)
from greenshift.twin.codedeploy.model import Deployment
from greenshift.twin.codedeploy.names import Arns
from greenshift.twin.codedeploy.notices import Notice
from greenshift.twin.codedeploy.observations import (
    AlarmsRead,
    AliasChanged,
    AliasRead,
    AliasUnreadable,
    HookInvoked,
    HookRefused,
    Observation,
    RevisionRead,
    RevisionUnreadable,
    RoleAssumed,
    RoleRefused,
    TrafficMoved,
    TrafficRefused,
)
from greenshift.twin.codedeploy.progress import Failure, Routing
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

log = logging.getLogger("greenshift.twin")

SERVICE = "codedeploy.amazonaws.com"
SESSION_NAME = "CodeDeploy"  # one for all: a group may have a name STS does not take
RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0)
_PASSING = frozenset(
    {
        "TooManyRequestsException",
        "ThrottlingException",
        "Throttling",
        "ResourceConflictException",
        "ServiceException",
    }
)
_DENIED = frozenset(
    {"AccessDenied", "AccessDeniedException", "AuthorizationError", "AuthorizationErrorException"}
)
_THROTTLED = frozenset({"TooManyRequestsException", "ThrottlingException", "Throttling"})
_ABSENT = frozenset({"ResourceNotFoundException", "NoSuchKey", "NoSuchBucket", "NoSuchVersion", "NotFound"})
# What AWS calls the services in the text of IAM_ROLE_PERMISSIONS; "AWSLambda" was seen, the others follow it.
_SERVICE_NAMES = {"lambda": "AWSLambda", "cloudwatch": "AmazonCloudWatch", "s3": "AmazonS3"}


class Hands:
    """Performs the effects of one deployment."""

    def __init__(self, world: World, arns: Arns, deployment: Callable[[], Deployment]) -> None:
        self._world = world
        self._arns = arns
        self._deployment = deployment
        self._principal: Principal | None = None

    async def perform(self, effect: Effect) -> Observation | None:
        match effect:
            case AssumeRole():
                return await self._assume_role()
            case ReadRevision():
                return await self._read_revision()
            case ReadAlias():
                return await self._read_alias(effect)
            case ReadAlarms(names):
                return await self._read_alarms(names)
            case InvokeHook():
                return await self._invoke_hook(effect)
            case MoveTraffic():
                return await self._move_traffic(effect)
            case _:
                return None

    async def publish(self, notices: Iterable[Notice]) -> None:
        """Triggers are best effort: a topic that cannot be reached never changes how a deployment ends."""
        for notice in notices:
            message = {"TopicArn": notice.topic_arn, "Subject": notice.subject, "Message": notice.message}
            try:
                await self._call("sns", "Publish", message)
            except ServiceError as error:
                log.warning("trigger of deployment %s: %s", self._deployment().id, error)

    async def _assume_role(self) -> Observation:
        deployment = self._deployment()
        try:
            session = await self._world.aws.assume_role(deployment.role_arn, SESSION_NAME, SERVICE)
        except ServiceError as error:
            return RoleRefused(messages.role_missing(deployment.role_arn, error.message))
        self._principal = session.principal
        return RoleAssumed()

    async def _read_revision(self) -> Observation:
        revision = self._deployment().revision
        if revision.kind != "S3":
            return RevisionRead(revision.content)
        location = {"Bucket": revision.bucket, "Key": revision.key, "VersionId": revision.version}
        try:
            answer = await self._call("s3", "GetObject", {k: v for k, v in location.items() if v is not None})
        except ServiceError as error:
            return RevisionUnreadable(self._failure("s3", error, absent="REVISION_MISSING"))
        body: bytes = answer["Body"]
        return RevisionRead(body.decode("utf-8", errors="replace"))

    async def _read_alias(self, effect: ReadAlias) -> Observation:
        try:
            alias = await self._call(
                "lambda", "GetAlias", {"FunctionName": effect.function, "Name": effect.alias}
            )
        except ServiceError as error:
            return AliasUnreadable(self._failure("lambda", error, absent="INVALID_LAMBDA_FUNCTION"))
        return AliasRead(read_routing(alias), alias.get("RevisionId", ""))

    async def _read_alarms(self, names: tuple[str, ...]) -> Observation:
        request = {"AlarmNames": list(names), "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
        try:
            answer = await self._call("cloudwatch", "DescribeAlarms", request)
        except ServiceError as error:
            return AlarmsRead(unreadable=self._failure("cloudwatch", error, absent="INTERNAL_ERROR"))
        found = [*answer.get("MetricAlarms", ()), *answer.get("CompositeAlarms", ())]
        firing = {alarm["AlarmName"] for alarm in found if alarm.get("StateValue") == "ALARM"}
        missing = set(names) - {alarm["AlarmName"] for alarm in found}
        unreadable = messages.alarms_missing(sorted(missing)) if missing else None
        return AlarmsRead(tuple(name for name in names if name in firing), unreadable)

    async def _invoke_hook(self, effect: InvokeHook) -> Observation:
        # This payload and no more: neither function nor version is in it (user guide, AppSpec "hooks").
        payload = {
            "DeploymentId": self._deployment().id,
            "LifecycleEventHookExecutionId": effect.execution_id,
        }
        request = {
            "FunctionName": effect.function,
            "InvocationType": "Event",
            "Payload": json.dumps(payload).encode(),
        }
        try:
            await self._call("lambda", "Invoke", request)
        except ServiceError as error:
            return HookRefused(self._failure("lambda", error, absent="HOOK_EXECUTION_FAILURE"))
        return HookInvoked()

    async def _move_traffic(self, effect: MoveTraffic) -> Observation:
        request = {
            "FunctionName": effect.function,
            "Name": effect.alias,
            "FunctionVersion": effect.routing.version,
            "RoutingConfig": {"AdditionalVersionWeights": write_weights(effect.routing)},
            # Whether AWS passes its own mark is unknown. With it nobody's change is ever overwritten unseen.
            "RevisionId": effect.revision_id,
        }
        try:
            alias = await self._call("lambda", "UpdateAlias", {k: v for k, v in request.items() if v != ""})
        except ServiceError as error:
            if error.code == "PreconditionFailedException":
                return AliasChanged()
            return TrafficRefused(self._failure("lambda", error, absent="INVALID_LAMBDA_FUNCTION"))
        return TrafficMoved(alias.get("RevisionId", ""))

    async def _call(self, service: str, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if self._principal is None:
            raise ServiceError("AccessDenied", "the service role was not assumed")
        for pause in RETRY_SECONDS:
            try:
                return await self._world.aws.call(self._principal, service, operation, request)
            except ServiceError as error:
                if error.code not in _PASSING:
                    raise
            await self._world.clock.sleep(pause)
        return await self._world.aws.call(self._principal, service, operation, request)

    def _failure(self, service: str, error: ServiceError, *, absent: str) -> Failure:
        """A refused call as CodeDeploy reports it; ``absent`` is the code when the thing does not exist."""
        if error.code in _DENIED:
            return messages.role_without_permission(self._deployment().role_arn, _SERVICE_NAMES[service])
        if error.code in _THROTTLED:
            return Failure("THROTTLED", f"The deployment failed because it was throttled: {error.message}")
        if error.code in _ABSENT:
            return Failure(absent, f"The deployment failed because of a missing resource: {error.message}")
        if error.code == "InvalidParameterValueException":
            return messages.invalid_appspec(error.message)
        return messages.internal(f"{error.code}: {error.message}")


def read_routing(alias: Mapping[str, Any]) -> Routing:
    """What an alias points to; Lambda allows one further version at most (API reference)."""
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    for version, weight in weights.items():
        return Routing(alias["FunctionVersion"], version, weight)
    return Routing(alias["FunctionVersion"])


def write_weights(routing: Routing) -> dict[str, float]:
    """Always sent, also when empty: leaving RoutingConfig out would keep the weights of the step before."""
    return {} if routing.additional is None else {routing.additional: routing.weight}
