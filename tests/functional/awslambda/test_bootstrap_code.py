"""What a function serves until its first release: it can be loaded, whatever its handler, and fails."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.components.bootstrap import ERROR, MESSAGE, bootstrap_files

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
