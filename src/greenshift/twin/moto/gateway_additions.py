"""What moto 5.2.5 lacks of API Gateway, both versions (API reference)."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from greenshift.twin.moto import addresses, quick_create


def to_gateway() -> None:
    """Of v2 quick create, UpdateStage, GetAuthorizers, and deployments; of v1 see ``_to_rest_gateway``."""
    _to_rest_gateway()
    import moto.apigateway.urls as both
    import moto.apigatewayv2.responses as gateway
    import moto.apigatewayv2.urls as urls

    class Added(gateway.ApiGatewayV2Response):
        def _api(self, place: int) -> Any:
            return self.apigatewayv2_backend.get_api(self.path.split("/")[place])

        def create_api(self) -> Any:
            given = json.loads(self.body)
            quick_create.check(given, is_http=given.get("protocolType") == "HTTP")
            answer = super().create_api()
            made = self.apigatewayv2_backend.get_api(json.loads(answer[2])["apiId"])
            quick_create.make(made, given)
            return answer

        def update_api(self) -> Any:
            api, given = self._api(-1), json.loads(self.body)
            quick_create.check(given, is_http=api.protocol_type == "HTTP")
            quick_create.update(api, given)
            return super().update_api()

        def delete_integration(self) -> Any:
            quick_create.refuse_deletion(self._api(-3).get_integration(self.path.split("/")[-1]))
            return super().delete_integration()

        def update_route(self) -> Any:
            quick_create.refuse_key(self._api(-3).get_route(self.path.split("/")[-1]), json.loads(self.body))
            return super().update_route()

        def update_stage(self) -> Any:
            stage = self._api(-3).get_stage(unquote(self.path.split("/")[-1]))
            for name, value in json.loads(self.body).items():
                setattr(stage, _snake(name), value)
            stage.updated = datetime.now()
            return 200, {}, json.dumps(stage.to_json())

        def _tagged_stage(self) -> Any:
            """The stage whose tags are meant, or None where it is the API."""
            api, _, stage = unquote(self.path).partition("/apis/")[2].partition("/stages/")
            return self.apigatewayv2_backend.get_api(api).get_stage(stage) if stage else None

        def tag_resource(self) -> Any:
            stage = self._tagged_stage()
            if stage is None:
                return super().tag_resource()
            stage.tags = {**stage.tags, **json.loads(self.body)["tags"]}
            return 201, {}, "{}"

        def untag_resource(self) -> Any:
            stage = self._tagged_stage()
            if stage is None:
                return super().untag_resource()
            gone = self.querystring.get("tagKeys") or []
            stage.tags = {key: value for key, value in stage.tags.items() if key not in gone}
            return 204, {}, ""

        def get_authorizers(self) -> Any:
            found = [each.to_json() for each in self._api(-2).authorizers.values()]
            return 200, {}, json.dumps({"items": found})

        def create_deployment(self) -> Any:
            given = json.loads(self.body or "{}")
            deployment = {
                "autoDeployed": False,
                "createdDate": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "deploymentId": secrets.token_hex(3),
                "deploymentStatus": "DEPLOYED",
                "description": given.get("description"),
            }
            _deployments(self._api(-2))[deployment["deploymentId"]] = deployment
            return 201, {}, json.dumps(deployment)

        def get_deployments(self) -> Any:
            return 200, {}, json.dumps({"items": list(_deployments(self._api(-2)).values())})

        def get_deployment(self) -> Any:
            found = _deployments(self._api(-3)).get(self.path.split("/")[-1])
            return _not_found() if found is None else (200, {}, json.dumps(found))

        def update_deployment(self) -> Any:
            found = _deployments(self._api(-3)).get(self.path.split("/")[-1])
            if found is None:
                return _not_found()
            found |= json.loads(self.body)
            return 200, {}, json.dumps(found)

        def delete_deployment(self) -> Any:
            found = _deployments(self._api(-3)).pop(self.path.split("/")[-1], None)
            return _not_found() if found is None else (204, {}, "")

    for path in urls.url_paths:
        urls.url_paths[path] = _same(urls.url_paths[path], Added)
    base = "{0}/v2/apis/(?P<api_id>[^/]+)/deployments"
    urls.url_paths[f"{base}$"] = Added.dispatch
    urls.url_paths[f"{base}/(?P<deployment_id>[^/]+)$"] = Added.dispatch
    urls.url_paths["{0}/v2/tags/(?P<resource_arn>.+/stages/.+)$"] = Added.dispatch
    addresses.of_http_apis()
    quick_create.say_managed()
    both.url_paths.update(urls.url_paths)  # moto serves both versions as one


def _to_rest_gateway() -> None:
    """API Gateway v1: UpdateMethod, and the tags of an API (API reference)."""
    import moto.apigateway.urls as urls
    from moto.apigateway.responses import APIGatewayResponse

    class Tags(APIGatewayResponse):
        def _tags(self) -> dict[str, str]:
            api = self.backend.get_rest_api(unquote(self.path).rpartition("/restapis/")[2])
            api.tags = api.tags or {}
            found: dict[str, str] = api.tags
            return found

        def tag_resource(self) -> str:
            self._tags().update(json.loads(self.body)["tags"])
            return "{}"

        def untag_resource(self) -> str:
            for key in self.querystring.get("tagKeys") or []:
                self._tags().pop(key, None)
            return "{}"

    urls.url_paths["{0}/tags/(?P<arn>[^/]+/restapis/[^/]+)$"] = Tags.dispatch

    def update_method(response: Any) -> Any:
        _, _, api, _, resource, _, name = response.path.split("/")[:7]
        method = response.backend.get_method(api, resource, name)
        for operation in json.loads(response.body)["patchOperations"]:
            member, _, inner = operation["path"].lstrip("/").partition("/")
            attribute, value = _snake(member), operation.get("value")
            if inner:
                held = dict(getattr(method, attribute) or {})
                inner = inner.replace("~1", "/").replace("~0", "~")
                held.pop(inner, None)
                setattr(method, attribute, held if operation["op"] == "remove" else {**held, inner: value})
            else:
                setattr(method, attribute, {"true": True, "false": False}.get(value, value))
        return json.dumps(method.to_json())

    setattr(APIGatewayResponse, "update_method", update_method)  # noqa: B010 - moto would have it there


def _same(handler: Any, cls: Any) -> Any:
    """The handler of the same name, of the class with more operations."""
    return getattr(cls, handler.__name__, handler) if hasattr(handler, "__self__") else handler


def _deployments(api: Any) -> dict[str, Any]:
    if not hasattr(api, "deployments"):
        api.deployments = {}
    found: dict[str, Any] = api.deployments
    return found


def _not_found() -> Any:
    return 404, {"x-amzn-errortype": "NotFoundException"}, json.dumps({"message": "Invalid deployment"})


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)
