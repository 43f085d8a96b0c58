"""Which files may hold a handler: the same for the check, the build and the release."""

from __future__ import annotations

import pytest

from greenshift.buildkit.checks import check_handler
from greenshift.buildkit.manifest import Function
from greenshift.contract.handlers import handler_files, named


@pytest.mark.parametrize(
    ("runtime", "handler", "file"),
    [
        ("nodejs22.x", "src/index.handler", "src/index.mjs"),
        ("nodejs22.x", "src/index.handler", "src/index/index.js"),
        ("nodejs22.x", "src/app.api.get", "src/app.js"),
        ("python3.13", "app.main.handler", "app/main/__init__.py"),
        ("python3.13", "app.handler", "app.so"),
        ("ruby3.3", "app.handler", "app.rb"),
        ("provided.al2023", "anything", "bootstrap"),
    ],
)
def test_what_lambda_would_load_is_accepted_by_the_build(runtime: str, handler: str, file: str) -> None:
    assert file in handler_files(runtime, handler)
    check_handler(Function("a", "a", runtime, handler), [file], {})


def test_a_person_is_told_the_files_they_would_make() -> None:
    assert named(handler_files("nodejs22.x", "index.handler")) == "index.js, index.mjs or index.cjs"
    assert named(handler_files("python3.13", "app.handler")) == "app.py or app/__init__.py"
    assert named(handler_files("provided.al2023", "x")) == "bootstrap"
