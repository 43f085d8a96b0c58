"""What a function serves until its first release: it can be loaded, whatever its handler, and fails."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from greenshift.components.bootstrap import bootstrap_files
from greenshift.contract.not_released import ERROR, MESSAGE

HANDLERS = [
    ("python3.11", "handler.handler"),
    ("python3.11", "src.app.handler"),
    ("python3.11", "src/app.main"),
    ("nodejs22.x", "index.handler"),
    ("nodejs22.x", "src/index.handler"),
    ("nodejs22.x", "index.orders.create"),
    ("nodejs22.x", "index.default"),
]


@pytest.mark.parametrize(("runtime", "handler"), HANDLERS)
def test_bootstrap_code_is_loaded_and_fails_with_words_that_say_why(
    bench: Any, runtime: str, handler: str
) -> None:
    name = bench.function(bootstrap_files(runtime, handler), runtime, handler)

    answer, error = bench.call(name)

    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == (ERROR, MESSAGE)


@pytest.mark.skipif(shutil.which("ruby") is None, reason="there is no Ruby on this machine")
@pytest.mark.parametrize("handler", ["handler.handler", "lib/app.Orders::Handler.process"])
def test_in_ruby_the_file_says_so_when_it_is_loaded(bench: Any, handler: str) -> None:
    answer, error = bench.call(bench.function(bootstrap_files("ruby3.4", handler), "ruby3.4", handler))

    assert error == "Unhandled"
    assert (answer["errorType"], answer["errorMessage"]) == (f"Init<{ERROR}>", MESSAGE)
