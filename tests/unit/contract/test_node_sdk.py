"""Version 2 of the AWS SDK is found by whoever looks for it, in the same sources and in no others."""

from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from support.faults.guardrail_cases import resource

from greenshift.buildkit.checks import check_sdk
from greenshift.buildkit.failure import BuildFailure
from greenshift.buildkit.manifest import Function
from greenshift.buildkit.packaging import Selection
from greenshift.buildkit.survey import Contents
from greenshift.checks.source.function import FunctionSource
from greenshift.checks.source.sdk import check_sdk_version
from greenshift.contract.javascript import loads
from greenshift.contract.node_sdk import node_version, uses_of_missing_sdk
from greenshift.guardrails.aws_types import FUNCTION
from greenshift.guardrails.resources import Archive, Stack
from greenshift.guardrails.rules.functions import NODE_SDK_V2
from greenshift.release.package.manifest import Package
from greenshift.release.package.packages import problems_of
from greenshift.verify.groups.sdk import no_sdk_v2
from greenshift.verify.reading.package import unpack

LOADS = [
    "import{S3}from'aws-sdk'",
    'import AWS,{S3}from"aws-sdk";',
    "require('aws-sdk')",
    "require ('aws-sdk')",
    "require( `aws-sdk/clients/s3` )",
    "const s3 = new (require('aws-sdk/clients/s3'))()",
    "import {\n  S3,\n  SQS as Queue,\n} from\n  'aws-sdk';",
    "import * as AWS from 'aws-sdk/global'",
    "import 'aws-sdk'",
    "const AWS = await import('aws-sdk')",
    "import('aws-sdk', {})",
    "export { S3 } from 'aws-sdk'",
    "export*from'aws-sdk'",
    "import type from 'aws-sdk'",
    "import AWS = require('aws-sdk')",
    "const load = module.createRequire(import.meta.url);\nload('aws-sdk')",
    "createRequire(import.meta.url)('aws-sdk')",
    "module.require('aws-sdk')",
    "require.resolve('aws-sdk')",
    "`${require('aws-sdk')}`",
    "`a${`b${c}`}d${{e: 1}}`; require('aws-sdk')",
    "const half = 1 / 2; require('aws-sdk'); const third = 1 / 3",
    "i++ / require('aws-sdk') / 2",
    "if (x) /'/.test(y); require('aws-sdk')",
    "const f = () => {}\n/'/.test(x); require('aws-sdk')",
    "/[/'\"]/.test(x) && require('aws-sdk')",
    "// it's\n/* it's */ require('aws-sdk')",
    "'it\\'s // not a comment'; require('aws-sdk')",
    "const page = <p>Don't {name} <br/></p>;\nrequire('aws-sdk')",
    "#!/usr/bin/env node it's\nrequire('aws-sdk')",
]
LOADS_NOT = [
    "",
    "// was require('aws-sdk')",
    "/**\n * @example\n * const AWS = require('aws-sdk')\n */",
    "let a /* require('aws-sdk') */ = 1",
    "const text = \"require('aws-sdk')\"",
    "const text = `\n  import AWS from 'aws-sdk'\n`",
    "const text = `a ${b} require('aws-sdk')`",
    "const pattern = /require('aws-sdk')/",
    "if (x) /require('aws-sdk')/.test(y)",
    "require('@aws-sdk/client-s3')",
    "require('aws-sdk-mock')",
    "import type { S3 } from 'aws-sdk'",
    "export type { S3 } from 'aws-sdk'",
    "container.require('aws-sdk')",
    "const names = { import: 'aws-sdk', from: 'aws-sdk' }",
    "export const from = 'aws-sdk'",
    "export default from\n'aws-sdk'",
    "require('aws-sdk' + suffix)",
]
NODE = "nodejs22.x"


def _seen_by_check(files: Mapping[str, str]) -> bool:
    source = FunctionSource(Function("a", "a", NODE, "index.handler"), Selection({}), files, Contents(), None)
    return bool(list(check_sdk_version(source)))


def _seen_by_build(files: Mapping[str, str]) -> bool:
    try:
        check_sdk(Function("a", "a", NODE, "index.handler"), list(files), lambda name: files[name])
    except BuildFailure:
        return True
    return False


def _seen_by_policy_pack(files: Mapping[str, str]) -> bool:
    declared = resource(FUNCTION, "a", {"name": "a", "runtime": NODE, "code": Archive.of(dict(files))})
    return bool(list(NODE_SDK_V2.check(Stack((declared,)))))


def _zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def _seen_by_verify(files: Mapping[str, str]) -> bool:
    return no_sdk_v2(unpack(NODE, _zipped(files))).status == "failed"


SEES = [_seen_by_check, _seen_by_build, _seen_by_policy_pack, _seen_by_verify]


@pytest.mark.parametrize("sees", SEES)
def test_whoever_looks_sees_the_same(sees: Callable[[Mapping[str, str]], bool]) -> None:
    wrong = [text for text in (*LOADS, *LOADS_NOT) if sees({"index.js": text}) != (text in LOADS)]

    assert wrong == []


def test_a_release_sees_the_same(tmp_path: Path) -> None:
    path, wrong = tmp_path / "a.zip", []
    for text in (*LOADS, *LOADS_NOT):
        content = _zipped({"index.js": text})
        path.write_bytes(content)
        digest = hashlib.sha256(content)
        package = Package(
            "a",
            "a.zip",
            digest.hexdigest(),
            base64.b64encode(digest.digest()).decode(),
            len(content),
            NODE,
            "index.handler",
        )
        if bool(problems_of(package, path)) != (text in LOADS):
            wrong.append(text)

    assert wrong == []


def test_the_line_is_that_of_the_module() -> None:
    (use,) = uses_of_missing_sdk(NODE, ["a.mjs"], lambda _: "// aws-sdk\nimport {\n S3\n} from 'aws-sdk'\n")

    assert (use.file, use.line, use.replacement) == ("a.mjs", 4, "@aws-sdk/client-*")


@pytest.mark.parametrize(
    ("brought", "is_found"),
    [
        ("node_modules/aws-sdk/package.json", True),
        ("src/node_modules/aws-sdk/package.json", True),
        ("other/node_modules/aws-sdk/package.json", False),
        ("node_modules/lib/node_modules/aws-sdk/package.json", False),
        ("node_modules/aws-sdk-mock/package.json", False),
    ],
)
def test_it_is_found_in_node_modules_beside_or_above_the_file(brought: str, is_found: bool) -> None:
    """As Node looks for it."""
    texts = {"src/index.js": "require('aws-sdk')", brought: "{}"}

    assert bool(list(uses_of_missing_sdk(NODE, texts, lambda name: texts[name]))) is not is_found


@pytest.mark.parametrize(
    ("runtime", "version"), [("nodejs", 0), ("nodejs16.x", 16), ("nodejs24.x", 24), ("python3.13", 0)]
)
def test_only_node_18_and_later_lack_it(runtime: str, version: int) -> None:
    uses = list(uses_of_missing_sdk(runtime, ["a.js"], lambda _: "require('aws-sdk')"))

    assert (node_version(runtime), bool(uses)) == (version, version >= 18)


@pytest.mark.parametrize(
    "text", ["`", "'", '"', "/", "/[", "}}}", "({[", "\\", "import", "export {", "require("]
)
def test_what_is_no_javascript_hides_nothing_after_it(text: str) -> None:
    assert [each.module for each in loads(f"{text}\n;require('a')")] == ["a"]
