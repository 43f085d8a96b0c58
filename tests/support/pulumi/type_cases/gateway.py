"""APIs in front of functions."""

from __future__ import annotations

from support.pulumi.type_cases.case import Case, Ref

API = "aws:apigatewayv2/api:Api"
_HTTP = {"name": "base-api", "protocolType": "HTTP"}
_ARN = "arn:aws:lambda:us-east-1:123456789012:function:base"
_INTEGRATION = {
    "apiId": Ref("api"),
    "integrationType": "AWS_PROXY",
    "integrationUri": f"{_ARN}:live",
    "payloadFormatVersion": "2.0",
}
_NEEDS = {
    "api": (API, _HTTP),
    "integration": ("aws:apigatewayv2/integration:Integration", _INTEGRATION),
}
_ISSUER = {"issuer": "https://issuer.example.com", "audiences": ["a"]}

CASES = (
    Case(
        API,
        {
            "name": "case-api",
            "protocolType": "HTTP",
            "corsConfiguration": {"allowOrigins": ["*"], "allowMethods": ["GET"]},
            "tags": {"a": "b"},
        },
        {"description": "two", "tags": {"a": "c"}},
        {
            "name": "case-socket",
            "protocolType": "WEBSOCKET",
            "routeSelectionExpression": "$request.body.action",
            "corsConfiguration": None,
        },
        ("arn", "apiEndpoint", "executionArn"),
    ),
    Case(
        API,
        {
            "name": "case-quick",
            "protocolType": "HTTP",
            "target": f"{_ARN}:live",
            "routeKey": "GET /orders",
            "credentialsArn": "arn:aws:iam::123456789012:role/base",
        },
        {"description": "two"},
        {"target": "https://example.com", "routeKey": None, "credentialsArn": None},
        ("apiEndpoint", "executionArn"),
        unseen=("target", "routeKey", "credentialsArn"),
    ),
    Case(
        "aws:apigatewayv2/integration:Integration",
        _INTEGRATION,
        {"timeoutMilliseconds": 5000, "description": "two"},
        {
            "integrationType": "HTTP_PROXY",
            "integrationMethod": "GET",
            "integrationUri": "https://example.com",
        },
        needs={"api": (API, _HTTP)},
        import_id="{apiId}/{id}",
    ),
    Case(
        "aws:apigatewayv2/route:Route",
        {
            "apiId": Ref("api"),
            "routeKey": "GET /orders",
            "target": Ref("integration", form="integrations/{}"),
        },
        {"routeKey": "POST /orders", "authorizationType": "AWS_IAM"},
        {"apiId": Ref("other"), "target": None},
        needs={**_NEEDS, "other": (API, {**_HTTP, "name": "other-api"})},
        import_id="{apiId}/{id}",
    ),
    Case(
        "aws:apigatewayv2/authorizer:Authorizer",
        {
            "apiId": Ref("api"),
            "name": "case-authorizer",
            "authorizerType": "JWT",
            "identitySources": ["$request.header.Authorization"],
            "jwtConfiguration": _ISSUER,
        },
        {"jwtConfiguration": {**_ISSUER, "audiences": ["a", "b"]}},
        {"name": "case-other"},
        needs=_NEEDS,
        import_id="{apiId}/{id}",
    ),
    Case(
        "aws:apigatewayv2/stage:Stage",
        {"apiId": Ref("api"), "name": "$default", "autoDeploy": True, "tags": {"a": "b"}},
        {"description": "two", "stageVariables": {"a": "b"}, "tags": {"a": "c"}},
        {"name": "beta"},
        ("arn", "executionArn", "invokeUrl"),
        needs=_NEEDS,
        import_id="{apiId}/{id}",
    ),
    Case(
        "aws:apigatewayv2/deployment:Deployment",
        {"apiId": Ref("api"), "description": "one", "triggers": {"routes": "1"}},
        {"description": "two"},
        {"triggers": {"routes": "2"}},
        needs=_NEEDS,
        import_id="{apiId}/{id}",
        unseen=("triggers",),
    ),
)
