"""REST APIs over HTTP: who may come in, and what is kept though no request feels it."""

from __future__ import annotations

from typing import Any

import pytest

GOOD, BAD = {"Authorization": "good"}, {"Authorization": "bad"}
KINDS = [
    # (settings, headers and path, status): API Gateway developer guide, "Use API Gateway Lambda authorizers".
    ("TOKEN", {}, {}, "/prod/orders", 401),  # no identity source: the function is not asked
    ("TOKEN", {}, BAD, "/prod/orders", 403),
    ("TOKEN", {}, GOOD, "/prod/orders", 200),
    ("TOKEN", {"identityValidationExpression": "^b"}, GOOD, "/prod/orders", 401),  # nor where it does not fit
    ("TOKEN", {"identityValidationExpression": "^g"}, GOOD, "/prod/orders", 200),
    ("REQUEST", {}, BAD, "/prod/orders?page=1", 403),
    ("REQUEST", {}, GOOD, "/prod/orders?page=1", 200),
    ("REQUEST", {}, GOOD, "/prod/orders", 401),  # one of two identity sources is missing
]
SOURCES = {
    "TOKEN": "method.request.header.Authorization",
    "REQUEST": "method.request.header.Authorization,method.request.querystring.page",
}


class Rest:
    """A REST API with one resource, ``/orders``."""

    def __init__(self, fronts: Any) -> None:
        self._fronts, self._client = fronts, fronts.rest
        self.id = str(self._client.create_rest_api(name="rest")["id"])
        root = self._client.get_resources(restApiId=self.id)["items"][0]["id"]
        made = self._client.create_resource(restApiId=self.id, parentId=root, pathPart="orders")
        self._where = {"restApiId": self.id, "resourceId": made["id"], "httpMethod": "GET"}

    def authorizer(self, kind: str, **settings: str) -> str:
        found = self._client.create_authorizer(
            restApiId=self.id, name="own", type=kind, authorizerUri=self._fronts.uri,
            identitySource=SOURCES[kind], **settings,
        )  # fmt: skip
        return str(found["id"])

    def serve(self, **method: str) -> None:
        self._client.put_method(**self._where, **method)
        self._client.put_integration(
            **self._where, type="AWS_PROXY", integrationHttpMethod="POST", uri=self._fronts.uri
        )
        self._client.create_deployment(restApiId=self.id, stageName="prod")


@pytest.mark.parametrize(("kind", "settings", "headers", "path", "status"), KINDS)
def test_a_lambda_authorizer_of_a_rest_api_decides(
    fronts: Any, kind: str, settings: dict[str, str], headers: dict[str, str], path: str, status: int
) -> None:
    rest = Rest(fronts)
    rest.serve(authorizationType="CUSTOM", authorizerId=rest.authorizer(kind, **settings))
    answer = fronts.get(rest.id, path, headers=headers)
    assert answer.status == status
    if status == 200:
        told = answer.event["requestContext"]["authorizer"]
        assert (told["principalId"], told["who"]) == ("good", "good")


def test_a_method_with_iam_takes_signed_requests_only(fronts: Any) -> None:
    """ "Control access to a REST API with IAM permissions"."""
    rest = Rest(fronts)
    rest.serve(authorizationType="AWS_IAM")
    refused = fronts.get(rest.id, "/prod/orders")
    assert (refused.status, refused.json) == (403, {"message": "Missing Authentication Token"})
    scope = "local/20260101/us-east-1/execute-api/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x"}
    assert fronts.get(rest.id, "/prod/orders", headers=signed).status == 200


def test_throttles_of_a_stage_are_kept_and_hold_nobody_up(fronts: Any) -> None:
    """ "Throttle requests to your HTTP APIs": told as they were set; nobody feels them, a departure."""
    api = fronts.api("GET /orders")
    limits = {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1.0}
    fronts.http.update_stage(ApiId=api, StageName="$default", DefaultRouteSettings=limits)
    told = fronts.http.get_stage(ApiId=api, StageName="$default")["DefaultRouteSettings"]
    assert {name: told[name] for name in limits} == limits
    assert [fronts.get(api, "/orders").status for _ in range(5)] == [200] * 5


def test_throttles_of_a_usage_plan_are_kept(fronts: Any) -> None:
    """ "Usage plans and API keys for REST APIs"."""
    rest = Rest(fronts)
    rest.serve(authorizationType="NONE")
    limits = {"rateLimit": 1.0, "burstLimit": 1}
    plan = fronts.rest.create_usage_plan(
        name="slow", throttle=limits, apiStages=[{"apiId": rest.id, "stage": "prod"}]
    )["id"]
    assert fronts.rest.get_usage_plan(usagePlanId=plan)["throttle"] == limits
    assert [fronts.get(rest.id, "/prod/orders").status for _ in range(5)] == [200] * 5
