"""HTTP APIs by quick create, each case as the API reference has it (CreateApi, UpdateApi)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from support.stacks.elsewhere import Elsewhere

TRUST = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as running:
        yield running


def made(fronts: Any, target: str, **settings: Any) -> str:
    answer = fronts.http.create_api(Name="quick", ProtocolType="HTTP", Target=target, **settings)
    return str(answer["ApiId"])


def test_a_function_behind_an_alias_answers_every_path_at_once(fronts: Any) -> None:
    api = made(fronts, fronts.arn)
    [integration] = fronts.http.get_integrations(ApiId=api)["Items"]
    [route] = fronts.http.get_routes(ApiId=api)["Items"]
    [stage] = fronts.http.get_stages(ApiId=api)["Items"]
    assert (integration["IntegrationType"], integration["IntegrationUri"]) == ("AWS_PROXY", fronts.arn)
    assert (integration["PayloadFormatVersion"], integration["ApiGatewayManaged"]) == ("2.0", True)
    assert (route["RouteKey"], route["Target"]) == (
        "$default",
        f"integrations/{integration['IntegrationId']}",
    )
    assert (stage["StageName"], stage["AutoDeploy"]) == ("$default", True)
    assert route["ApiGatewayManaged"] and stage["ApiGatewayManaged"]

    answer = fronts.get(
        api, "/any/path?x=1", "POST", body=b"{}", headers={"Content-Type": "application/json"}
    )
    assert answer.json["arn"].endswith(":live") and answer.event["version"] == "2.0"
    assert (answer.event["routeKey"], answer.event["rawPath"]) == ("$default", "/any/path")


def test_a_route_key_of_ones_own_serves_that_route_alone(fronts: Any) -> None:
    api = made(fronts, fronts.arn, RouteKey="GET /orders")
    assert fronts.get(api, "/orders").event["routeKey"] == "GET /orders"
    assert fronts.get(api, "/other").status == 404
    fronts.http.update_api(ApiId=api, RouteKey="GET /other")
    assert fronts.get(api, "/other").status == 200
    assert fronts.get(api, "/orders").status == 404


def test_credentials_are_the_role_that_calls_the_function(fronts: Any) -> None:
    functions, iam = fronts.place.functions, fronts.place.twin.client("iam")
    name = fronts.place.function("def handler(event, context):\n    return 'here'\n", fronts.place.role())
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    assert functions.get_function(FunctionName=name)["Configuration"]["FunctionArn"] == arn
    trust = json.dumps({"Version": "2012-10-17", "Statement": [TRUST]})
    role = iam.create_role(RoleName="quick", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    api = made(fronts, arn, CredentialsArn=role)
    assert fronts.get(api).status == 500
    allow = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": arn}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName="quick", PolicyName="calls", PolicyDocument=document)
    assert fronts.get(api).body == b"here"


def test_a_url_gets_the_whole_request_and_its_answer_comes_back(fronts: Any, elsewhere: Elsewhere) -> None:
    api = made(fronts, f"{elsewhere.url}/base?own=1")
    [integration] = fronts.http.get_integrations(ApiId=api)["Items"]
    assert (integration["IntegrationType"], integration["IntegrationMethod"]) == ("HTTP_PROXY", "ANY")
    assert integration["PayloadFormatVersion"] == "1.0"
    answer = fronts.get(api, "/any?x=1", "PUT", body=b"text", headers={"X-Asked": "it"})
    assert (answer.status, answer.headers["x-own"]) == (203, "yes")
    assert (answer.json["method"], answer.json["path"]) == ("PUT", "/base?own=1&x=1")
    assert (answer.json["body"], answer.json["headers"]["x-asked"]) == ("text", "it")


def test_a_target_is_changed_for_one_of_the_other_kind(fronts: Any, elsewhere: Elsewhere) -> None:
    api = made(fronts, fronts.arn)
    fronts.http.update_api(ApiId=api, Target=elsewhere.url)
    assert fronts.get(api, "/").status == 203
    [integration] = fronts.http.get_integrations(ApiId=api)["Items"]
    assert (integration["IntegrationType"], integration["IntegrationUri"]) == ("HTTP_PROXY", elsewhere.url)
    fronts.http.update_api(ApiId=api, Target=fronts.arn)
    assert fronts.get(api, "/").json["arn"].endswith(":live")


def test_what_the_gateway_manages_stays_and_goes_with_its_api(fronts: Any) -> None:
    api = made(fronts, fronts.arn)
    integration = fronts.http.get_integrations(ApiId=api)["Items"][0]["IntegrationId"]
    route = fronts.http.get_routes(ApiId=api)["Items"][0]["RouteId"]
    refused(lambda: fronts.http.delete_integration(ApiId=api, IntegrationId=integration))
    refused(lambda: fronts.http.update_route(ApiId=api, RouteId=route, RouteKey="GET /"))
    fronts.http.update_integration(ApiId=api, IntegrationId=integration, PayloadFormatVersion="1.0")
    assert fronts.get(api).event["version"] == "1.0"
    fronts.http.delete_api(ApiId=api)
    assert fronts.get(api).status == 403


def test_a_target_that_is_nothing_of_the_kind_is_refused(fronts: Any) -> None:
    before = len(fronts.http.get_apis()["Items"])
    refused(lambda: made(fronts, "orders"))
    socket = {
        "Name": "socket",
        "ProtocolType": "WEBSOCKET",
        "RouteSelectionExpression": "$request.body.action",
    }
    refused(lambda: fronts.http.create_api(**socket, Target=fronts.arn))
    assert len(fronts.http.get_apis()["Items"]) == before
    plain = fronts.http.create_api(Name="plain", ProtocolType="HTTP")["ApiId"]
    refused(lambda: fronts.http.update_api(ApiId=plain, Target=fronts.arn))


def refused(ask: Any) -> None:
    with pytest.raises(ClientError) as error:
        ask()
    assert error.value.response["Error"]["Code"] == "BadRequestException"
