"""CodeDeploy as a release sees it: create, stop, look, and find again by description.

A deployment is found again by its description, `greenshift <release id> <key>`, because CreateDeployment
takes no client token: that is how an invocation that died after the call learns that it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from greenshift.release.errors import Refusal, code_of
from greenshift.release.machine.observation import Deployment
from greenshift.release.services.appspec import AppSpec, parse_appspec
from greenshift.release.services.pool import in_batches

# API reference: BatchGetDeployments, "an array of deployment IDs; maximum 25".
_BATCH = 25
# A group creates one deployment per release and its rollback; more pages than this are not ours to read.
_PAGES = 10
# Sends traffic back in one step, without waiting [user guide: predefined Lambda configurations].
ALL_AT_ONCE = "CodeDeployDefault.LambdaAllAtOnce"


def description_of(release_id: str, key: str, attempt: int = 0) -> str:
    """`greenshift <release id> <key>`, and ` rollback` (` rollback 2`, …) for our own way back."""
    suffix = {0: "", 1: " rollback"}.get(attempt, f" rollback {attempt}")
    return f"greenshift {release_id} {key}{suffix}"


def release_of(description: str) -> str | None:
    """The release a deployment belongs to, or None when its description is not ours."""
    parts = description.split(" ")
    return parts[1] if len(parts) >= 3 and parts[0] == "greenshift" else None


class Deployments:
    """The calls of a release to CodeDeploy. ``once`` is a client that never repeats a call by itself."""

    def __init__(self, client: Any, once: Any, application: str) -> None:
        self._client = client
        self._once = once
        self._application = application

    def create(
        self,
        group: str,
        appspec: AppSpec,
        description: str,
        *,
        at_once: bool = False,
        alarms: Sequence[str] | None = None,
    ) -> str:
        """A deployment as the group says: its configuration, alarms and automatic rollback. ``at_once`` sets
        its configuration aside, ``alarms`` its list of alarms.
        """
        config = {"deploymentConfigName": ALL_AT_ONCE} if at_once else {}
        created = self._once.create_deployment(
            applicationName=self._application,
            deploymentGroupName=group,
            description=description,
            revision=_revision(appspec),
            **config,
            **({} if alarms is None else {"overrideAlarmConfiguration": _watching(alarms)}),
        )
        return str(created["deploymentId"])

    def create_rollback(self, group: str, appspec: AppSpec, description: str) -> str:
        """A deployment that nothing holds up and that never rolls back onto the version it came from."""
        created = self._once.create_deployment(
            applicationName=self._application,
            deploymentGroupName=group,
            deploymentConfigName=ALL_AT_ONCE,
            description=description,
            revision=_revision(appspec),
            autoRollbackConfiguration={"enabled": False},
            overrideAlarmConfiguration={"enabled": False},
        )
        return str(created["deploymentId"])

    def stop(self, deployment_id: str) -> None:
        """Stop with rollback; stopping one that has just finished is no error."""
        try:
            self._client.stop_deployment(deploymentId=deployment_id, autoRollbackEnabled=True)
        except ClientError as error:
            if code_of(error) != "DeploymentAlreadyCompletedException":
                raise

    def get(self, deployment_id: str) -> Deployment:
        return _deployment(self._client.get_deployment(deploymentId=deployment_id)["deploymentInfo"])

    def read(self, deployment_ids: Iterable[str]) -> dict[str, Deployment]:
        """The deployments that exist, by id."""
        found: dict[str, Deployment] = {}
        for batch in in_batches(sorted(set(deployment_ids)), _BATCH):
            for info in self._client.batch_get_deployments(deploymentIds=batch)["deploymentsInfo"]:
                found[str(info["deploymentId"])] = _deployment(info)
        return found

    def find(self, group: str, description: str, since: datetime) -> Deployment | None:
        """The newest deployment of the group with exactly this description."""
        ids = self._ids_of(group, since)
        ours = [item for item in self.read(ids).values() if item.description == description]
        return max(
            ours, key=lambda item: (item.created_at is not None, item.created_at, item.id), default=None
        )

    def _ids_of(self, group: str, since: datetime) -> list[str]:
        """None of a group that is gone: a release that cannot begin in it must still be able to end."""
        ids: list[str] = []
        more: dict[str, str] = {}
        for _ in range(_PAGES):
            try:
                page = self._client.list_deployments(
                    applicationName=self._application,
                    deploymentGroupName=group,
                    createTimeRange={"start": since},
                    **more,
                )
            except ClientError as error:
                if code_of(error) != "DeploymentGroupDoesNotExistException":
                    raise
                break
            ids.extend(str(item) for item in page.get("deployments", []))
            if not page.get("nextToken"):
                break
            more = {"nextToken": page["nextToken"]}
        return ids

    def appspec(self, deployment_id: str) -> AppSpec:
        """What a deployment moves: from its AppSpec, or from its target when AWS leaves the content out."""
        revision = self._client.get_deployment(deploymentId=deployment_id)["deploymentInfo"].get(
            "revision", {}
        )
        for member in ("appSpecContent", "string"):  # `String` is the older form of the same
            if content := (revision.get(member) or {}).get("content"):
                return parse_appspec(str(content))
        return self._appspec_of_target(deployment_id)

    def _appspec_of_target(self, deployment_id: str) -> AppSpec:
        ids = self._client.list_deployment_targets(deploymentId=deployment_id).get("targetIds", [])
        for target_id in ids[:1]:
            found = self._client.get_deployment_target(deploymentId=deployment_id, targetId=target_id)
            info = found["deploymentTarget"]["lambdaTarget"]["lambdaFunctionInfo"]
            members = ("functionName", "functionAlias", "currentVersion", "targetVersion")
            return AppSpec(*(str(info[member]) for member in members))
        raise Refusal(f"deployment {deployment_id} has neither an AppSpec nor a Lambda target")

    def report_hook(self, deployment_id: str, execution_id: str, status: str) -> None:
        """Tell CodeDeploy how a hook ended; a second report of the same one is no error."""
        try:
            self._client.put_lifecycle_event_hook_execution_status(
                deploymentId=deployment_id, lifecycleEventHookExecutionId=execution_id, status=status
            )
        except ClientError as error:
            if code_of(error) != "LifecycleEventAlreadyCompletedException":
                raise


def _watching(alarms: Sequence[str]) -> dict[str, object]:
    # Enabled without an alarm is InvalidAlarmConfigException [API reference: CreateDeployment].
    return {"enabled": bool(alarms), "alarms": [{"name": name} for name in alarms]}


def _revision(appspec: AppSpec) -> dict[str, object]:
    content = {"content": appspec.content(), "sha256": appspec.digest()}
    return {"revisionType": "AppSpecContent", "appSpecContent": content}


def _deployment(info: dict[str, Any]) -> Deployment:
    error = info.get("errorInformation") or {}
    return Deployment(
        id=str(info["deploymentId"]),
        status=str(info["status"]),
        error_code=str(error.get("code") or ""),
        error_message=str(error.get("message") or ""),
        rollback_id=(info.get("rollbackInfo") or {}).get("rollbackDeploymentId"),
        completed_at=info.get("completeTime"),
        description=str(info.get("description") or ""),
        created_at=info.get("createTime"),
    )
