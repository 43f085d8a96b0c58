"""Operations that moto 5.2.5 lacks in services of its own, and that programs need: each is added where moto
would have it, when the service is first asked for.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from greenshift.twin.moto import addresses


def add_to(service: str) -> None:
    """What ``service``, as moto calls it, lacks."""
    addition = _ADDITIONS.get(service)
    if addition is not None and service not in _added:
        _added.add(service)  # once a process, however many twins it sees
        addition()


def _to_gateway() -> None:
    """API Gateway: of v2 UpdateStage, GetAuthorizers, and deployments (API reference)."""
    _to_rest_gateway()
    import moto.apigateway.urls as both
    import moto.apigatewayv2.responses as gateway
    import moto.apigatewayv2.urls as urls

    class Added(gateway.ApiGatewayV2Response):
        def _api(self, place: int) -> Any:
            return self.apigatewayv2_backend.get_api(self.path.split("/")[place])

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


def _to_iam() -> None:
    """IAM: the client ids of an OpenID Connect provider, one at a time (API reference)."""
    from moto.iam.responses import IamResponse

    def provider(response: Any) -> Any:
        arn = response._get_param("OpenIDConnectProviderArn")
        return response.backend.get_open_id_connect_provider(arn)

    def add(response: Any) -> Any:
        client = response._get_param("ClientID")
        found = provider(response)
        if client not in found.client_id_list:
            found.client_id_list.append(client)
        return _empty()

    def remove(response: Any) -> Any:
        client = response._get_param("ClientID")
        found = provider(response)
        found.client_id_list = [each for each in found.client_id_list if each != client]
        return _empty()

    for name, operation in (("add", add), ("remove", remove)):
        preposition = {"add": "to", "remove": "from"}[name]
        setattr(IamResponse, f"{name}_client_id_{preposition}_open_id_connect_provider", operation)


def _empty() -> Any:
    from moto.core.responses import EmptyResult

    return EmptyResult()


def _to_logs() -> None:
    """CloudWatch Logs: a metric filter that is put again is the new one, not the old one once more."""
    from moto.logs.models import LogsBackend

    put = LogsBackend.put_metric_filter

    def replace(backend: Any, filter_name: str, pattern: str, group: str, transformations: Any) -> None:
        backend.filters.metric_filters = [
            each
            for each in backend.filters.metric_filters
            if (each["filterName"], each["logGroupName"]) != (filter_name, group)
        ]
        put(backend, filter_name, pattern, group, transformations)

    setattr(LogsBackend, "put_metric_filter", replace)  # noqa: B010 - it takes moto's place


def _to_s3() -> None:
    """S3: a bucket that tells EventBridge says so when it is asked."""
    from moto.core.responses import ActionResult
    from moto.s3.responses import S3Response

    get = S3Response.get_bucket_notification

    def told(response: Any) -> Any:
        found = response.backend.get_bucket_notification_configuration(response.bucket_name)
        if found is None or found.event_bridge is None:
            return get(response)
        serialized = response.serialized
        response.serialized = lambda result: serialized(
            ActionResult({**result.result, "EventBridgeConfiguration": {}})
        )
        try:
            return get(response)
        finally:
            del response.serialized

    setattr(S3Response, "get_bucket_notification", told)  # noqa: B010 - it takes moto's place


def _to_tables() -> None:
    """DynamoDB: a stream for a table that had one before, and has none now (API reference: UpdateTable)."""
    from moto.dynamodb.exceptions import StreamAlreadyEnabledException
    from moto.dynamodb.models import DynamoDBBackend
    from moto.dynamodb.models.table import Table

    def update(_: DynamoDBBackend, table: Table, asked: dict[str, Any]) -> None:
        has_one = (table.stream_specification or {}).get("StreamEnabled")
        if has_one and (asked.get("StreamEnabled") or asked.get("StreamViewType")):
            raise StreamAlreadyEnabledException
        table.set_stream_specification(asked)

    setattr(DynamoDBBackend, "update_table_streams", update)  # noqa: B010 - a method, which mypy forbids to assign


_ADDITIONS: dict[str, Callable[[], None]] = {
    "apigateway": _to_gateway,
    "dynamodb": _to_tables,
    "iam": _to_iam,
    "logs": _to_logs,
    "s3": _to_s3,
}
_added: set[str] = set()
