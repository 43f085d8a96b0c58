"""The rules of `greenshift check` that need no files."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from greenshift.buildkit.manifest import Function
from greenshift.buildkit.packaging import Selection
from greenshift.buildkit.survey import Contents
from greenshift.checks import Finding, is_healthy
from greenshift.checks.finding import ordered
from greenshift.checks.source.function import FunctionSource
from greenshift.checks.source.handlers import callback_line
from greenshift.checks.source.places import Place
from greenshift.checks.source.program import required_tokens
from greenshift.checks.source.runtimes import check_runtime
from greenshift.checks.source.sdk import check_sdk_version, packages_for, services_used
from greenshift.settings import RUNTIMES

CONFIG = Place("Pulumi.yaml", 7)
LOADS_V2 = [
    "const AWS = require('aws-sdk');\nconst s3 = new AWS.S3();\n",
    'import * as sdk from "aws-sdk";\nexport const q = new sdk.SQS();\n',
    "import { S3, DynamoDB as Database } from 'aws-sdk';\n",
    "const { SNS, Lambda: Functions } = require('aws-sdk')\n",
    "import S3 from 'aws-sdk/clients/s3';\n",
    "const SES = require('aws-sdk/clients/ses')\n",
    "const sdk = await import('aws-sdk');\n",
    "import AWS from 'aws-sdk'\nnew AWS.DynamoDB.DocumentClient()\n",
    "// const AWS = require('aws-sdk')\n",
]
LOADS_NO_V2 = [
    "import { S3Client } from '@aws-sdk/client-s3';\n",
    "const text = 'aws-sdk is old';\n",
    "require('aws-sdk-mock')\n",
    "",
]


def source(text: str, *, runtime: str = "nodejs22.x", npm: frozenset[str] | None = None) -> FunctionSource:
    function = Function("charge", "functions/charge", runtime, "index.handler")
    return FunctionSource(function, Selection({}), {"index.js": text}, Contents(), npm)


@pytest.mark.parametrize("text", LOADS_NO_V2)
def test_a_source_without_version_2_has_no_finding(text: str) -> None:
    assert list(check_sdk_version(source(text))) == []


def test_a_finding_names_file_line_services_and_their_packages() -> None:
    text = "'use strict';\n\nconst AWS = require('aws-sdk');\nnew AWS.S3(), new AWS.DynamoDB();\n"

    (found,) = check_sdk_version(source(text))

    assert (found.where, found.level, found.rule) == ("functions/charge/index.js:3", "error", "sdk-v2")
    assert found.what == "loads 'aws-sdk' (version 2) for DynamoDB, S3"
    assert "@aws-sdk/client-dynamodb, @aws-sdk/client-s3" in found.fix


def test_a_comment_before_the_import_is_not_its_line() -> None:
    (found,) = check_sdk_version(source("// require('aws-sdk')\nrequire('aws-sdk')\n"))

    assert found.line == 2


@pytest.mark.parametrize(
    ("text", "services"),
    [
        (LOADS_V2[0], ["S3"]),
        (LOADS_V2[1], ["SQS"]),
        (LOADS_V2[2], ["DynamoDB", "S3"]),
        (LOADS_V2[3], ["Lambda", "SNS"]),
        (LOADS_V2[4], ["S3"]),
        (LOADS_V2[5], ["SES"]),
        (LOADS_V2[7], ["DynamoDB", "DynamoDB.DocumentClient"]),
        ("const AWS = require('aws-sdk'); AWS.config.update({}); new AWS.Nonsense()", []),
    ],
)
def test_services_are_told_from_every_way_to_load_them(text: str, services: list[str]) -> None:
    assert services_used(text) == services


def test_the_document_client_has_a_package_of_its_own() -> None:
    assert packages_for("DynamoDB.DocumentClient") == ["@aws-sdk/lib-dynamodb"]


@pytest.mark.parametrize(
    ("runtime", "npm"), [("nodejs16.x", None), ("python3.13", None), ("nodejs22.x", frozenset({"aws-sdk"}))]
)
def test_version_2_is_fine_where_it_is(runtime: str, npm: frozenset[str] | None) -> None:
    assert list(check_sdk_version(source(LOADS_V2[0], runtime=runtime, npm=npm))) == []


CALLBACKS = [
    ("exports.handler = (event, context, callback) => callback(null, 1);", 1),
    ("exports.handler = function (event, context, callback) {}", 1),
    ("module.exports.handler = async function named(event, context, callback) {}", 1),
    ("\n\nexport const handler = (event, context, done) => {}", 3),
    ("export function handler(event, context, callback) {}", 1),
    ("export async function handler(event, context, callback) {}", 1),
    ("const handler = ({ body, path }, { requestId }, callback) => {}\nexport { handler }", 1),
    ("export const handler = async (\n  event,\n  context,\n  callback,\n) => {}", 1),
]
NO_CALLBACKS = [
    "export const handler = async (event, context) => {}",
    "export const handler = async ({ a, b, c }) => {}",
    "exports.other = (event, context, callback) => {}",
    "export const handler = wrap(async (event) => {})",
    "const helper = (a, b, c) => {}; export const handler = async (event) => helper(1, 2, 3)",
]


@pytest.mark.parametrize(("text", "line"), [*CALLBACKS, *((text, 0) for text in NO_CALLBACKS)])
def test_a_callback_handler_is_known_by_its_third_parameter(text: str, line: int) -> None:
    assert callback_line(text, "handler") == line


def levels(runtime: str, today: date) -> list[tuple[str, str]]:
    return [(found.level, found.rule) for found in check_runtime("charge", runtime, today, CONFIG)]


@pytest.mark.parametrize("runtime", sorted(RUNTIMES))
def test_a_runtime_warns_past_deprecation_and_refuses_past_its_block_date(runtime: str) -> None:
    dates = RUNTIMES[runtime]
    day = timedelta(days=1)

    assert levels(runtime, dates.deprecated - day) == []
    assert levels(runtime, dates.deprecated) == [("warning", "runtime-deprecated")]
    assert levels(runtime, dates.block_create - day) == [("warning", "runtime-deprecated")]
    assert levels(runtime, dates.block_create) == [("error", "runtime-blocked")]
    assert levels(runtime, dates.block_update) == [("error", "runtime-blocked")]


def test_a_deprecated_runtime_says_from_when_and_what_instead() -> None:
    (found,) = check_runtime("charge", "nodejs20.x", date(2026, 11, 1), CONFIG)

    assert found.where == "Pulumi.yaml:7"
    assert "2027-02-01" in found.why
    assert "greenshift:functions.charge.runtime to nodejs22.x" in found.fix


def finding(level: str, line: int = 1) -> Finding:
    return Finding(rule="r", level=level, what="", why="", fix="", file="a", line=line)  # type: ignore[arg-type] # one of three


def test_the_worst_comes_first_and_hints_are_no_illness() -> None:
    found = ordered([finding("hint"), finding("error", 9), finding("warning"), finding("error", 2)])

    assert [(each.level, each.line) for each in found] == [
        ("error", 2), ("error", 9), ("warning", 1), ("hint", 1),
    ]  # fmt: skip
    assert is_healthy([finding("hint")])
    assert not is_healthy([finding("warning")])
    assert is_healthy([finding("warning")], tolerated=("warning", "hint"))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('config.require_secret("githubToken")', "githubToken"),
        ('pulumi.Config().require("GITHUB_TOKEN")', "GITHUB_TOKEN"),
        ('config.require_secret(key="token")', "token"),
    ],
)
def test_a_token_the_program_requires_is_found_with_its_line(line: str, name: str) -> None:
    assert required_tokens(f"import pulumi\n\ntoken = {line}\n") == [(3, name)]


@pytest.mark.parametrize(
    "text",
    [
        'config.get_secret("githubToken")',
        'config.require("region")',
        "config.require_secret(name_of_the_token)",
        'require_secret("githubToken")',
        "def broken(:",
    ],
)
def test_a_program_that_can_go_without_passes(text: str) -> None:
    assert required_tokens(text) == []
