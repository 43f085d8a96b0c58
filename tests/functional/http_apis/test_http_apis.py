"""HTTP APIs over HTTP, each case as API Gateway's developer guide has it (named beside it)."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

HTML = {"statusCode": 201, "headers": {"content-type": "text/html"}, "body": "<p>", "cookies": ["a=1"]}


@pytest.fixture(scope="module")
def api(fronts: Any) -> str:
    return str(fronts.api("GET /orders", "GET /orders/{id}", "ANY /files/{proxy+}", "POST /orders"))


def test_a_request_reaches_the_alias_in_format_2(fronts: Any, api: str) -> None:
    """ "Lambda function invocation input", format 2.0."""
    answer = fronts.get(
        api,
        "/orders/a%20b?x=1&x=2&y=",
        headers={"Cookie": "a=1; b=2", "X-Own": "é".encode().decode("latin-1")},
    )
    event = answer.event
    assert answer.json["arn"].endswith(":live") and answer.json["version"] == "1"
    assert (event["version"], event["routeKey"]) == ("2.0", "GET /orders/{id}")
    assert (event["rawPath"], event["rawQueryString"]) == ("/orders/a%20b", "x=1&x=2&y=")
    assert event["cookies"] == ["a=1", "b=2"] and "cookie" not in event["headers"]
    assert event["queryStringParameters"] == {"x": "1,2", "y": ""}
    assert event["pathParameters"] == {"id": "a b"}
    context = event["requestContext"]
    assert (context["apiId"], context["stage"], context["http"]["method"]) == (api, "$default", "GET")
    assert context["http"]["sourceIp"] == "127.0.0.1" and "body" not in event


def test_a_request_reaches_the_function_in_format_1_where_the_integration_says_so(fronts: Any) -> None:
    """ "Lambda function invocation input", format 1.0."""
    api = fronts.api("GET /orders/{id}", payload="1.0")
    event = fronts.get(api, "/orders/7?x=1&x=2", headers={"X-Own": "v"}).event
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/orders/{id}", "/orders/7")
    assert (event["httpMethod"], event["pathParameters"]) == ("GET", {"id": "7"})
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["queryStringParameters"] == {"x": "2"}
    assert event["multiValueHeaders"]["x-own"] == ["v"]
    assert event["requestContext"]["resourcePath"] == "/orders/{id}" and event["body"] is None


BODIES = [
    ("application/json", b'{"a": 1}', False),
    ("text/plain; charset=utf-8", "é".encode(), False),
    ("application/x-www-form-urlencoded", b"a=1", True),
    ("image/png", b"\x89PNG", True),
]


@pytest.mark.parametrize(("kind", "body", "is_base64"), BODIES)
def test_a_body_is_text_or_base64_by_its_type(
    fronts: Any, api: str, kind: str, body: bytes, is_base64: bool
) -> None:
    """ "Working with binary media types": isBase64Encoded."""
    event = fronts.get(api, "/orders", "POST", body=body, headers={"Content-Type": kind}).event
    assert event["isBase64Encoded"] is is_base64
    assert event["body"] == (base64.b64encode(body).decode() if is_base64 else body.decode())


ANSWERS = [
    # (what the function gives, status, content type, body): "Lambda function response", format 2.0.
    ({"statusCode": 201, "body": "made", "headers": {"content-type": "text/html"}}, 201, "text/html",
    b"made"), ({"statusCode": 200, "body": "aGk=", "isBase64Encoded": True, "headers": {"content-type":
    "x/y"}}, 200,
    "x/y",
     b"hi"),
    ({"message": "hello"}, 200, "application/json", b'{"message": "hello"}'),
    ("hello", 200, "application/json", b"hello"),
    ({"statusCode": "no"}, 500, "application/json", b'{"message": "Internal Server Error"}'),
    ({"statusCode": 200, "headers": {"a": "b\r\nc: d"}}, 500, "application/json",
     b'{"message": "Internal Server Error"}'),
]  # fmt: skip


@pytest.mark.parametrize(("given", "status", "kind", "body"), ANSWERS)
def test_what_a_function_gives_is_answered(
    fronts: Any, api: str, given: Any, status: int, kind: str, body: bytes
) -> None:
    answer = fronts.get(api, f"/orders?answer={quote(json.dumps(given))}")
    assert (answer.status, answer.headers["content-type"], answer.body) == (status, kind, body)


def test_cookies_are_set_and_a_failure_tells_nothing(fronts: Any, api: str) -> None:
    assert fronts.get(api, f"/orders?answer={quote(json.dumps(HTML))}").headers["set-cookie"] == "a=1"
    failed = fronts.get(api, "/orders?fail=1")
    assert (failed.status, failed.json) == (500, {"message": "Internal Server Error"})


ROUTED = [
    # (method, path, key of the route that serves it): "Routing API requests".
    ("GET", "/pets/dog/1", "GET /pets/dog/1"),
    ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
    ("GET", "/pets/cat/2", "GET /{proxy+}"),
    ("POST", "/test/5", "ANY /{proxy+}"),
    ("GET", "/", "$default"),
]


def test_the_most_specific_route_serves_a_request(fronts: Any) -> None:
    api = fronts.api("GET /pets/dog/1", "GET /pets/dog/{id}", "GET /{proxy+}", "ANY /{proxy+}", "$default")
    found = [fronts.get(api, path, method).event["routeKey"] for method, path, _ in ROUTED]
    assert found == [key for _, _, key in ROUTED]


def test_what_no_route_serves_is_not_found_and_an_api_nobody_made_is_refused(fronts: Any, api: str) -> None:
    missing = fronts.get(api, "/nothing")
    assert (missing.status, missing.json) == (404, {"message": "Not Found"})
    assert fronts.get("abcdefgh").status == 403
    assert fronts.ask("evil.example.com").status == 403
    fronts.http.update_api(ApiId=api, DisableExecuteApiEndpoint=True)
    assert fronts.get(api, "/orders").status == 403
    fronts.http.update_api(ApiId=api, DisableExecuteApiEndpoint=False)
    assert fronts.get(api, "/orders").status == 200


def test_a_named_stage_is_in_the_path_and_its_variables_choose_the_function(fronts: Any) -> None:
    """ "Working with stage variables for HTTP APIs"."""
    api = fronts.api("GET /orders", stage="beta")
    other = fronts.http.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", PayloadFormatVersion="2.0",
        IntegrationUri=f"{fronts.arn.rpartition(':')[0]}:${{stageVariables.alias}}",
    )["IntegrationId"]  # fmt: skip
    fronts.http.create_route(ApiId=api, RouteKey="GET /chosen", Target=f"integrations/{other}")
    fronts.http.update_stage(ApiId=api, StageName="beta", StageVariables={"alias": "live"})
    answer = fronts.get(api, "/beta/chosen")
    assert answer.json["arn"].endswith(":live")
    assert answer.event["stageVariables"] == {"alias": "live"}
    assert answer.event["rawPath"] == "/beta/chosen"
    assert fronts.get(api, "/orders").status == 404


def test_the_api_tells_the_address_it_has_here(fronts: Any, api: str) -> None:
    port = fronts.place.twin.endpoint.rpartition(":")[2]
    assert fronts.http.get_api(ApiId=api)["ApiEndpoint"] == f"http://{api}.execute-api.localhost:{port}"


def test_a_function_without_the_permission_is_not_called(fronts: Any) -> None:
    """ "Lambda function permissions": lambda:InvokeFunction by source ARN."""
    functions, name = fronts.place.functions, fronts.place.function(FINE_ANSWER, fronts.place.role())
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    api = fronts.api("GET /")
    integration = fronts.http.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    fronts.http.create_route(ApiId=api, RouteKey="GET /guarded", Target=f"integrations/{integration}")
    assert fronts.get(api, "/guarded").status == 500
    told = {"FunctionName": name, "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    source = f"arn:aws:execute-api:us-east-1:123456789012:{api}"
    functions.add_permission(**told, StatementId="other", SourceArn=f"{source}/*/POST/guarded")
    assert fronts.get(api, "/guarded").status == 500
    functions.add_permission(**told, StatementId="right", SourceArn=f"{source}/*/GET/guarded")
    assert fronts.get(api, "/guarded").status == 200


FINE_ANSWER = "def handler(event, context):\n    return {'statusCode': 200}\n"


# CORS


def test_an_api_with_cors_answers_preflights_itself_and_shares_with_whom_it_says(fronts: Any) -> None:
    """ "Configuring CORS for an HTTP API"."""
    cors = {
        "AllowOrigins": ["https://shop.example.com"], "AllowMethods": ["GET"], "AllowHeaders": ["x-own"],
        "MaxAge": 60, "AllowCredentials": True,
    }  # fmt: skip
    api = fronts.api("GET /orders", CorsConfiguration=cors)
    asking = {"Origin": "https://shop.example.com", "Access-Control-Request-Method": "GET"}
    answer = fronts.get(api, "/orders", "OPTIONS", headers=asking)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "https://shop.example.com"
    assert answer.headers["access-control-allow-methods"] == "GET"
    assert answer.headers["access-control-max-age"] == "60"
    stranger = fronts.get(api, "/orders", "OPTIONS", headers={**asking, "Origin": "https://evil.example.com"})
    assert "access-control-allow-origin" not in stranger.headers

    own = {"statusCode": 200, "headers": {"access-control-allow-origin": "https://mine.example.com"}}
    target = f"/orders?answer={quote(json.dumps(own))}"
    shared = fronts.get(api, target, headers={"Origin": "https://shop.example.com"})
    assert shared.headers["access-control-allow-origin"] == "https://shop.example.com"
    assert "access-control-allow-origin" not in fronts.get(api, target).headers


def test_an_api_without_cors_leaves_it_to_the_function(fronts: Any, api: str) -> None:
    own = {"statusCode": 200, "headers": {"access-control-allow-origin": "*"}}
    answer = fronts.get(api, f"/orders?answer={quote(json.dumps(own))}", headers={"Origin": "https://a.b"})
    assert answer.headers["access-control-allow-origin"] == "*"


# Authorizers


class Issuer:
    """Signs tokens, and tells its key over HTTP."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._server = HTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def token(self, **claims: Any) -> str:
        told = {"iss": self.url, "aud": "shop", "exp": time.time() * 2, "scope": "read other"} | claims
        parts = [_encoded(json.dumps(each).encode()) for each in ({"alg": "RS256", "kid": "one"}, told)]
        signed = ".".join(parts).encode()
        signature = self.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
        return f"{signed.decode()}.{_encoded(signature)}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                numbers = issuer.key.public_key().public_numbers()
                key = {"kty": "RSA", "kid": "one", "n": _number(numbers.n), "e": _number(numbers.e)}
                told: Any = (
                    {"jwks_uri": f"{issuer.url}/keys"} if "well-known" in self.path else {"keys": [key]}
                )
                body = json.dumps(told).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Nothing to say."""

        return Handler


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    running = Issuer()
    yield running
    running.stop()


def test_a_jwt_authorizer_lets_good_tokens_in_and_tells_the_function_their_claims(
    fronts: Any, issuer: Issuer
) -> None:
    """ "Control access to HTTP APIs with JWT authorizers"."""
    api = fronts.api("GET /open")
    authorizer = fronts.http.create_authorizer(
        ApiId=api, Name="jwt", AuthorizerType="JWT", IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer.url, "Audience": ["shop"]},
    )["AuthorizerId"]  # fmt: skip
    target = fronts.http.get_routes(ApiId=api)["Items"][0]["Target"]
    told = {"ApiId": api, "Target": target, "AuthorizationType": "JWT", "AuthorizerId": authorizer}
    fronts.http.create_route(**told, RouteKey="GET /any")
    fronts.http.create_route(**told, RouteKey="GET /read", AuthorizationScopes=["read"])
    fronts.http.create_route(**told, RouteKey="GET /write", AuthorizationScopes=["write"])

    def status(path: str, token: str | None) -> int:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return int(fronts.get(api, path, headers=headers).status)

    good = issuer.token()
    assert status("/open", None) == 200
    assert status("/any", good) == 200
    assert status("/read", good) == 200
    assert status("/write", good) == 403
    bad = [
        None,
        "x",
        good[:-8] + "AAAAAAAA",
        issuer.token(exp=1),
        issuer.token(aud="other"),
        issuer.token(iss="o"),
    ]
    assert [status("/any", each) for each in bad] == [401] * len(bad)
    event = fronts.get(api, "/read", headers={"Authorization": good}).event
    assert event["requestContext"]["authorizer"]["jwt"]["claims"]["aud"] == "shop"
    assert event["requestContext"]["authorizer"]["jwt"]["scopes"] == ["read"]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_a_lambda_authorizer_decides_and_its_context_reaches_the_function(fronts: Any, version: str) -> None:
    """ "Controlling access to HTTP APIs with AWS Lambda authorizers"."""
    api = fronts.api("GET /open")
    authorizer = fronts.http.create_authorizer(
        ApiId=api, Name="own", AuthorizerType="REQUEST", IdentitySource=["$request.header.Authorization"],
        AuthorizerUri=fronts.uri, AuthorizerPayloadFormatVersion=version, EnableSimpleResponses=version ==
        "2.0",
    )["AuthorizerId"]  # fmt: skip
    target = fronts.http.get_routes(ApiId=api)["Items"][0]["Target"]
    fronts.http.create_route(
        ApiId=api, RouteKey="GET /guarded", Target=target, AuthorizationType="CUSTOM", AuthorizerId=authorizer
    )
    assert fronts.get(api, "/guarded").status == 401
    assert fronts.get(api, "/guarded", headers={"Authorization": "bad"}).status == 403
    event = fronts.get(api, "/guarded", headers={"Authorization": "good"}).event
    assert event["requestContext"]["authorizer"]["lambda"]["who"] == "good"


def test_a_route_with_iam_takes_signed_requests_of_whoever_may(fronts: Any) -> None:
    """ "Control access to HTTP APIs with IAM authorization"."""
    api = fronts.api("GET /open")
    target = fronts.http.get_routes(ApiId=api)["Items"][0]["Target"]
    fronts.http.create_route(ApiId=api, RouteKey="GET /iam", Target=target, AuthorizationType="AWS_IAM")
    assert fronts.get(api, "/iam").status == 403
    scope = "local/20260101/us-east-1/execute-api/aws4_request"
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=x"}
    assert fronts.get(api, "/iam", headers=signed).status == 200


# REST APIs


def test_a_rest_api_hands_on_to_the_function_in_its_own_form(fronts: Any) -> None:
    """ "Input format of a Lambda function for proxy integration"."""
    rest = fronts.rest
    api = rest.create_rest_api(name="rest")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    orders = rest.create_resource(restApiId=api, parentId=root, pathPart="orders")["id"]
    one = rest.create_resource(restApiId=api, parentId=orders, pathPart="{id}")["id"]
    rest.put_method(restApiId=api, resourceId=one, httpMethod="GET", authorizationType="NONE")
    rest.put_integration(
        restApiId=api, resourceId=one, httpMethod="GET", type="AWS_PROXY", integrationHttpMethod="POST",
        uri=fronts.uri,
    )  # fmt: skip
    rest.create_deployment(restApiId=api, stageName="prod")

    event = fronts.get(api, "/prod/orders/7?x=1").event
    assert "version" not in event
    assert (event["resource"], event["path"], event["httpMethod"]) == ("/orders/{id}", "/orders/7", "GET")
    assert event["requestContext"]["path"] == "/prod/orders/7"
    assert event["requestContext"]["stage"] == "prod"
    assert fronts.get(api, "/prod/none").json == {"message": "Missing Authentication Token"}
    assert fronts.get(api, "/none").status == 403
    bad = fronts.get(api, f"/prod/orders/7?answer={quote(json.dumps('text'))}")
    assert (bad.status, bad.json) == (502, {"message": "Internal server error"})
