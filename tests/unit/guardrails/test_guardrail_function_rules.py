"""Functions: what runs in them, what they are told, and what a deployment group can shift."""

from __future__ import annotations

from datetime import date

import pytest
from support.faults.guardrail_cases import AWS, resource, stack_of

from greenshift.contract.runtimes import RUNTIMES
from greenshift.guardrails import Archive, Resource, aws_types
from greenshift.guardrails.resources import UNKNOWN
from greenshift.guardrails.rules.functions import (
    FUNCTION_TABLE_ACCESS,
    FUNCTION_TABLE_NAME,
    NODE_SDK_V2,
    NODE_SDK_V2_IN_LAYER,
    _runtime_blocked,
    _runtime_deprecated,
)
from greenshift.guardrails.rules.traffic import ALIAS_VERSION, DEPLOYMENT_GROUP_ALIAS

APPLICATION = resource(aws_types.APPLICATION, "app", {"name": "app", "computePlatform": "Lambda"})


def function(name: str = "f", **inputs: object) -> Resource:
    return resource(aws_types.FUNCTION, name, {"name": name, **inputs})


def alias(name: str = "live", of: str = "f", version: object = "1") -> Resource:
    return resource(aws_types.ALIAS, name, {"name": name, "functionName": of, "functionVersion": version})


def group(name: str = "g", *depends_on: Resource) -> Resource:
    return resource(aws_types.DEPLOYMENT_GROUP, name, {"appName": "app"}, depends_on=depends_on)


def sdk_faults(files: dict[str, str], runtime: str = "nodejs22.x") -> list[str]:
    it = function(runtime=runtime, code=Archive.of(files))
    return [found.reason for found in NODE_SDK_V2.check(stack_of(it))]


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("const AWS = require('aws-sdk');", "@aws-sdk/client-*"),
        ('import AWS from "aws-sdk"', "@aws-sdk/client-*"),
        ("const S3 = require('aws-sdk/clients/s3')", "@aws-sdk/client-s3"),
        ("const aws = await import('aws-sdk')", "@aws-sdk/client-*"),
    ],
)
def test_a_node_function_that_loads_the_old_sdk_is_refused_with_file_and_line(
    line: str, package: str
) -> None:
    [reason] = sdk_faults({"index.mjs": f"// first\n{line}\n"})

    assert f"index.mjs:2 loads 'aws-sdk' (version 2), which nodejs22.x has not; use {package}" == reason


@pytest.mark.parametrize(
    ("files", "runtime"),
    [
        ({"index.js": "require('@aws-sdk/client-s3')"}, "nodejs22.x"),
        ({"index.js": "require('aws-sdk')", "node_modules/aws-sdk/package.json": "{}"}, "nodejs22.x"),
        ({"node_modules/lib/index.js": "require('aws-sdk')"}, "nodejs22.x"),
        ({"notes.md": "require('aws-sdk')"}, "nodejs22.x"),
        ({"index.js": "require('aws-sdk')"}, "nodejs16.x"),
        ({"app.py": "# require('aws-sdk')"}, "python3.13"),
    ],
)
def test_code_that_has_what_it_loads_passes(files: dict[str, str], runtime: str) -> None:
    assert sdk_faults(files, runtime) == []


def test_code_that_cannot_be_seen_passes() -> None:
    it = function(runtime="nodejs22.x", s3Bucket="b")

    assert list(NODE_SDK_V2.check(stack_of(it))) == []


@pytest.mark.parametrize(
    ("layer", "rule"),
    [
        ({"nodejs/node_modules/aws-sdk/package.json": "{}"}, NODE_SDK_V2_IN_LAYER),
        ({"nodejs/node_modules/other/package.json": "{}"}, NODE_SDK_V2),
    ],
)
def test_a_layer_of_the_program_is_looked_into_for_the_old_sdk(layer: dict[str, str], rule: object) -> None:
    made = resource(aws_types.LAYER_VERSION, "layer", {"code": Archive.of(layer)})
    inputs = {
        "runtime": "nodejs22.x",
        "layers": UNKNOWN,
        "code": Archive.of({"index.js": "require('aws-sdk')"}),
    }
    it = resource(aws_types.FUNCTION, "f", inputs, comes_from={"layers": made})

    told = [each for each in (NODE_SDK_V2, NODE_SDK_V2_IN_LAYER) if list(each.check(stack_of(made, it)))]

    assert told == [rule]


@pytest.mark.parametrize("runtime", sorted(RUNTIMES))
def test_a_runtime_warns_between_deprecation_and_block_and_is_refused_after(runtime: str) -> None:
    dates, it = RUNTIMES[runtime], function(runtime=runtime)
    moments = (date(2020, 1, 1), dates.deprecated, dates.block_create)

    warned = [bool(list(_runtime_deprecated(it, moment))) for moment in moments]
    refused = [bool(list(_runtime_blocked(it, moment))) for moment in moments]

    assert warned == [False, True, False]
    assert refused == [False, False, True]


@pytest.mark.parametrize(
    ("runtime", "is_old"),
    [
        ("nodejs16.x", True),
        ("python3.8", True),
        ("python2.7", True),
        ("nodejs26.x", False),
        ("java8", False),
        ("java11", False),
    ],
)
def test_a_runtime_older_than_all_we_know_is_refused(runtime: str, is_old: bool) -> None:
    assert is_old == bool(list(_runtime_blocked(function(runtime=runtime), date(2026, 1, 1))))


LEDGER = resource(aws_types.TABLE, "ledger", {"hashKey": "deploymentId"})


@pytest.mark.parametrize(
    "inputs", [{}, {"environment": {"variables": {}}}, {"environment": {"variables": {"TABLE": "t"}}}]
)
def test_a_function_beside_the_ledger_must_know_its_name(inputs: dict[str, object]) -> None:
    [finding] = FUNCTION_TABLE_NAME.check(stack_of(LEDGER, function(**inputs)))

    assert finding.resource.name == "f"
    assert finding.reason.startswith("DEPLOYMENT_TABLE_NAME is not in its environment")


@pytest.mark.parametrize(
    "environment",
    [UNKNOWN, {"variables": UNKNOWN}, {"variables": {"DEPLOYMENT_TABLE_NAME": UNKNOWN}}],
)
def test_a_function_that_is_told_passes_also_while_the_name_is_not_known(environment: object) -> None:
    assert list(FUNCTION_TABLE_NAME.check(stack_of(LEDGER, function(environment=environment)))) == []


def test_without_a_ledger_there_is_nothing_to_tell() -> None:
    other = resource(aws_types.TABLE, "orders", {"hashKey": "orderId"})

    assert list(FUNCTION_TABLE_NAME.check(stack_of(other, function()))) == []


def groups_without_alias(*resources: Resource) -> list[str]:
    found = DEPLOYMENT_GROUP_ALIAS.check(stack_of(APPLICATION, *resources))
    return [finding.resource.name for finding in found]


def test_a_lambda_deployment_group_needs_an_alias_to_shift() -> None:
    assert groups_without_alias(group()) == ["g"]


def test_a_group_may_have_the_alias_it_depends_on_or_one_nobody_else_has() -> None:
    live = alias()

    assert groups_without_alias(live, group("g", live)) == []
    assert groups_without_alias(live, group("g")) == []


def test_an_alias_of_another_group_does_not_count() -> None:
    live = alias()

    assert groups_without_alias(live, group("ours", live), group("hand-written")) == ["hand-written"]


def test_a_group_for_servers_needs_no_alias() -> None:
    servers = resource(aws_types.APPLICATION, "app", {"name": "app", "computePlatform": "Server"})

    assert list(DEPLOYMENT_GROUP_ALIAS.check(stack_of(servers, group()))) == []


def test_an_application_elsewhere_is_known_by_the_groups_configuration() -> None:
    lone = resource(
        aws_types.DEPLOYMENT_GROUP,
        "g",
        {"appName": "other", "deploymentConfigName": "CodeDeployDefault.LambdaAllAtOnce"},
    )

    assert len(list(DEPLOYMENT_GROUP_ALIAS.check(stack_of(lone)))) == 1


def alias_faults(*resources: Resource) -> list[str]:
    return [finding.reason for finding in ALIAS_VERSION.check(stack_of(*resources))]


def test_a_function_under_an_alias_must_publish_versions() -> None:
    for by in ("f", "arn:aws:lambda:us-east-1:123456789012:function:f"):
        assert alias_faults(function(), alias(of=by)) == [
            "alias live stands on it, and it publishes no version (publish is not set)"
        ]


def test_an_alias_finds_its_function_by_where_its_name_comes_from() -> None:
    unnamed = resource(aws_types.FUNCTION, "f", {})
    live = resource(aws_types.ALIAS, "live", {"functionName": UNKNOWN}, comes_from={"functionName": unnamed})

    assert len(alias_faults(unnamed, live)) == 1


def test_an_alias_must_not_stand_on_what_changes_under_it() -> None:
    [reason] = alias_faults(function(publish=True), alias(version="$LATEST"))

    assert reason == "it points at $LATEST, which changes under it and cannot be shifted"


def test_a_published_function_or_one_from_elsewhere_passes() -> None:
    assert alias_faults(function(publish=True), alias(), alias("other", of="elsewhere")) == []


ROLE = resource(aws_types.ROLE, "role", {"name": "role"})
WRITES = '{"Statement": [{"Effect": "Allow", "Action": ["dynamodb:PutItem"], "Resource": "t"}]}'
READS = WRITES.replace("PutItem", "GetItem")
LISTS = WRITES.replace("PutItem", "ListTables")


def working(*others: Resource, **inputs: object) -> list[str]:
    """What is said of a function with that role, beside the ledger."""
    runs = resource(aws_types.FUNCTION, "f", {"name": "f", **inputs}, comes_from={"role": ROLE})
    return [found.reason for found in FUNCTION_TABLE_ACCESS.check(stack_of(LEDGER, ROLE, runs, *others))]


def policy(document: object) -> tuple[Resource, Resource]:
    """A policy, and its attachment to the role by outputs that are not known yet."""
    made = resource(aws_types.POLICY, "policy", {"name": "policy", "policy": document})
    given = {"role": UNKNOWN, "policyArn": UNKNOWN}
    origins = {"role": ROLE, "policyArn": made}
    return made, resource(aws_types.ROLE_ATTACHMENT, "attached", given, comes_from=origins)


def attached(arn: str) -> Resource:
    return resource(aws_types.ROLE_ATTACHMENT, "attached", {"role": "role", "policyArn": arn})


def test_a_function_whose_role_may_not_write_the_ledger_is_refused() -> None:
    refused = ["its role role may not write the ledger ledger"]

    assert working() == refused
    assert working(*policy(LISTS)) == refused
    assert working(*policy(WRITES.replace("Allow", "Deny"))) == refused
    assert working(attached(f"{AWS}/service-role/AWSLambdaBasicExecutionRole")) == refused


@pytest.mark.parametrize("document", [WRITES, WRITES.replace("PutItem", "*"), UNKNOWN, READS])
def test_a_function_whose_role_may_write_it_or_might_passes(document: object) -> None:
    assert working(*policy(document)) == []
    assert working(attached("arn:aws:iam::123456789012:policy/made-elsewhere")) == []
    assert working(resource(aws_types.ROLE_POLICY, "inline", {"role": "role"})) == []


def test_without_a_ledger_nobody_need_write_it() -> None:
    it = resource(aws_types.FUNCTION, "f", {"name": "f"}, comes_from={"role": ROLE})

    assert list(FUNCTION_TABLE_ACCESS.check(stack_of(ROLE, it))) == []
