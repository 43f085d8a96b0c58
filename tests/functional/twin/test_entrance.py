"""Who may speak to the twin: judged before anything else, for every service and ``/_twin/`` alike."""

from __future__ import annotations

import http.client
import json
import socket
from xml.etree import ElementTree

import pytest
from support.people.raw_http import Reply, ask, signed

from greenshift.testing import RunningTwin

JSON = "application/x-amz-json-1.1"
FORM = "application/x-www-form-urlencoded"
START_BUILD = json.dumps({"projectName": "p", "buildspecOverride": "version: 0.2"}).encode()

# Form of the answer -> a request to a service of that protocol: method, path, headers, body.
SERVICES: dict[str, tuple[str, str, dict[str, str], bytes]] = {
    "ours, json": (
        "POST", "/", signed("codebuild", X_Amz_Target="CodeBuild_20161006.StartBuild", Content_Type=JSON),
        START_BUILD,
    ),
    "ours, rest-json": ("GET", "/2015-03-31/functions/", signed("lambda"), b""),
    "ours, query": ("POST", "/", signed("monitoring", Content_Type=FORM), b"Action=DescribeAlarms"),
    "moto's, json": (
        "POST", "/", signed("dynamodb", X_Amz_Target="DynamoDB_20120810.ListTables", Content_Type=JSON),
        b"{}",
    ),
    "moto's, query": ("POST", "/", signed("iam", Content_Type=FORM), b"Action=ListRoles&Version=2010-05-08"),
    "moto's, ec2": ("POST", "/", signed("ec2", Content_Type=FORM), b"Action=DescribeVpcs&Version=2016-11-15"),
    "moto's, rest-json": ("GET", "/restapis", signed("apigateway"), b""),
    "moto's, s3": ("GET", "/", signed("s3"), b""),
    "the twin's own": ("GET", "/_twin/health", {}, b""),
    "the twin's own, written": ("POST", "/_twin/stop", {"Content-Type": "text/plain"}, b"{}"),
    "moto's own": ("POST", "/moto-api/reset", {}, b""),
}  # fmt: skip

STRANGERS = {
    "a foreign name": {"Host": "evil.example"},
    "a foreign name on our port": {"Host": "evil.example:{port}"},
    "our name on another port": {"Host": "127.0.0.1:1"},
    "no name": {"Host": ""},
    "a foreign page": {"Origin": "http://evil.example"},
    "a page of another port": {"Origin": "http://127.0.0.1:1"},
    "a page without origin": {"Origin": "null"},
    "our name where an origin belongs": {"Origin": "127.0.0.1:{port}"},
    "our page, over TLS": {"Origin": "https://127.0.0.1:{port}"},
    "a foreign page's image": {"Sec-Fetch-Site": "cross-site"},
    "another port's link": {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "navigate"},
}


def send(twin: RunningTwin, name: str, **more: str) -> Reply:
    method, target, headers, body = SERVICES[name]
    told = {key.replace("_", "-"): value.format(port=twin.twin.port) for key, value in more.items()}
    return ask(twin.twin.port, method, target, {**headers, **told}, body)


def code_of(reply: Reply) -> str:
    """The error's code, in whatever form it came."""
    if reply.headers["content-type"].endswith("xml"):
        codes = [
            e.text for e in ElementTree.fromstring(reply.body).iter() if e.tag.rpartition("}")[2] == "Code"
        ]
        return codes[0] or ""
    if "x-amzn-errortype" in reply.headers:
        return reply.headers["x-amzn-errortype"]
    return str(reply.json["error"])


@pytest.mark.parametrize("stranger", sorted(STRANGERS))
@pytest.mark.parametrize("service", sorted(SERVICES))
def test_a_stranger_is_refused_in_the_protocol_of_the_service_asked(
    twin: RunningTwin, service: str, stranger: str
) -> None:
    reply = send(twin, service, **STRANGERS[stranger])

    assert reply.status == 403
    assert "xml" in reply.headers["content-type"] or reply.json
    assert code_of(reply) in ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation") or (
        "twin" in code_of(reply)
    )
    assert not [name for name in reply.headers if name.startswith("access-control-")]


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"moto's own", "the twin's own, written"}))
@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_nobody_else_is_refused_and_no_answer_is_shared(twin: RunningTwin, service: str, site: str) -> None:
    own = {} if site == "none" else {"Origin": "http://127.0.0.1:{port}"}
    reply = send(twin, service, Sec_Fetch_Site=site, **own)

    assert reply.status != 403, reply.text
    assert not [name for name in reply.headers if name.startswith("access-control-")]


@pytest.mark.parametrize(
    "path", ["/", "/bucket/key", "/2015-03-31/functions/", "/_twin/health", "/moto-api/reset"]
)
@pytest.mark.parametrize("origin", ["", "http://127.0.0.1:{port}", "http://evil.example"])
def test_no_preflight_is_answered(twin: RunningTwin, path: str, origin: str) -> None:
    headers = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
    reply = ask(twin.twin.port, "OPTIONS", path, {**headers, "Origin": origin.format(port=twin.twin.port)})

    assert reply.status == 403
    assert not [name for name in reply.headers if name.startswith("access-control-")]


UNSIGNED = {
    "ours, json": "MissingAuthenticationTokenException",
    "ours, rest-json": "MissingAuthenticationTokenException",
    "ours, query": "MissingAuthenticationToken",
    "moto's, json": "MissingAuthenticationTokenException",
    "moto's, query": "MissingAuthenticationToken",
    "moto's, ec2": "MissingAuthenticationToken",
    "moto's, s3": "AccessDenied",
}


@pytest.mark.parametrize("service", sorted(UNSIGNED))
@pytest.mark.parametrize("authorization", ["", "Bearer abc", "Basic bG9jYWw6bG9jYWw=", "AWS4-HMAC-SHA256"])
def test_an_unsigned_request_gets_the_protocols_own_refusal(
    twin: RunningTwin, service: str, authorization: str
) -> None:
    reply = send(twin, service, Authorization=authorization)

    expected = UNSIGNED[service]
    if service == "ours, query":  # an unsigned form does not tell whose it is
        assert ElementTree.fromstring(reply.body).find(".//Code") is not None
    assert (reply.status, code_of(reply)) == (403, expected)


@pytest.mark.parametrize("content_type", ["text/plain", FORM, "multipart/form-data; boundary=x", ""])
def test_a_simple_request_makes_and_runs_nothing(twin: RunningTwin, content_type: str) -> None:
    """What a page may send without a preflight: no Authorization, and one of three content types."""
    made = {"FunctionName": "f", "Runtime": "python3.13", "Role": "arn:aws:iam::1:role/r", "Handler": "a.b"}
    for target, body in (
        ("/2015-03-31/functions", json.dumps(made).encode()),
        ("/2015-03-31/functions/f/invocations", b"{}"),
        ("/?Action=CreateRole&RoleName=r&AssumeRolePolicyDocument={}&Version=2010-05-08", b""),
    ):
        reply = ask(twin.twin.port, "POST", target, {"Content-Type": content_type}, body)
        assert (reply.status, "Missing" in code_of(reply) or code_of(reply)) in (
            (403, True),
            (403, "AccessDenied"),
        )
    assert twin.client("lambda").list_functions()["Functions"] == []
    assert twin.client("iam").list_roles()["Roles"] == []


def test_an_address_opened_in_a_browser_performs_no_operation_that_a_link_can_sign(twin: RunningTwin) -> None:
    sts = twin.client("sts").generate_presigned_url("get_caller_identity")
    target = sts.removeprefix(twin.endpoint)
    navigated = {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"}

    assert ask(twin.twin.port, "GET", target).status == 200
    assert ask(twin.twin.port, "GET", target, navigated).status == 403


def test_operations_that_nobody_signs_on_aws_need_no_signature(twin: RunningTwin) -> None:
    token = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."
    body = (
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleSessionName=ci"
        f"&RoleArn=arn:aws:iam::123456789012:role/ci&WebIdentityToken={token}"
    ).encode()
    reply = ask(twin.twin.port, "POST", "/", {"Content-Type": FORM}, body)

    assert reply.status == 200, reply.text
    assert b"<AccessKeyId>" in reply.body


def test_what_a_document_on_the_twin_does_it_does_not_do_as_the_twin(twin: RunningTwin) -> None:
    s3 = twin.client("s3")
    s3.create_bucket(Bucket="uploads")
    s3.put_object(Bucket="uploads", Key="page.html", Body=b"<script></script>", ContentType="text/html")
    target = s3.generate_presigned_url("get_object", Params={"Bucket": "uploads", "Key": "page.html"})

    reply = ask(twin.twin.port, "GET", target.removeprefix(twin.endpoint))

    assert (reply.status, reply.headers["content-security-policy"]) == (200, "sandbox")


def test_a_buckets_own_name_leads_to_s3_and_nothing_else(twin: RunningTwin) -> None:
    twin.client("s3").create_bucket(Bucket="site")
    twin.client("s3").put_object(Bucket="site", Key="favicon.ico", Body=b"icon")
    host = {"Host": f"site.localhost:{twin.twin.port}"}

    for target in ("/_twin/health", "/moto-api/data.json"):
        assert ask(twin.twin.port, "GET", target, host).status == 403
    for name in ("ours, json", "moto's, json", "ours, rest-json"):
        assert send(twin, name, **host).status == 403
    found = ask(twin.twin.port, "GET", "/favicon.ico", {**signed("s3"), **host})
    assert (found.status, found.body) == (200, b"icon")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_large_refused_body_is_not_kept_and_its_sender_hears_why(twin: RunningTwin, method: str) -> None:
    reply = ask(twin.twin.port, method, "/b/k", {"Origin": "http://evil.example"}, b"x" * 8_000_000)

    assert (reply.status, code_of(reply)) == (403, "AccessDenied")
    assert "http://evil.example" in reply.text


def test_a_web_socket_of_a_foreign_page_is_refused(twin: RunningTwin) -> None:
    headers = {
        "Origin": "http://evil.example", "Upgrade": "websocket", "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version": "13",
    }  # fmt: skip

    assert ask(twin.twin.port, "GET", "/_twin/health", headers).status == 403


def test_requests_without_any_name_are_refused_in_http_1_0_too(twin: RunningTwin) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", twin.twin.port, timeout=30)
    connection.connect()
    connection.sock.sendall(b"GET /_twin/health HTTP/1.0\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.1 403 ")
    connection.close()


HEALTH = "/_twin/health HTTP/1.1"
CLOSE = "Connection: close\r\n"


@pytest.mark.parametrize(
    ("first_line", "status"),
    [
        (f"GET http://evil.example{HEALTH}", 403),
        (f"GET http://evil.example:{{port}}{HEALTH}", 403),
        (f"GET http://theirs.localhost:{{port}}{HEALTH}", 403),
        (f"GET http://127.0.0.1:{{port}}{HEALTH}", 200),
        ("CONNECT evil.example:80 HTTP/1.1", 400),
    ],
)
def test_a_target_that_names_a_host_counts_and_its_header_does_not(
    twin: RunningTwin, first_line: str, status: int
) -> None:
    port = twin.twin.port
    reply = exchange(port, f"{first_line.format(port=port)}\r\nHost: 127.0.0.1:{port}\r\n{CLOSE}\r\n")

    assert reply.startswith(f"HTTP/1.1 {status} ")


def test_what_follows_a_body_is_no_part_of_the_head(twin: RunningTwin) -> None:
    """A signature that comes after everything was judged is none."""
    port = twin.twin.port
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{CLOSE}Transfer-Encoding: chunked\r\n\r\n"
    trailer = f"0\r\nAuthorization: {signed('s3')['Authorization']}\r\n\r\n"

    assert exchange(port, head + trailer).startswith("HTTP/1.1 403 ")


def test_a_request_of_two_lengths_hides_no_other_one(twin: RunningTwin) -> None:
    port = twin.twin.port
    host = f"Host: 127.0.0.1:{port}\r\n"
    head = f"POST / HTTP/1.1\r\n{host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
    hidden = f"0\r\n\r\nPOST /_twin/stop HTTP/1.1\r\n{host}Content-Length: 0\r\n\r\n"

    reply = exchange(port, head + hidden)

    assert reply.startswith("HTTP/1.1 400 ")
    assert reply.count("HTTP/1.1 ") == 1
    assert twin.request("GET", "/_twin/health")["instance"] == twin.twin.instance


def exchange(port: int, text: str) -> str:
    """What comes back for exactly these bytes, until the twin closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(text.encode())
        with connection.makefile("rb") as answer:
            return answer.read().decode()
