"""What would only fail in Lambda is found in the build."""

from __future__ import annotations

import pytest

from greenshift.buildkit import checks
from greenshift.buildkit.failure import BuildFailure
from greenshift.buildkit.manifest import Function


def function(runtime: str = "nodejs22.x", handler: str = "index.handler") -> Function:
    return Function("charge", "functions/charge", runtime, handler)


@pytest.mark.parametrize(
    ("runtime", "handler", "file"),
    [
        ("nodejs22.x", "index.handler", "index.js"),
        ("nodejs22.x", "index.handler", "index.mjs"),
        ("nodejs22.x", "src/app.handler", "src/app.cjs"),
        ("nodejs22.x", "index.nested.handler", "index.js"),
        ("python3.13", "app.handler", "app.py"),
        ("python3.13", "pkg.app.handler", "pkg/app.py"),
        ("python3.13", "pkg/app.handler", "pkg/app.py"),
        ("python3.13", "pkg.handler", "pkg/__init__.py"),
        ("provided.al2023", "whatever", "bootstrap"),
        ("java21", "com.acme.Handler", "any.jar"),
    ],
)
def test_handler_is_found(runtime: str, handler: str, file: str) -> None:
    checks.check_handler(function(runtime, handler), [file], {})


def test_a_missing_handler_says_what_was_looked_for_and_what_is_there() -> None:
    with pytest.raises(BuildFailure) as raised:
        checks.check_handler(function(), ["main.js", "package.json", "node_modules/a/index.js"], {})

    assert str(raised.value) == (
        "[charge] handler 'index.handler' (nodejs22.x) needs index.js, index.mjs or index.cjs "
        "in the package; functions/charge has main.js, package.json"
    )


def test_a_handler_that_was_left_out_names_the_pattern() -> None:
    with pytest.raises(BuildFailure, match=r"tests is left out by the pattern '/tests'"):
        checks.check_handler(function("python3.13", "tests.app.handler"), ["a.py"], {"tests": "/tests"})


def test_an_empty_directory_is_named() -> None:
    with pytest.raises(BuildFailure, match="functions/charge has no files to package"):
        checks.check_handler(function(), [], {})


@pytest.mark.parametrize(
    "source",
    ["const AWS = require('aws-sdk')", 'import AWS from "aws-sdk"', "import S3 from 'aws-sdk/clients/s3'"],
)
def test_the_sdk_node_18_no_longer_has_is_refused(source: str) -> None:
    with pytest.raises(BuildFailure, match=r"index.js:\d loads 'aws-sdk' \(version 2\)"):
        checks.check_sdk(function(), ["index.js"], lambda _: source)


@pytest.mark.parametrize(
    ("runtime", "names", "source"),
    [
        ("nodejs22.x", ["index.js", "node_modules/aws-sdk/package.json"], "require('aws-sdk')"),
        ("nodejs16.x", ["index.js"], "require('aws-sdk')"),
        ("nodejs22.x", ["index.js"], "require('@aws-sdk/client-s3')"),
        ("python3.13", ["index.js"], "require('aws-sdk')"),
    ],
)
def test_the_sdk_is_accepted_where_it_is_there(runtime: str, names: list[str], source: str) -> None:
    checks.check_sdk(function(runtime), names, lambda _: source)


@pytest.mark.parametrize(
    ("runtime", "file", "warned"),
    [
        ("python3.13", "x/_y.cpython-311-x86_64-linux-gnu.so", True),
        ("python3.11", "x/_y.cpython-311-x86_64-linux-gnu.so", False),
        ("python3.13", "x/y.py", False),
        ("nodejs22.x", "x/_y.cpython-311-x86_64-linux-gnu.so", False),
    ],
)
def test_modules_compiled_for_another_python_are_reported(runtime: str, file: str, warned: bool) -> None:
    assert (checks.compiled_for_another_python(function(runtime), [file]) is not None) is warned


@pytest.mark.parametrize("names", [["shop/Handler.class"], ["lib/shop.jar"]])
def test_java_has_classes_or_jars(names: list[str]) -> None:
    checks.check_classes(function("java21", "shop.Handler::answer"), names)


@pytest.mark.parametrize("names", [[], ["src/shop/Handler.java"], ["target/shop.jar"], ["lib/deep/shop.jar"]])
def test_java_without_any_is_told_what_makes_them(names: list[str]) -> None:
    with pytest.raises(
        BuildFailure, match=r"java21 needs classes, or jars in lib/.*; set build to what makes"
    ):
        checks.check_classes(function("java21", "shop.Handler::answer"), names)
