"""A trial of one function: a copy of its live version is deployed, sent back, deployed, and taken back.

The copy is published from ``$LATEST``, so it is only made of a function whose ``$LATEST`` is what is live:
the code and every setting. It differs in one second of its time-out, without which Lambda publishes nothing
new (API reference, PublishVersion); no setting is chosen that could carry a secret or change what it does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.reading.alarms import read_alarms
from greenshift.reading.deployments import Deployment, read_deployments
from greenshift.reading.functions import Alias, read_alias
from greenshift.verify.rehearsal.pace import Pace, Unmet
from greenshift.verify.stack import Stack
from greenshift.view import FunctionOutputs

CANARY = "CodeDeployDefault.LambdaCanary10Percent30Minutes"
ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"
DESCRIPTION = "greenshift verify --release: a copy of the live version, deleted when done"
_LONGEST = 900  # seconds (API reference, UpdateFunctionConfiguration: Timeout)
# Members that differ between $LATEST and a version of it by nature.
_OF_ONE_VERSION = frozenset(
    {
        "ConfigSha256",
        "Description",
        "FunctionArn",
        "LastModified",
        "LastUpdateStatus",
        "LastUpdateStatusReason",
        "LastUpdateStatusReasonCode",
        "MasterArn",
        "ResponseMetadata",
        "RevisionId",
        "RuntimeVersionConfig",
        "SnapStart",
        "State",
        "StateReason",
        "StateReasonCode",
        "Version",
    }
)


@dataclass(frozen=True)
class Trial:
    """One function and the calls a trial makes."""

    stack: Stack
    function: FunctionOutputs
    pace: Pace

    def alias(self) -> Alias:
        """Where the traffic goes now."""
        found = read_alias(self._lambda, self.function.name, self.function.alias)
        if found is None:
            raise Unmet(f"{self.function.name} has no alias {self.function.alias} any more")
        return found

    def is_at(self, version: str) -> bool:
        return self.alias() == Alias(version)

    def configuration(self, qualifier: str = "$LATEST") -> Mapping[str, Any]:
        found: Mapping[str, Any] = self._lambda.get_function_configuration(
            FunctionName=self.function.name, Qualifier=qualifier
        )
        return found

    def obstacle(self) -> str:
        """Why no trial can be made of this function; empty when one can."""
        alias = self.alias()
        if self._alarm_state() == "ALARM":
            return f"its alarm {self.function.alarm} is firing"
        if alias.weights:
            return f"its traffic is split: {alias}"
        if _frozen(self.configuration()) != _frozen(self.configuration(alias.version)):
            return f"$LATEST is not what live version {alias.version} is"
        return ""

    def publish_copy(self, live: str) -> str:
        """A new version, the same as the live one but for its time-out; ``$LATEST`` keeps its own."""
        before = self.configuration()
        try:
            self.set_timeout(_another(before["Timeout"]))
            version: str = self._lambda.publish_version(
                FunctionName=self.function.name, CodeSha256=before["CodeSha256"], Description=DESCRIPTION
            )["Version"]
        finally:
            self.set_timeout(before["Timeout"])
        if int(version) <= int(live):
            raise Unmet(f"Lambda published nothing new, but answered with version {version}")
        return version

    def set_timeout(self, seconds: int) -> None:
        """Changes one setting and waits: until it is through, Lambda refuses the next change."""
        if self.configuration()["Timeout"] != seconds:
            self._lambda.update_function_configuration(FunctionName=self.function.name, Timeout=seconds)
            self.pace.until(self._is_updated, f"a change of {self.function.name}", self.pace.deployment)

    def wait_until_active(self, version: str) -> None:
        self.pace.until(lambda: self._is_active(version), f"version {version}", self.pace.deployment)

    def deploy(self, current: str, target: str, config: str) -> str:
        """A deployment as the group has it, hooks, alarm and rollback and all, but for its speed."""
        return self._create(current, target, config, hooks=True)

    def take_back(self, current: str, target: str) -> str:
        """A deployment that nothing holds up."""
        return self._create(
            current,
            target,
            ALL_AT_ONCE,
            hooks=False,
            autoRollbackConfiguration={"enabled": False},
            overrideAlarmConfiguration={"enabled": False},
        )

    def ended(self, deployment: str) -> Deployment | None:
        """None while it is under way, or being taken back."""
        found = self._ended(deployment)
        if found is not None and found.rollback and self._ended(found.rollback) is None:
            return None
        return found

    def wait_for(self, deployment: str) -> Deployment:
        return self.pace.until(
            lambda: self.ended(deployment), f"deployment {deployment}", self.pace.deployment
        )

    def stop(self, deployment: str) -> None:
        if self._ended(deployment) is None:
            self._codedeploy.stop_deployment(deploymentId=deployment, autoRollbackEnabled=True)

    def set_alarm(self, state: str) -> None:
        self.stack.aws.client("cloudwatch").set_alarm_state(
            AlarmName=self.function.alarm,
            StateValue=state,
            StateReason=f"greenshift verify --release: {state}",
        )

    def point_alias(self, version: str) -> None:
        """By hand, without CodeDeploy: the last resort."""
        self._lambda.update_alias(
            FunctionName=self.function.name,
            Name=self.function.alias,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {}},
        )

    def delete(self, version: str) -> None:
        self._lambda.delete_function(FunctionName=self.function.name, Qualifier=version)

    def _create(self, current: str, target: str, config: str, *, hooks: bool, **more: object) -> str:
        content = json.dumps(self._appspec(current, target, hooks=hooks))
        digest = hashlib.sha256(content.encode()).hexdigest()
        created = self._codedeploy.create_deployment(
            applicationName=self.stack.names.application,
            deploymentGroupName=self.function.deployment_group,
            deploymentConfigName=config,
            # One word before the dash: the recorder takes "greenshift <release> …" for a release's own.
            description=f"greenshift-verify {current} to {target}",
            revision={
                "revisionType": "AppSpecContent",
                "appSpecContent": {"content": content, "sha256": digest},
            },
            **more,
        )
        return str(created["deploymentId"])

    def _appspec(self, current: str, target: str, *, hooks: bool) -> dict[str, object]:
        properties = {
            "Name": self.function.name,
            "Alias": self.function.alias,
            "CurrentVersion": current,
            "TargetVersion": target,
        }
        moments = {"before": "BeforeAllowTraffic", "after": "AfterAllowTraffic"}
        named = [{moments[moment]: name} for moment, name in self.stack.names.hooks.items()] if hooks else []
        return {
            "version": 0.0,
            "Resources": [{"function": {"Type": "AWS::Lambda::Function", "Properties": properties}}],
            **({"Hooks": named} if named else {}),
        }

    def _ended(self, deployment: str) -> Deployment | None:
        found = read_deployments(self._codedeploy, [deployment]).get(deployment)
        if found is None:
            raise Unmet(f"CodeDeploy knows no deployment {deployment} any more")
        return found if found.has_ended else None

    def _alarm_state(self) -> str:
        found = read_alarms(self.stack.aws.client("cloudwatch"), [self.function.alarm])
        return next((alarm.state for alarm in found.values()), "")

    def _is_updated(self) -> bool | None:
        status = self.configuration().get("LastUpdateStatus", "Successful")
        if status == "Failed":
            raise Unmet(f"Lambda refused a change of {self.function.name}")
        return True if status == "Successful" else None

    def _is_active(self, version: str) -> bool | None:
        return True if self.configuration(version).get("State", "Active") == "Active" else None

    @property
    def _lambda(self) -> Any:
        return self.stack.aws.client("lambda")

    @property
    def _codedeploy(self) -> Any:
        return self.stack.aws.client("codedeploy")


def _another(timeout: int) -> int:
    """A second more, or where there is no more, one less."""
    return timeout + 1 if timeout < _LONGEST else timeout - 1


def _frozen(configuration: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in configuration.items() if name not in _OF_ONE_VERSION}
