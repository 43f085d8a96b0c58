"""Each way a stack can be wrong, made on a real twin: exactly its check fails, and says what is wrong."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from support.faults.stack_faults import ACCOUNT, CHARGE_ROLE, FAULTS, Fault, piped

from greenshift.verify import GROUPS, Report, run, select
from greenshift.view import FunctionOutputs


def failing(report: Report) -> dict[str, str]:
    return {result.id: f"{result.subject}: {result.found}" for result in report.failures}


def test_a_freshly_deployed_stack_passes(deployed: Any) -> None:
    report = run(deployed.stack(), GROUPS)

    assert failing(report) == {}
    assert {result.group for result in report.results} == {group.name for group in GROUPS}
    assert [r.id for r in report.results if r.status == "skipped"] == [
        "pipeline.webhook",
        "notifications.subscribers",
    ]


@pytest.mark.parametrize("wrong", FAULTS, ids=lambda wrong: wrong.name)
def test_a_fault_fails_its_check_and_no_other(deployed: Any, wrong: Fault) -> None:
    with wrong.broken(deployed.client):
        report = run(deployed.stack(), GROUPS)

    found = failing(report)
    assert set(found) == wrong.checks, found
    assert any(wrong.says in text for text in found.values()), found
    assert all(result.fix for result in report.failures)


def test_everything_broken_has_been_fixed_again(deployed: Any) -> None:
    """The last of this file, so that no fault of the table hides behind another."""
    assert failing(run(deployed.stack(), GROUPS)) == {}


def test_a_connection_nobody_finished_is_found(deployed: Any) -> None:
    deployed.twin.request("PUT", "/_twin/handshakes", {"handshake": "manual"})
    connections = deployed.client("codeconnections")
    made = connections.create_connection(ProviderType="GitHub", ConnectionName="unfinished")["ConnectionArn"]

    def change(pipeline: dict[str, Any]) -> None:
        pipeline["stages"][0]["actions"][0]["configuration"]["ConnectionArn"] = made

    with piped(deployed.client, change):
        report = run(deployed.stack(), GROUPS)
    connections.delete_connection(ConnectionArn=made)
    deployed.twin.request("PUT", "/_twin/handshakes", {"handshake": "automatic"})

    assert failing(report) == {"pipeline.connection": "action Source: the connection is PENDING"}
    assert "greenshift doctor" in report.failures[0].fix


def test_a_bucket_with_a_name_others_may_want_is_found(deployed: Any) -> None:
    s3 = deployed.client("s3")
    s3.create_bucket(Bucket="shop-artifacts")
    try:
        outputs = replace(deployed.outputs, bucket="shop-artifacts")
        found = failing(run(deployed.stack(outputs), GROUPS))
    finally:
        with suppress(s3.exceptions.NoSuchBucket):
            s3.delete_bucket(Bucket="shop-artifacts")

    assert f"lacks account {ACCOUNT} or region us-east-1" in found["artifacts.unique-name"]
    assert {"artifacts.versioning", "artifacts.tls-only", "pipeline.artifact-bucket"} <= set(found)


def test_a_node_function_that_asks_for_the_old_sdk_is_found_in_its_package(deployed: Any) -> None:
    functions, buffer = deployed.client("lambda"), io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("index.js", "const AWS = require('aws-sdk');\nexports.handler = async () => 1;\n")
    functions.create_function(
        FunctionName="legacy",
        Runtime="nodejs22.x",
        Handler="index.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/{CHARGE_ROLE}",
        Code={"ZipFile": buffer.getvalue()},
        Publish=True,
    )
    alias = functions.create_alias(FunctionName="legacy", Name="live", FunctionVersion="1")
    legacy = FunctionOutputs("legacy", "legacy", alias["AliasArn"], "legacy-errors", "legacy")
    try:
        outputs = replace(deployed.outputs, functions=(legacy,))
        found = failing(run(deployed.stack(outputs), select(["functions"])))
    finally:
        functions.delete_function(FunctionName="legacy")

    assert found["functions.sdk"] == (
        "code of legacy: index.js, line 1 asks for aws-sdk, which nodejs22.x does not have"
    )
