"""An API as it is served, read from the answers of both control planes. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote

from greenshift.twin.http_apis.cors import Cors

Kind = Literal["http", "rest"]
_FUNCTION = re.compile(r"arn:aws:lambda:[\w-]+:\d{12}:function:[\w$:${}.-]+?(?=/invocations|$)")
_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass(frozen=True)
class Integration:
    """What a route calls: a function, or ``url`` by ``method``. Both may hold stage variables.

    ``paths`` are the URL's variables and the route's that fill them; None where the names are the same.
    """

    function: str = ""
    url: str = ""
    method: str = ""
    paths: Mapping[str, str] | None = None
    payload: str = "1.0"
    credentials: str = ""
    unsupported: str = ""


@dataclass(frozen=True)
class Authorizer:
    """Who may come in; ``sources`` as ``$request.header.Authorization``."""

    id: str
    kind: str
    sources: tuple[str, ...] = ()
    function: str = ""
    payload: str = "1.0"
    is_simple: bool = False
    issuer: str = ""
    audiences: tuple[str, ...] = ()
    credentials: str = ""
    validation: str = ""


@dataclass(frozen=True)
class Route:
    """``key`` as AWS writes it: ``GET /orders/{id}``, ``ANY /{proxy+}``, ``$default``."""

    key: str
    integration: Integration
    authorization: str = "NONE"
    authorizer: str = ""
    scopes: tuple[str, ...] = ()
    resource_id: str = ""


@dataclass(frozen=True)
class Stage:
    """A stage and its variables."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Api:
    """Everything of one API that decides about a request."""

    id: str
    kind: Kind
    routes: tuple[Route, ...]
    stages: Mapping[str, Stage]
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    cors: Cors | None = None
    is_closed: bool = False


def function_of(uri: str, variables: Mapping[str, str]) -> str:
    """The function's ARN in an integration's URI, its stage variables filled in."""
    filled = _VARIABLE.sub(lambda found: variables.get(found[1], ""), uri)
    found = _FUNCTION.search(filled)
    return found[0] if found else ""


def url_of(integration: Integration, variables: Mapping[str, str], parameters: Mapping[str, str]) -> str:
    """The address of an HTTP integration, its stage variables and the route's filled in; a greedy one keeps
    its slashes.
    """
    url = _VARIABLE.sub(lambda found: variables.get(found[1], ""), integration.url)
    paths = integration.paths
    given = parameters if paths is None else {name: parameters.get(of, "") for name, of in paths.items()}
    for name, value in given.items():
        url = url.replace(f"{{{name}}}", quote(value, safe="/"))
    return url


def http_api(
    found: Mapping[str, Any], routes: Sequence[Mapping[str, Any]], integrations: Sequence[Mapping[str, Any]],
    stages: Sequence[Mapping[str, Any]], authorizers: Sequence[Mapping[str, Any]],
) -> Api:  # fmt: skip
    """An HTTP API, from GetApi, GetRoutes, GetIntegrations, GetStages and GetAuthorizers."""
    by_id = {str(each.get("IntegrationId")): _http_integration(each) for each in integrations}
    return Api(
        id=str(found["ApiId"]),
        kind="http",
        routes=tuple(_http_route(each, by_id) for each in routes),
        stages={
            str(each["StageName"]): Stage(str(each["StageName"]), dict(each.get("StageVariables") or {}))
            for each in stages
        },
        authorizers={str(each["AuthorizerId"]): _http_authorizer(each) for each in authorizers},
        cors=Cors.told(found.get("CorsConfiguration")),
        is_closed=bool(found.get("DisableExecuteApiEndpoint")),
    )


def _http_integration(found: Mapping[str, Any]) -> Integration:
    kind, uri = str(found.get("IntegrationType")), str(found.get("IntegrationUri") or "")
    if kind == "HTTP_PROXY" and str(found.get("ConnectionType") or "INTERNET") == "INTERNET":
        return Integration(url=uri, method=str(found.get("IntegrationMethod") or "ANY"))
    if kind != "AWS_PROXY" or found.get("IntegrationSubtype"):
        return Integration(unsupported=f"an integration of type {found.get('IntegrationSubtype') or kind}")
    version = str(found.get("PayloadFormatVersion") or "1.0")
    return Integration(uri, payload=version, credentials=str(found.get("CredentialsArn") or ""))


def _http_route(found: Mapping[str, Any], integrations: Mapping[str, Integration]) -> Route:
    target = str(found.get("Target") or "").removeprefix("integrations/")
    return Route(
        key=str(found["RouteKey"]),
        integration=integrations.get(target, Integration(unsupported="no integration")),
        authorization=str(found.get("AuthorizationType") or "NONE"),
        authorizer=str(found.get("AuthorizerId") or ""),
        scopes=tuple(found.get("AuthorizationScopes") or ()),
    )


def _http_authorizer(found: Mapping[str, Any]) -> Authorizer:
    jwt = found.get("JwtConfiguration") or {}
    sources = found.get("IdentitySource") or ()
    return Authorizer(
        id=str(found["AuthorizerId"]),
        kind=str(found.get("AuthorizerType")),
        sources=(sources,) if isinstance(sources, str) else tuple(sources),
        function=str(found.get("AuthorizerUri") or ""),
        payload=str(found.get("AuthorizerPayloadFormatVersion") or "1.0"),
        is_simple=bool(found.get("EnableSimpleResponses")),
        issuer=str(jwt.get("Issuer") or ""),
        audiences=tuple(jwt.get("Audience") or ()),
        credentials=str(found.get("AuthorizerCredentialsArn") or ""),
    )


def rest_api(
    found: Mapping[str, Any], resources: Sequence[Mapping[str, Any]], stages: Sequence[Mapping[str, Any]],
    authorizers: Sequence[Mapping[str, Any]],
) -> Api:  # fmt: skip
    """A REST API, from GetRestApi, GetResources (with methods), GetStages and GetAuthorizers."""
    routes = [
        _rest_route(resource, method, told)
        for resource in resources
        for method, told in (resource.get("resourceMethods") or {}).items()
    ]
    return Api(
        id=str(found["id"]),
        kind="rest",
        routes=tuple(routes),
        stages={
            str(each["stageName"]): Stage(str(each["stageName"]), dict(each.get("variables") or {}))
            for each in stages
        },
        authorizers={str(each["id"]): _rest_authorizer(each) for each in authorizers},
        is_closed=bool(found.get("disableExecuteApiEndpoint")),
    )


def _rest_route(resource: Mapping[str, Any], method: str, told: Mapping[str, Any]) -> Route:
    integration = _rest_integration(told.get("methodIntegration") or {})
    return Route(
        key=f"{method} {resource['path']}",
        integration=integration,
        authorization=str(told.get("authorizationType") or "NONE"),
        authorizer=str(told.get("authorizerId") or ""),
        scopes=tuple(told.get("authorizationScopes") or ()),
        resource_id=str(resource["id"]),
    )


def _rest_integration(found: Mapping[str, Any]) -> Integration:
    kind, uri = str(found.get("type") or "none"), str(found.get("uri") or "")
    if kind == "AWS_PROXY":
        return Integration(uri, payload="rest", credentials=str(found.get("credentials") or ""))
    if kind != "HTTP_PROXY" or found.get("connectionType") == "VPC_LINK":
        return Integration(unsupported=f"an integration of type {kind}")
    told: Mapping[str, str] = found.get("requestParameters") or {}
    into, of = "integration.request.path.", "method.request.path."
    paths = {
        name.removeprefix(into): source.removeprefix(of)
        for name, source in told.items()
        if name.startswith(into) and source.startswith(of)
    }
    return Integration(url=uri, method=str(found.get("httpMethod") or "ANY"), payload="rest", paths=paths)


def _rest_authorizer(found: Mapping[str, Any]) -> Authorizer:
    names = str(found.get("identitySource") or "").replace("method.request.", "$request.").split(",")
    return Authorizer(
        id=str(found["id"]),
        kind=str(found.get("type")),
        sources=tuple(each.strip() for each in names if each.strip()),
        function=str(found.get("authorizerUri") or ""),
        payload="rest",
        credentials=str(found.get("authorizerCredentials") or ""),
        validation=str(found.get("identityValidationExpression") or ""),
    )
