"""What a zip must be before anything is published."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from greenshift.contract.handlers import handler_files
from greenshift.release.package import packages
from greenshift.release.package.manifest import Package
from greenshift.release.package.packages import UNZIPPED_LIMIT, problems_of


def package_of(path: Path, runtime: str = "nodejs22.x", handler: str = "index.handler") -> Package:
    digest = hashlib.sha256(path.read_bytes()).digest()
    code = base64.b64encode(digest).decode()
    return Package("charge", "packages/charge.zip", digest.hex(), code, path.stat().st_size, runtime, handler)


def write_zip(folder: Path, files: Mapping[str, str]) -> Path:
    path = folder / "charge.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_sound_package_has_no_problems(tmp_path: Path) -> None:
    path = write_zip(tmp_path, {"index.mjs": "export const handler = async () => 1;"})

    assert problems_of(package_of(path), path) == []


def test_a_missing_handler_names_function_handler_and_what_is_there(tmp_path: Path) -> None:
    path = write_zip(tmp_path, {"main.js": "", "package.json": "{}", "lib/a.js": "", "lib/b.js": ""})

    assert problems_of(package_of(path), path) == [
        "charge: handler 'index.handler' (nodejs22.x) needs index.js, index.mjs or index.cjs;"
        " the zip has main.js, package.json, lib/"
    ]


def test_an_empty_zip_says_so(tmp_path: Path) -> None:
    path = write_zip(tmp_path, {})

    (problem,) = problems_of(package_of(path, "python3.13", "app.handler"), path)
    assert problem.endswith("the zip has no files")


@pytest.mark.parametrize(
    ("runtime", "handler", "file"),
    [
        ("nodejs22.x", "index.handler", "index.js"),
        ("nodejs22.x", "src/app.api.get", "src/app.cjs"),
        ("nodejs22.x", "src/app.handler", "src/app/index.js"),
        ("python3.13", "app.handler", "app.py"),
        ("python3.13", "app.main.handler", "app/main.py"),
        ("python3.13", "app/main.handler", "app/main/__init__.py"),
        ("ruby3.4", "lambda_function.handler", "lambda_function.rb"),
        ("provided.al2023", "anything", "bootstrap"),
    ],
)
def test_each_runtime_looks_for_its_handler_where_lambda_does(runtime: str, handler: str, file: str) -> None:
    assert file in handler_files(runtime, handler)


@pytest.mark.parametrize(
    ("runtime", "handler"),
    [
        ("nodejs22.x", "/opt/nodejs/wrapper.handler"),
        ("nodejs22.x", "node_modules/datadog-lambda-js/dist/handler.handler"),
        ("java21", "com.example.Handler::handle"),
    ],
)
def test_a_handler_that_may_be_elsewhere_is_not_looked_for(runtime: str, handler: str) -> None:
    assert handler_files(runtime, handler) == ()


def test_a_package_that_is_not_the_built_one_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path, {"index.js": ""})
    package = replace(package_of(path), sha256="0" * 64)

    (problem,) = problems_of(package, path)
    assert problem.startswith("charge: packages/charge.zip has SHA-256") and problem.endswith("0" * 64)


def test_a_code_sha_of_something_else_is_refused(tmp_path: Path) -> None:
    path = write_zip(tmp_path, {"index.js": ""})

    (problem,) = problems_of(replace(package_of(path), code_sha256="eA=="), path)
    assert "codeSha256 'eA=='" in problem


def test_a_file_that_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "charge.zip"
    path.write_bytes(b"not a zip")

    (problem,) = problems_of(package_of(path), path)
    assert "not a readable zip" in problem


def test_a_damaged_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "charge.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.js", "module.exports.handler = 1")
    path.write_bytes(path.read_bytes().replace(b"module.exports", b"module.exp0rts", 1))

    assert problems_of(package_of(path), path) == ["charge: packages/charge.zip is damaged at index.js"]


def test_a_package_over_lambdas_limit_tells_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "charge.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("index.js", "")
        with archive.open("big.bin", "w") as member:
            for _ in range(UNZIPPED_LIMIT // (1 << 24) + 1):
                member.write(bytes(1 << 24))

    (problem,) = problems_of(package_of(path), path)
    assert "MB unzipped, Lambda takes 250 MB" in problem


@pytest.mark.parametrize(
    "source",
    [
        "const AWS = require('aws-sdk');",
        'const S3 = require( "aws-sdk/clients/s3" );',
        "import AWS from 'aws-sdk';",
    ],
)
def test_sdk_v2_that_is_not_bundled_is_refused_on_node_18_and_later(tmp_path: Path, source: str) -> None:
    path = write_zip(tmp_path, {"index.js": f"'use strict';\n\n// the client\n{source}\n"})

    (problem,) = problems_of(package_of(path), path)
    assert problem.startswith("charge: index.js:4 needs the AWS SDK for JavaScript v2")
    assert "use `@aws-sdk/client-…` (`greenshift check` says which)" in problem
    assert problems_of(package_of(path, "nodejs16.x"), path) == []


@pytest.mark.parametrize(
    "files",
    [
        {"index.js": "// require('aws-sdk')\n"},
        {"index.js": "require('aws-sdk-mock')"},
        {"index.js": "require('@aws-sdk/client-s3')"},
        {"index.js": "require('aws-sdk')", "node_modules/aws-sdk/package.json": "{}"},
        {"index.js": "", "node_modules/other/index.js": "require('aws-sdk')"},
    ],
)
def test_sdk_v3_a_bundled_v2_and_a_comment_pass(tmp_path: Path, files: Mapping[str, str]) -> None:
    path = write_zip(tmp_path, files)

    assert problems_of(package_of(path), path) == []


def test_the_limit_is_lambdas() -> None:
    assert packages.UNZIPPED_LIMIT == 262_144_000
