"""Deployment groups: with which role, config, alarms, rollback and triggers an application is deployed."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.hands import SERVICE, SESSION_NAME
from greenshift.twin.codedeploy.model import Group
from greenshift.twin.codedeploy.names import page
from greenshift.twin.codedeploy.operations import Operations
from greenshift.twin.codedeploy.requests import (
    check_style,
    read_alarms,
    read_role,
    read_rollback,
    read_tags,
    read_triggers,
    refuse_server_settings,
)
from greenshift.twin.codedeploy.responses import given, group_info
from greenshift.twin.codedeploy.state import MOST_GROUPS
from greenshift.twin.service import CallContext, Request, Response, ServiceError, operation

SERVER_DEFAULT = "CodeDeployDefault.OneAtATime"
MOST_NAMES = 100


class Groups(Operations):
    @operation
    async def create_deployment_group(self, context: CallContext, request: Request) -> Response:
        application = self.state.application(request["applicationName"])
        name = request["deploymentGroupName"]
        if name in application.groups:
            raise errors.group_exists(name)
        if len(application.groups) >= MOST_GROUPS:
            raise errors.too_many_groups(MOST_GROUPS)
        group = Group(str(uuid.uuid4()), application.name, name, SERVER_DEFAULT, request["serviceRoleArn"])
        tags = read_tags(request.get("tags"))
        group = await self._with_settings(group, request)
        # The role was asked for in between: look again before anything is written.
        if name in self.state.application(application.name).groups:
            raise errors.group_exists(name)
        self.state.save_group(group)
        self.tag(self.arns.group(application.name, name), tags)
        return {"deploymentGroupId": group.id}

    @operation
    def get_deployment_group(self, context: CallContext, request: Request) -> Response:
        group = self.state.group(request["applicationName"], request["deploymentGroupName"])
        return {"deploymentGroupInfo": self._info(group)}

    @operation
    def batch_get_deployment_groups(self, context: CallContext, request: Request) -> Response:
        """Names without a group are told in errorMessage, not refused."""
        application = self.state.application(request["applicationName"])
        names = request["deploymentGroupNames"]
        if len(names) > MOST_NAMES:
            raise errors.batch_too_large(MOST_NAMES)
        missing = [name for name in names if name not in application.groups]
        found = [application.groups[name] for name in names if name in application.groups]
        message = f"No deployment group found for: {', '.join(missing)}" if missing else None
        return given(
            {"deploymentGroupsInfo": [self._info(group) for group in found], "errorMessage": message}
        )

    @operation
    def list_deployment_groups(self, context: CallContext, request: Request) -> Response:
        application = self.state.application(request["applicationName"])
        names, token = page(sorted(application.groups), request.get("nextToken"))
        return given({"applicationName": application.name, "deploymentGroups": names, "nextToken": token})

    @operation
    async def update_deployment_group(self, context: CallContext, request: Request) -> Response:
        """What is not in the request stays as it is; a running deployment keeps what it began with."""
        group = self.state.group(request["applicationName"], request["currentDeploymentGroupName"])
        new_name = request.get("newDeploymentGroupName") or group.name
        groups = self.state.application(group.application).groups
        if new_name != group.name and new_name in groups:
            raise errors.group_exists(new_name)
        group = await self._with_settings(group, request)
        # The role was asked for in between: the group may be gone by now.
        self.state.group(group.application, group.name)
        self.state.save_group(group)
        if new_name != group.name:
            self.state.rename_group(group, new_name)
        return {"hooksNotCleanedUp": []}

    @operation
    def delete_deployment_group(self, context: CallContext, request: Request) -> Response:
        """Also while a deployment runs, and also when there is no such group.

        AWS's model has no error for either, but it has the code DEPLOYMENT_GROUP_MISSING for a deployment
        whose group went before it started. One that has started carries all it needs and runs to its end:
        stopping it half-way would leave the alias split.
        """
        application = self.state.applications.get(request["applicationName"])
        if application is not None and request["deploymentGroupName"] in application.groups:
            self.state.remove_group(application.name, request["deploymentGroupName"])
        return {"hooksNotCleanedUp": []}

    def _info(self, group: Group) -> Response:
        return group_info(group, self.state.deployments_of(group.application, group.name))

    async def _with_settings(self, group: Group, request: Request) -> Group:
        """The group with every block the request has; nothing is stored before all of them passed."""
        refuse_server_settings(request)
        check_style(request.get("deploymentStyle"))
        changes: dict[str, Any] = {}
        if "alarmConfiguration" in request:
            changes["alarms"] = read_alarms(request["alarmConfiguration"])
        if "autoRollbackConfiguration" in request:
            changes["rollback"] = read_rollback(request["autoRollbackConfiguration"])
        if "triggerConfigurations" in request:
            changes["triggers"] = read_triggers(request["triggerConfigurations"])
        if "outdatedInstancesStrategy" in request:
            changes["outdated_instances"] = request["outdatedInstancesStrategy"]
        changes["config"] = self._config(request.get("deploymentConfigName") or group.config)
        if request.get("serviceRoleArn"):
            changes["role_arn"] = await self._role(request["serviceRoleArn"])
        return replace(group, **changes)

    def _config(self, name: str) -> str:
        # Left out, AWS takes CodeDeployDefault.OneAtATime (API reference), which is for servers.
        if name == SERVER_DEFAULT:
            raise errors.config_name(
                f"{name} is not for the Lambda compute platform; name a Lambda config, such as "
                "CodeDeployDefault.LambdaCanary10Percent5Minutes."
            )
        return self.state.config(name).name

    async def _role(self, arn: str) -> str:
        """AWS tries the role at once, so a wrong trust policy shows here and not in the first deployment."""
        read_role(arn)
        try:
            await self.world.aws.assume_role(arn, SESSION_NAME, SERVICE)
        except ServiceError as error:
            raise errors.role(arn, error.message) from None
        return arn
