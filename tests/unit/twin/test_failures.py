"""A failure inside the twin: told by a name in the protocol asked, with its traceback in the log alone."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import MutableMapping
from typing import Any, cast

import pytest
from support.people.raw_http import signed

from greenshift.twin.callers.sessions import Sessions
from greenshift.twin.clock import ManualClock
from greenshift.twin.entrance.admission import Admission
from greenshift.twin.entrance.hosts import Hosts
from greenshift.twin.port.connections import Connections
from greenshift.twin.port.gateway import Gateway

FORM = "application/x-www-form-urlencoded"
PORT = 4566

FAILING = {
    "json": ("/", signed("codebuild", X_Amz_Target="CodeBuild_20161006.ListProjects"), b"{}"),
    "query": ("/", signed("monitoring", Content_Type=FORM), b"Action=DescribeAlarms"),
    "cbor": ("/service/CodeBuild_20161006/operation/ListProjects", signed("codebuild"), b""),
    "rest-json": ("/2015-03-31/functions/", signed("lambda"), b"{}"),
    "moto's json": ("/", signed("dynamodb", X_Amz_Target="DynamoDB_20120810.ListTables"), b"{}"),
    "moto's query": ("/", signed("iam", Content_Type=FORM), b"Action=ListRoles&Version=2010-05-08"),
    "moto's ec2": ("/", signed("ec2", Content_Type=FORM), b"Action=DescribeVpcs&Version=2016-11-15"),
    "moto's s3": ("/", signed("s3"), b""),
    "moto's rest-json": ("/v1/apis", signed("appsync"), b""),
    "the twin's own": ("/_twin/health", {}, b""),
}
CODES = {
    "moto's ec2": "<Code>InternalError</Code>",
    "moto's s3": "<Code>InternalError</Code>",
    "the twin's own": "",
}


class Failing:
    """Whatever is asked of it fails, in words that are nobody's business."""

    def __getattr__(self, name: str) -> Any:
        raise ZeroDivisionError("a secret of the inside")


def gateway() -> Gateway:
    failing = cast("Any", Failing())
    hosts = Hosts(PORT)
    return Gateway(
        services=dict.fromkeys(["codebuild", "cloudwatch", "lambda"], failing),
        door=failing, moto=failing, sessions=Sessions("123456789012"), admin=failing,
        clock=ManualClock(is_busy=lambda: False), connections=Connections(),
        admission=Admission(hosts, (), "http://127.0.0.1:4566"), public=failing,
    )  # fmt: skip


def ask(path: str, headers: dict[str, str], body: bytes) -> tuple[int, dict[str, str], str]:
    told = {"Host": f"127.0.0.1:{PORT}", **headers}
    scope = {
        "type": "http", "method": "POST", "raw_path": path.encode(), "query_string": b"",
        "headers": [(name.lower().encode(), value.encode()) for name, value in told.items()],
    }  # fmt: skip
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    asyncio.run(gateway()(scope, receive, send))
    start, content = sent
    return (
        start["status"],
        {k.decode().lower(): v.decode() for k, v in start["headers"]},
        content["body"].decode(errors="replace"),
    )


@pytest.mark.parametrize("case", sorted(FAILING))
def test_a_failure_is_told_by_a_name_that_finds_its_traceback_in_the_log(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "greenshift.twin"):
        status, headers, text = ask(*FAILING[case])

    assert status == 500
    assert CODES.get(case, "InternalFailure") in text + headers.get("x-amzn-errortype", "")
    assert "secret" not in text
    assert "Traceback" not in text
    found = re.search(r"as failure ([0-9a-f]{8})\b", text)
    assert found is not None, text
    [record] = [each for each in caplog.records if found[1] in each.getMessage()]
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
