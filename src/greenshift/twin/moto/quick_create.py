"""Quick create of HTTP APIs, which moto leaves out: an API with an integration, a route and a stage at once.

API reference, CreateApi and UpdateApi (``target``, ``routeKey``, ``credentialsArn``): an integration of type
``AWS_PROXY`` for a function's ARN and ``HTTP_PROXY`` for a URL, a route (``$default`` unless one is named),
and a ``$default`` stage that deploys by itself. They are managed by API Gateway: the integration can be
updated and not deleted, and the key of a ``$default`` route stays. A function gets payload 2.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]
_DEFAULT = "$default"
_MEMBERS = ("target", "routeKey", "credentialsArn")
_MANAGED = "api_gateway_managed"


def check(given: Json, *, is_http: bool) -> None:
    """Raise moto's BadRequestException for a quick create that API Gateway does not know."""
    if given.get("target") is None:
        return
    if not is_http:
        raise _bad("Quick create is supported for HTTP APIs only")
    _type_of(str(given["target"]))


def make(api: Any, given: Json) -> None:
    """What comes with an API that has a target."""
    if given.get("target") is None:
        return
    integration = api.create_integration(connection_type="INTERNET", description=None, **_integration(given))
    route = api.create_route(
        api_key_required=False,
        authorization_scopes=[],
        authorization_type="NONE",
        route_key=given.get("routeKey") or _DEFAULT,
        target=f"integrations/{integration.id}",
    )
    stage = api.create_stage({"stageName": _DEFAULT, "autoDeploy": True})
    for each in (integration, route, stage):
        setattr(each, _MANAGED, True)


def update(api: Any, given: Json) -> None:
    """Change what came with the API."""
    if all(given.get(member) is None for member in _MEMBERS):
        return
    integration = next((each for each in api.integrations.values() if is_managed(each)), None)
    if integration is None:
        raise _bad("The API was not made by quick create: it has no target to update")
    if given.get("target") is not None:
        told = _integration(given)
        told.pop("credentials_arn")
        for name, value in told.items():
            setattr(integration, name, value)
    if given.get("credentialsArn") is not None:
        integration.credentials_arn = given["credentialsArn"]
    if given.get("routeKey") is not None:
        next(each for each in api.routes.values() if is_managed(each)).route_key = given["routeKey"]


def refuse_deletion(integration: Any) -> None:
    """A managed integration goes with its API alone."""
    if is_managed(integration):
        raise _bad(f"The integration {integration.id} is managed by API Gateway and can't be deleted")


def refuse_key(route: Any, given: Json) -> None:
    """The key of a managed ``$default`` route stays."""
    wanted = given.get("routeKey")
    if is_managed(route) and route.route_key == _DEFAULT and wanted not in (None, _DEFAULT):
        raise _bad("The key of the $default route, which is managed by API Gateway, can't be modified")


def is_managed(part: Any) -> bool:
    return bool(getattr(part, _MANAGED, False))


def say_managed() -> None:
    """Integrations, routes and stages tell ``apiGatewayManaged``; called when moto's are first needed."""
    from moto.apigatewayv2.models import Integration, Route, Stage

    for kind in (Integration, Route, Stage):
        setattr(kind, "to_json", _telling(kind.to_json))  # noqa: B010 - it takes moto's place


def _telling(to_json: Any) -> Any:
    def told(part: Any) -> dict[str, Any]:
        found: dict[str, Any] = to_json(part)
        return {**found, "apiGatewayManaged": True} if is_managed(part) else found

    return told


def _integration(given: Json) -> dict[str, Any]:
    target = str(given["target"])
    kind = _type_of(target)
    is_function = kind == "AWS_PROXY"
    return {
        "integration_type": kind,
        "integration_uri": target,
        "integration_method": "POST" if is_function else "ANY",
        "payload_format_version": "2.0" if is_function else "1.0",
        "credentials_arn": given.get("credentialsArn") if is_function else None,
    }


def _type_of(target: str) -> str:
    if target.startswith("arn:"):
        return "AWS_PROXY"
    if target.startswith(("http://", "https://")):
        return "HTTP_PROXY"
    raise _bad(f"The target is neither a function's ARN nor a URL: {target}")


def _bad(text: str) -> Exception:
    from moto.apigatewayv2.exceptions import BadRequestException

    return BadRequestException(text)
