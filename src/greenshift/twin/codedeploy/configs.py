"""Deployment configs: the nine AWS gives for Lambda, and custom ones."""

from __future__ import annotations

import uuid

from greenshift.rollout import Strategy
from greenshift.rollout.strategy import PREDEFINED_PREFIX
from greenshift.twin.codedeploy import errors
from greenshift.twin.codedeploy.model import Config
from greenshift.twin.codedeploy.names import page
from greenshift.twin.codedeploy.operations import Operations
from greenshift.twin.codedeploy.requests import read_strategy
from greenshift.twin.codedeploy.responses import config_info, given
from greenshift.twin.codedeploy.state import MOST_CONFIGS
from greenshift.twin.service import CallContext, Request, Response, operation

RESERVED_PREFIX = PREDEFINED_PREFIX.split(".")[0] + "."


class Configs(Operations):
    @operation
    def create_deployment_config(self, context: CallContext, request: Request) -> Response:
        name = request["deploymentConfigName"]
        if name.startswith(RESERVED_PREFIX):
            raise errors.config_name(f"A deployment configuration may not be named {RESERVED_PREFIX}*.")
        if name in self.state.configs:
            raise errors.config_exists(name)
        strategy = self._strategy(request)
        if sum(not config.predefined for config in self.state.configs.values()) >= MOST_CONFIGS:
            raise errors.too_many_configs(MOST_CONFIGS)
        config = Config(str(uuid.uuid4()), name, strategy, self.world.clock.time())
        self.state.configs[name] = config
        return {"deploymentConfigId": config.id}

    def _strategy(self, request: Request) -> Strategy:
        platform = request.get("computePlatform") or "Server"
        if platform != "Lambda":
            raise errors.compute_platform(platform)
        if request.get("minimumHealthyHosts"):
            raise errors.minimum_healthy_hosts()
        if request.get("zonalConfig"):
            raise errors.zonal_config()
        return read_strategy(request.get("trafficRoutingConfig"))

    @operation
    def get_deployment_config(self, context: CallContext, request: Request) -> Response:
        return {"deploymentConfigInfo": config_info(self.state.config(request["deploymentConfigName"]))}

    @operation
    def list_deployment_configs(self, context: CallContext, request: Request) -> Response:
        names, token = page(sorted(self.state.configs), request.get("nextToken"))
        return given({"deploymentConfigsList": names, "nextToken": token})

    @operation
    def delete_deployment_config(self, context: CallContext, request: Request) -> Response:
        """Deleting what is not there succeeds: the operation has no such error in AWS's model."""
        name = request["deploymentConfigName"]
        config = self.state.configs.get(name)
        if config is None:
            return {}
        if config.predefined:
            raise errors.config_predefined(name)
        for group in self.state.groups():
            if group.config == name:
                raise errors.config_in_use(name, group.name)
        del self.state.configs[name]
        return {}
