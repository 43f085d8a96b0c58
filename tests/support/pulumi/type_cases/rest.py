"""REST APIs."""

from __future__ import annotations

from support.pulumi.type_cases.case import Case, Ref

API = "aws:apigateway/restApi:RestApi"
_URI = (
    "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/"
    "arn:aws:lambda:us-east-1:123456789012:function:base:live/invocations"
)
_RESOURCE = {"restApi": Ref("api"), "parentId": Ref("api", "rootResourceId"), "pathPart": "orders"}
_METHOD = {
    "restApi": Ref("api"),
    "resourceId": Ref("resource"),
    "httpMethod": "GET",
    "authorization": "NONE",
}
_INTEGRATION = {
    "restApi": Ref("api"),
    "resourceId": Ref("resource"),
    "httpMethod": Ref("method", "httpMethod"),
    "type": "AWS_PROXY",
    "integrationHttpMethod": "POST",
    "uri": _URI,
}
_NEEDS = {
    "api": (API, {"name": "base-rest"}),
    "resource": ("aws:apigateway/resource:Resource", _RESOURCE),
    "method": ("aws:apigateway/method:Method", _METHOD),
    "integration": ("aws:apigateway/integration:Integration", _INTEGRATION),
    "deployment": ("aws:apigateway/deployment:Deployment", {"restApi": Ref("api"), "description": "base"}),
}


def needs(*names: str) -> dict[str, tuple[str, dict[str, object]]]:
    return {name: _NEEDS[name] for name in names}


CASES = (
    Case(
        API,
        {"name": "case-rest", "description": "one", "tags": {"a": "b"}},
        {"description": "two", "tags": {"a": "c"}},
        {"name": "case-other", "binaryMediaTypes": ["image/png"]},
        ("arn", "executionArn", "rootResourceId", "createdDate"),
        unseen=("binaryMediaTypes",),  # moto does not tell
    ),
    Case(
        "aws:apigateway/resource:Resource",
        _RESOURCE,
        {},
        {"pathPart": "customers"},
        ("path",),
        needs("api"),
        import_id="{restApi}/{id}",
    ),
    Case(
        "aws:apigateway/method:Method",
        _METHOD,
        {"authorization": "AWS_IAM", "requestParameters": {"method.request.querystring.page": True}},
        {"httpMethod": "POST"},
        needs=needs("api", "resource"),
        import_id="{restApi}/{resourceId}/{httpMethod}",
    ),
    Case(
        "aws:apigateway/integration:Integration",
        _INTEGRATION,
        {"timeoutMilliseconds": 5000},
        {"httpMethod": Ref("other", "httpMethod")},
        needs={
            **needs("api", "resource", "method"),
            "other": ("aws:apigateway/method:Method", {**_METHOD, "httpMethod": "PUT"}),
        },
        import_id="{restApi}/{resourceId}/{httpMethod}",
    ),
    Case(
        "aws:apigateway/deployment:Deployment",
        {"restApi": Ref("api"), "description": "one", "triggers": {"a": "1"}},
        {},
        {"triggers": {"a": "2"}},
        ("createdDate",),
        needs("api", "resource", "method", "integration"),
        import_id="{restApi}/{id}",
        unseen=("triggers",),
    ),
    Case(
        "aws:apigateway/stage:Stage",
        {
            "restApi": Ref("api"),
            "stageName": "prod",
            "deployment": Ref("deployment"),
            "variables": {"a": "b"},
            "tags": {"a": "b"},
        },
        {"description": "two", "variables": {"c": "d"}, "xrayTracingEnabled": True, "tags": {"a": "c"}},
        {"stageName": "beta"},
        ("arn", "executionArn", "invokeUrl"),
        needs("api", "resource", "method", "integration", "deployment"),
        import_id="{restApi}/{stageName}",
    ),
)
