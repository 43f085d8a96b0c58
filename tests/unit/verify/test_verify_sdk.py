"""A Node function that asks for the AWS SDK v2 is found in its package, with file and line."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from greenshift.verify.groups.sdk import no_sdk_v2
from greenshift.verify.reading.package import Package, unpack

REQUIRE = 'const one = 1;\nconst AWS = require("aws-sdk");\n'


def zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        'const AWS = require("aws-sdk")',
        "const s3 = require('aws-sdk/clients/s3')",
        "import AWS from 'aws-sdk';",
        'import "aws-sdk";',
        'const AWS = await import("aws-sdk");',
        'import{S3}from"aws-sdk"',
    ],
)
def test_every_way_to_ask_for_it_is_seen(text: str) -> None:
    package = unpack("nodejs22.x", zipped({"lib/a.mjs": "\n" + text}))

    verdict = no_sdk_v2(package)

    assert verdict.status == "failed"
    assert verdict.found == "lib/a.mjs, line 2 asks for aws-sdk, which nodejs22.x does not have"


@pytest.mark.parametrize(
    ("runtime", "files"),
    [
        ("nodejs22.x", {"a.js": 'require("@aws-sdk/client-s3")'}),
        ("nodejs22.x", {"a.js": '// require("aws-sdk")'}),
        ("nodejs22.x", {"a.js": REQUIRE, "node_modules/aws-sdk/package.json": "{}"}),
        ("nodejs22.x", {"a.js": "", "node_modules/other/index.js": REQUIRE}),
        ("nodejs22.x", {"notes.md": REQUIRE}),
        ("nodejs16.x", {"a.js": REQUIRE}),
    ],
)
def test_what_runs_is_left_alone(runtime: str, files: Mapping[str, str]) -> None:
    assert no_sdk_v2(unpack(runtime, zipped(files))).status == "passed"


def test_a_package_that_was_not_looked_at_is_not_judged() -> None:
    verdict = no_sdk_v2(Package("nodejs22.x", obstacle="the package is large: 40 MB"))

    assert (verdict.status, verdict.found) == ("skipped", "the package is large: 40 MB")
