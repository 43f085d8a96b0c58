"""Stacks with a fault that takes more than one call to make, and what ``verify`` reports of each."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from typing import Any

from greenshift.verify import GROUPS, Report, run
from greenshift.view import FunctionOutputs, StackOutputs
from support.faults.stack_faults import ACCOUNT, CHARGE_ROLE, piped
from support.stacks.released_stack import Deployed


def a_function_with_the_old_sdk(stack: Deployed) -> Report:
    functions, buffer = stack.client("lambda"), io.BytesIO()
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
        return run(stack.stack(replace(stack.outputs, functions=(legacy,))), GROUPS)
    finally:
        functions.delete_function(FunctionName="legacy")


def a_bucket_others_may_want(stack: Deployed) -> Report:
    s3 = stack.client("s3")
    s3.create_bucket(Bucket="shop-artifacts")
    try:
        return run(stack.stack(replace(stack.outputs, bucket="shop-artifacts")), GROUPS)
    finally:
        with suppress(s3.exceptions.NoSuchBucket):
            s3.delete_bucket(Bucket="shop-artifacts")


def a_connection_nobody_finished(stack: Deployed) -> Report:
    stack.twin.request("PUT", "/_twin/handshakes", {"handshake": "manual"})
    connections = stack.client("codeconnections")
    made = connections.create_connection(ProviderType="GitHub", ConnectionName="unfinished")["ConnectionArn"]

    def change(pipeline: dict[str, Any]) -> None:
        pipeline["stages"][0]["actions"][0]["configuration"]["ConnectionArn"] = made

    try:
        with piped(stack.client, change):
            return run(stack.stack(), GROUPS)
    finally:
        connections.delete_connection(ConnectionArn=made)
        stack.twin.request("PUT", "/_twin/handshakes", {"handshake": "automatic"})


def another_stacks_outputs(stack: Deployed) -> Report:
    """The outputs of a stack that is not there: nothing of it may pass for this one."""
    there = stack.outputs
    gone = [
        replace(each, name=f"{each.name}-gone", alarm=f"{each.alarm}-gone", deployment_group="gone")
        for each in there.functions
    ]
    other = StackOutputs(
        pipeline="shop-gone",
        console_url=there.console_url,
        table="shop-gone-ledger",
        bucket="shop-gone-artifacts",
        topic_arn=f"{there.topic_arn}-gone",
        functions=tuple(gone),
    )
    report = run(stack.stack(other), GROUPS)
    failed = {result.group for result in report.failures}
    assert failed >= {group.name for group in GROUPS} - {"outputs"}, failed
    return report
