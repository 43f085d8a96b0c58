"""Reads an API through the door, and keeps it until somebody writes one."""

from __future__ import annotations

from typing import Any

from greenshift.twin.callers.principal import Principal
from greenshift.twin.http_apis.definitions import Api, http_api, rest_api
from greenshift.twin.service import ServiceError
from greenshift.twin.world import World

GATEWAY = "apigateway.amazonaws.com"
_MOST = 500
_READING = ("Get", "GET ")


class Reader:
    """APIs by id; one that is not there is looked for each time."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._kept: dict[str, Api] = {}
        self._generation = 0

    def observe(self, service: str, operation: str, _: object = None) -> None:
        """A call was performed; what writes an API makes every one be read anew."""
        if service in ("apigateway", "apigatewayv2") and not operation.startswith(_READING):
            self._generation += 1
            self._kept.clear()

    async def find(self, name: str) -> Api | None:
        if name in self._kept:
            return self._kept[name]
        generation = self._generation
        found = await self._http(name) or await self._rest(name)
        if found is not None and generation == self._generation and len(self._kept) < _MOST:
            self._kept[name] = found
        return found

    async def _http(self, name: str) -> Api | None:
        api = await self._get("apigatewayv2", "GetApi", ApiId=name)
        if api is None or api.get("ProtocolType") != "HTTP":
            return None
        parts = [
            ((await self._get("apigatewayv2", operation, ApiId=name)) or {}).get("Items") or []
            for operation in ("GetRoutes", "GetIntegrations", "GetStages", "GetAuthorizers")
        ]
        return http_api(api, *parts)

    async def _rest(self, name: str) -> Api | None:
        api = await self._get("apigateway", "GetRestApi", restApiId=name)
        if api is None:
            return None
        resources = await self._get("apigateway", "GetResources", restApiId=name, embed=["methods"])
        stages = await self._get("apigateway", "GetStages", restApiId=name)
        authorizers = await self._get("apigateway", "GetAuthorizers", restApiId=name)
        return rest_api(
            api,
            (resources or {}).get("items") or [],
            (stages or {}).get("item") or [],
            (authorizers or {}).get("items") or [],
        )

    async def _get(self, service: str, operation: str, **parameters: Any) -> dict[str, Any] | None:
        try:
            return await self._world.aws.call(Principal.service(GATEWAY), service, operation, parameters)
        except ServiceError as error:
            if error.status == 404 or error.code in ("NotFoundException", "NotImplementedException"):
                return None
            raise
