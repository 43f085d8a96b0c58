"""Looks up what a request does not tell and its permissions depend on.

A deployment's id names neither application nor group; a group's config is not in the request that uses it;
a secret's ARN ends in characters its name does not tell.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from greenshift.twin.iam.needs import Facts
from greenshift.twin.iam.needs.codedeploy import deployment_ids
from greenshift.twin.service import ServiceError

Look = Callable[[str, str, Mapping[str, Any]], Awaitable[dict[str, Any]]]
"""Performs a reading operation as the account itself, unrecorded."""


class Research:
    """Fills ``facts`` before the needs of a request are asked for."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self.facts = Facts()

    async def learn(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:
        if service == "codedeploy":
            for deployment in deployment_ids(parameters):
                if deployment not in self.facts.deployments:
                    await self._learn_deployment(deployment)
            if operation == "CreateDeployment" and not parameters.get("deploymentConfigName"):
                await self._learn_config(parameters)
        if service == "secretsmanager" and operation != "CreateSecret":
            await self._learn_secret(str(parameters.get("SecretId", "")))

    async def _learn_deployment(self, deployment: str) -> None:
        found = await self._try("codedeploy", "GetDeployment", {"deploymentId": deployment})
        if found:
            info = found["deploymentInfo"]
            self.facts.deployments[deployment] = (info["applicationName"], info["deploymentGroupName"])

    async def _learn_config(self, parameters: Mapping[str, Any]) -> None:
        """Read each time: a group's config may be changed."""
        group = (str(parameters.get("applicationName", "")), str(parameters.get("deploymentGroupName", "")))
        request = {"applicationName": group[0], "deploymentGroupName": group[1]}
        found = await self._try("codedeploy", "GetDeploymentGroup", request)
        self.facts.configs.pop(group, None)
        if found:
            self.facts.configs[group] = found["deploymentGroupInfo"]["deploymentConfigName"]

    async def _learn_secret(self, name: str) -> None:
        if not name or name.startswith("arn:"):
            return
        found = await self._try("secretsmanager", "DescribeSecret", {"SecretId": name})
        self.facts.secrets.pop(name, None)
        if found:
            self.facts.secrets[name] = found["ARN"]

    async def _try(
        self, service: str, operation: str, parameters: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        try:
            return await self._look(service, operation, parameters)
        except ServiceError:
            return None  # It does not exist, or the name is none; the service itself will say so.
