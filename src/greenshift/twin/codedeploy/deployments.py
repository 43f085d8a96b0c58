"""Deployments: begin one, look at it, stop it, and hear what its hooks say."""

from __future__ import annotations

from datetime import datetime

from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.model import AlarmSettings, Deployment, Group, RollbackSettings
from greenshift.twin.codedeploy.names import new_deployment_id, new_execution_id, page
from greenshift.twin.codedeploy.observations import HookReported, StopRequested
from greenshift.twin.codedeploy.operations import Operations
from greenshift.twin.codedeploy.progress import (
    HOOK_TIMEOUT_SECONDS,
    POLL_SECONDS,
    Phase,
    Plan,
    Progress,
)
from greenshift.twin.codedeploy.requests import (
    read_alarms,
    read_description,
    read_revision,
    read_rollback,
    refuse_server_deployment,
)
from greenshift.twin.codedeploy.responses import deployment_info, given
from greenshift.twin.service import CallContext, Request, Response, operation

MOST_DEPLOYMENTS = 25
SHORTEST_REAL_HOOK_SECONDS = 60.0
SHORTEST_REAL_POLL_SECONDS = 0.05


class Deployments(Operations):
    @operation
    def create_deployment(self, context: CallContext, request: Request) -> Response:
        """Nothing is awaited here: of two callers, exactly one finds the group free."""
        group = self.state.group(request["applicationName"], request.get("deploymentGroupName"))
        deployment = self._deployment(group, request)
        active = self.state.active_deployment(group.application, group.name)
        if active is not None:
            raise errors.group_busy(group.name, active.id)
        self.state.save_deployment(deployment)
        self.state.note_revision(group.application, deployment.revision, deployment.created, group=group.name)
        self.runner.launch(deployment.id)
        return {"deploymentId": deployment.id}

    def _deployment(self, group: Group, request: Request) -> Deployment:
        refuse_server_deployment(request)
        override = request.get("overrideAlarmConfiguration")
        override_alarms = None if override is None else read_alarms(override)
        own_rollback = request.get("autoRollbackConfiguration")
        rollback = group.rollback if own_rollback is None else read_rollback(own_rollback)
        config = self.state.config(request.get("deploymentConfigName") or group.config)
        earlier = self.state.deployments_of(group.application, group.name)
        succeeded = [d for d in earlier if d.progress.status == "Succeeded"]
        deployment_id = new_deployment_id()
        return Deployment(
            id=deployment_id,
            application=group.application,
            group=group.name,
            group_id=group.id,
            config=config.name,
            revision=read_revision(request.get("revision")),
            created=self.world.clock.time(),
            role_arn=group.role_arn,
            triggers=group.triggers,
            plan=self._plan(deployment_id, config.name, override_alarms or group.alarms, rollback),
            progress=Progress(),
            description=read_description(request.get("description")),
            previous_revision=succeeded[-1].revision if succeeded else None,
            rollback=rollback,
            override_alarms=override_alarms,
        )

    def _plan(
        self, deployment_id: str, config: str, alarms: AlarmSettings, rollback: RollbackSettings
    ) -> Plan:
        # A clock without a speed is moved by hand: there twin seconds are all there is.
        speed: float = getattr(self.world.clock, "speed", 1.0)
        return Plan(
            deployment_id=deployment_id,
            strategy=self.state.config(config).strategy,
            alarms=alarms.names if alarms.enabled else (),
            ignore_unreadable_alarms=alarms.ignore_poll_failure,
            rollback_events=frozenset(rollback.events) if rollback.enabled else frozenset(),
            hook_timeout=hook_timeout(speed),
            poll_seconds=max(POLL_SECONDS, SHORTEST_REAL_POLL_SECONDS * speed),
            before_execution=new_execution_id(),
            after_execution=new_execution_id(),
        )

    @operation
    def get_deployment(self, context: CallContext, request: Request) -> Response:
        return {"deploymentInfo": deployment_info(self.state.deployment(request["deploymentId"]))}

    @operation
    def batch_get_deployments(self, context: CallContext, request: Request) -> Response:
        """Ids nobody knows are left out: the operation has no such error in AWS's model."""
        ids = request["deploymentIds"]
        if len(ids) > MOST_DEPLOYMENTS:
            raise errors.batch_too_large(MOST_DEPLOYMENTS)
        found = [self.state.deployments[i] for i in ids if i in self.state.deployments]
        return {"deploymentsInfo": [deployment_info(deployment) for deployment in found]}

    @operation
    def list_deployments(self, context: CallContext, request: Request) -> Response:
        """Newest first. Of a group both names are given, of the account none (API reference)."""
        application, group = request.get("applicationName"), request.get("deploymentGroupName")
        if group and not application:
            raise errors.application_name_required()
        if application:
            self.state.application(application)
            if not group:
                raise errors.group_name_required()
            self.state.group(application, group)
        period = request.get("createTimeRange") or {}
        start, end = _seconds(period.get("start")), _seconds(period.get("end"))
        if start is not None and end is not None and start > end:
            raise errors.time_range()
        statuses = request.get("includeOnlyStatuses") or ()
        found = [
            deployment.id
            for deployment in reversed(self.state.deployments.values())
            if (not application or deployment.application == application)
            and (not group or deployment.group == group)
            and (not statuses or deployment.progress.status in statuses)
            and (start is None or deployment.created >= start)
            and (end is None or deployment.created <= end)
        ]
        ids, token = page(found, request.get("nextToken"))
        return given({"deployments": ids, "nextToken": token})

    @operation
    def stop_deployment(self, context: CallContext, request: Request) -> Response:
        deployment = self.state.deployment(request["deploymentId"])
        if deployment.progress.phase is Phase.ENDED:
            raise errors.deployment_completed(deployment.id)
        self.runner.observe(deployment.id, StopRequested(request.get("autoRollbackEnabled")))
        return {"status": "Pending", "statusMessage": "The deployment is being stopped."}

    @operation
    def continue_deployment(self, context: CallContext, request: Request) -> Response:
        """Continuing is for EC2 and ECS, where the replacement waits to be let in."""
        deployment = self.state.deployment(request.get("deploymentId"))
        if deployment.progress.phase is Phase.ENDED:
            raise errors.deployment_completed(deployment.id)
        raise errors.unsupported_action("ContinueDeployment")

    @operation
    def put_lifecycle_event_hook_execution_status(self, context: CallContext, request: Request) -> Response:
        deployment = self.state.deployment(request.get("deploymentId"))
        status = request.get("status")
        # The model's list is longer; only these two are taken (API reference).
        if status not in ("Succeeded", "Failed"):
            raise errors.hook_status(status)
        execution_id = request.get("lifecycleEventHookExecutionId") or ""
        progress = deployment.progress
        if execution_id in progress.finished_executions:
            raise errors.hook_completed()
        if progress.hook is None or progress.hook.execution_id != execution_id:
            raise errors.hook_execution_id()
        if not self.runner.claim_report(deployment.id, execution_id):
            raise errors.hook_completed()
        self.runner.observe(deployment.id, HookReported(execution_id, status == "Succeeded"))
        return {"lifecycleEventHookExecutionId": execution_id}


def hook_timeout(speed: float) -> float:
    """One hour of twin time, but never less than a minute of real time.

    Hooks are functions, and functions run in real time whatever the twin's speed: at 600 the hour would be
    over in six seconds, before a hook that starts cold and sends some requests could have answered.
    """
    return max(HOOK_TIMEOUT_SECONDS, SHORTEST_REAL_HOOK_SECONDS * speed)


def _seconds(value: datetime | float | None) -> float | None:
    return value.timestamp() if isinstance(value, datetime) else value
