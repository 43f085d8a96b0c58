"""The names the twin answers to, and the places they stand for."""

from __future__ import annotations

import asyncio

import pytest

from greenshift.errors import UsageError
from greenshift.twin.entrance.hosts import Hosts, by_path
from greenshift.twin.entrance.origins import origin
from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse

HOSTS = Hosts(4566)


@pytest.mark.parametrize("host", ["127.0.0.1:4566", "localhost:4566", "s3.localhost:4566"])
def test_the_loopback_is_the_twin(host: str) -> None:
    assert HOSTS.find(host).kind == "twin"


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("things.localhost:4566", "things"),
        ("things.s3.localhost:4566", "things"),
        ("my.dotted.bucket.localhost:4566", "my.dotted.bucket"),
    ],
)
def test_a_bucket_has_a_name_of_its_own_which_is_an_origin_of_its_own(host: str, bucket: str) -> None:
    found = HOSTS.find(host)

    assert (found.kind, found.name, found.own) == ("bucket", bucket, {host})


@pytest.mark.parametrize(
    "host",
    [
        "",
        "localhost", "things.localhost", "things.localhost:4567", "things.localhost.:4566", ".localhost:4566",
        "evil.example:4566", "localhost.evil.example:4566", "evillocalhost:4566", "b_d.localhost:4566",
        "things.localhost:4566:4566", "things.127.0.0.1:4566",
    ],
)  # fmt: skip
def test_every_other_name_is_nowhere(host: str) -> None:
    assert HOSTS.find(host).kind == "nowhere"


def test_a_service_publishes_names_of_its_own() -> None:
    hosts = Hosts(4566)
    asked: list[tuple[str, str]] = []

    async def answer(name: str, request: HttpRequest) -> HttpResponse:
        asked.append((name, request.target))
        return HttpResponse(200, (), b"")

    hosts.publish("execute-api", answer)
    found = hosts.find("a1b2.execute-api.localhost:4566")

    assert (found.kind, found.name) == ("published", "a1b2")
    assert found.answer is not None
    asyncio.run(_answered(found.answer("a1b2", HttpRequest("GET", "/pets", (), b""))))
    assert asked == [("a1b2", "/pets")]
    assert hosts.find("a1b2.execute-api.localhost:4567").kind == "nowhere"


async def _answered(answer: object) -> None:
    await answer  # type: ignore[misc]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/", "/things/"),
        ("/a%2Fb?versionId=1", "/things/a%2Fb?versionId=1"),
        ("/?list-type=2", "/things/?list-type=2"),
    ],
)
def test_a_bucket_under_its_own_name_is_the_bucket_by_its_path(target: str, expected: str) -> None:
    asked = HttpRequest("GET", target, (("Host", "things.localhost:4566"), ("X-Amz-A", "b")), b"body")

    assert by_path(asked, "things") == HttpRequest(
        "GET", expected, (("Host", "127.0.0.1"), ("X-Amz-A", "b")), b"body"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("http://localhost:3000", "http://localhost:3000"),
        (" HTTPS://App.Example/ ", "https://app.example"),
        ("https://app.example:443", "https://app.example"),
        ("http://[::1]:80", "http://[::1]"),
    ],
)
def test_an_origin_is_read_as_browsers_send_it(text: str, expected: str) -> None:
    assert origin(text) == expected


@pytest.mark.parametrize(
    "text",
    ["*", "null", "", "localhost:3000", "http://*.example", "http://", "ftp://x", "http://x/path", "http://x:port",
     "http://user@x", "http://x?y", "file:///x", "http://x:99999"],
)  # fmt: skip
def test_what_is_no_single_origin_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no origin"):
        origin(text)
