"""What feeds a function, and its layers."""

from __future__ import annotations

from typing import Any

from greenshift.engine.properties import assets
from support.pulumi.type_cases.case import Case, Ref

_TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":"lambda.amazonaws.com"}}]}'
)


def code(answer: str) -> Any:
    member = assets.asset(f"def handler(event, context):\n    return {answer}\n", None)
    return assets.archive(None, {"app.py": member})


_NEEDS: dict[str, tuple[str, dict[str, Any]]] = {
    "role": ("aws:iam/role:Role", {"name": "feeding", "assumeRolePolicy": _TRUST}),
    "may": (
        "aws:iam/rolePolicy:RolePolicy",
        {
            "role": Ref("role"),
            "name": "poll",
            "policy": '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        },
    ),
    "queue": ("aws:sqs/queue:Queue", {"name": "feeding"}),
    "other": ("aws:sqs/queue:Queue", {"name": "feeding-other"}),
    "function": (
        "aws:lambda/function:Function",
        {
            "name": "feeding",
            "role": Ref("role", "arn"),
            "runtime": "python3.13",
            "handler": "app.handler",
            "code": code("event['n'] + 1"),
            "publish": True,
        },
    ),
    "alias": (
        "aws:lambda/alias:Alias",
        {"name": "live", "functionName": Ref("function"), "functionVersion": "1"},
    ),
}
_BUS = "aws:cloudwatch/eventBus:EventBus"
_BUSES: dict[str, tuple[str, dict[str, Any]]] = {
    "bus": (_BUS, {"name": "fed"}),
    "other": (_BUS, {"name": "fed-other"}),
}
_LAYER = ("aws:lambda/layerVersion:LayerVersion", {"layerName": "fed", "code": code("1")})

CASES = (
    Case(
        _BUS,
        {"name": "case", "tags": {"a": "b"}},
        {"description": "of orders", "tags": {"a": "c"}},
        {"name": "case-two"},
        ("arn",),
    ),
    Case(
        "aws:cloudwatch/eventArchive:EventArchive",
        {"name": "case", "eventSourceArn": Ref("bus", "arn"), "retentionDays": 7},
        {"description": "of orders", "eventPattern": '{"source":["shop"]}', "retentionDays": 1},
        {"eventSourceArn": Ref("other", "arn")},
        ("arn",),
        _BUSES,
    ),
    Case(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        {
            "eventSourceArn": Ref("queue", "arn"),
            "functionName": Ref("alias", "arn"),
            "batchSize": 5,
            "tags": {"a": "b"},
        },
        {
            "batchSize": 7,
            "enabled": False,
            "filterCriteria": {"filters": [{"pattern": '{"body":{"a":[1]}}'}]},
            "functionResponseTypes": ["ReportBatchItemFailures"],
            "scalingConfig": {"maximumConcurrency": 5},
            "tags": {"a": "c"},
        },
        {"eventSourceArn": Ref("other", "arn")},
        ("arn", "uuid", "functionArn", "state"),
        _NEEDS,
    ),
    Case(
        "aws:lambda/functionUrl:FunctionUrl",
        {"functionName": Ref("function"), "qualifier": "live", "authorizationType": "NONE"},
        {"authorizationType": "AWS_IAM", "cors": {"allowOrigins": ["*"], "maxAge": 60}},
        {"qualifier": None},
        ("functionUrl", "functionArn", "urlId"),
        _NEEDS,
    ),
    Case(
        "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        {"functionName": Ref("function"), "qualifier": "live", "maximumRetryAttempts": 1},
        {
            "maximumRetryAttempts": 2,
            "destinationConfig": {"onFailure": {"destination": Ref("queue", "arn")}},
        },
        {"qualifier": None},
        needs=_NEEDS,
    ),
    Case(
        "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
        {
            "functionName": Ref("function"),
            "qualifier": Ref("alias", "name"),
            "provisionedConcurrentExecutions": 2,
        },
        {"provisionedConcurrentExecutions": 3},
        {"qualifier": "1"},
        needs=_NEEDS,
    ),
    Case(
        "aws:lambda/invocation:Invocation",
        {"functionName": Ref("function"), "input": '{"n": 1}'},
        {"terraformKey": "pulumi"},
        {"input": '{"n": 2}'},
        ("result",),
        _NEEDS,
        unseen=("input", "terraformKey"),
        stays=True,
    ),
    Case(
        "aws:lambda/invocation:Invocation",
        {
            "functionName": Ref("function"),
            "qualifier": "1",
            "input": '{"n": 1}',
            "lifecycleScope": "CRUD",
        },
        {"input": '{"n": 2}'},
        {"triggers": {"release": "2"}},
        ("result",),
        _NEEDS,
        unseen=("input", "lifecycleScope", "triggers"),
        stays=True,
    ),
    Case(
        "aws:lambda/layerVersion:LayerVersion",
        {"layerName": "case", "code": code("1"), "compatibleRuntimes": ["python3.13"]},
        {},
        {"code": code("2")},
        ("arn", "layerArn", "version", "codeSha256"),
        unseen=("code",),
    ),
    Case(
        "aws:lambda/layerVersionPermission:LayerVersionPermission",
        {
            "layerName": "fed",
            "versionNumber": 1,
            "statementId": "all",
            "action": "lambda:GetLayerVersion",
            "principal": "*",
        },
        {},
        {"statementId": "one", "principal": "111122223333"},
        ("policy",),
        {"layer": _LAYER},
    ),
)
