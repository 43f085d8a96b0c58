"""Deployment targets: the one Lambda alias a deployment moves, with its lifecycle events and weight."""

from __future__ import annotations

from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.appspec import AppSpec
from greenshift.twin.codedeploy.model import Deployment
from greenshift.twin.codedeploy.operations import Operations
from greenshift.twin.codedeploy.responses import TARGET_STATUS, deployment_target
from greenshift.twin.service import CallContext, Request, Response, operation

MOST_TARGETS = 25


class Targets(Operations):
    @operation
    def list_deployment_targets(self, context: CallContext, request: Request) -> Response:
        """Empty while, or because, the AppSpec has not been read: then nothing names a target."""
        deployment = self._started(request["deploymentId"])
        appspec = deployment.progress.appspec
        filters = request.get("targetFilters") or {}
        if set(filters) - {"TargetStatus"}:
            raise errors.target_filter()
        if request.get("nextToken"):
            raise errors.next_token()
        status = TARGET_STATUS[deployment.progress.status]
        wanted = "TargetStatus" not in filters or status in filters["TargetStatus"]
        return {"targetIds": [appspec.target_id] if appspec and wanted else []}

    @operation
    def get_deployment_target(self, context: CallContext, request: Request) -> Response:
        deployment = self._started(request["deploymentId"])
        return {"deploymentTarget": self._target(deployment, request["targetId"])}

    @operation
    def batch_get_deployment_targets(self, context: CallContext, request: Request) -> Response:
        deployment = self._started(request["deploymentId"])
        ids = request["targetIds"]
        if len(ids) > MOST_TARGETS:
            raise errors.too_many_targets()
        return {"deploymentTargets": [self._target(deployment, target_id) for target_id in ids]}

    def _started(self, deployment_id: str) -> Deployment:
        deployment = self.state.deployment(deployment_id)
        if deployment.progress.started is None:
            raise errors.deployment_not_started(deployment_id)
        return deployment

    def _target(self, deployment: Deployment, target_id: str) -> Response:
        appspec = deployment.progress.appspec
        if not target_id:
            raise errors.target_id_required()
        if appspec is None or target_id != appspec.target_id:
            raise errors.target_missing(target_id)
        return deployment_target(deployment, self._alias_arn(appspec))

    def _alias_arn(self, appspec: AppSpec) -> str:
        function = appspec.function.rsplit(":", 1)[-1]
        return f"arn:aws:lambda:{self.world.region}:{self.world.account}:function:{function}:{appspec.alias}"
