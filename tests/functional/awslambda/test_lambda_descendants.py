"""Whatever a function starts, and however it hides, is gone when the function's process or the twin is."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from support.measures.processes import HIDING, STARTED, tagged, wait_until_tagged


@pytest.fixture
def tag() -> str:
    return f"greenshift-tag-{uuid.uuid4().hex}"


def test_they_live_between_invocations_and_end_with_the_function(bench: Any, tag: str) -> None:
    name = bench.python(HIDING)
    other = bench.python("import os\ndef handler(event, context):\n    return os.getpid()\n")
    bench.call(other)
    bench.call(name, {"tag": tag})
    wait_until_tagged(tag, STARTED)

    bench.client.delete_function(FunctionName=other)
    assert bench.call(name, {"tag": "none"}) and len(tagged(tag)) == STARTED
    bench.client.delete_function(FunctionName=name)

    wait_until_tagged(tag, 0)


def test_they_end_when_the_function_is_killed_for_its_time_out(bench: Any, tag: str) -> None:
    name = bench.python(HIDING, Timeout=3)

    _, error = bench.call(name, {"tag": tag, "seconds": 60})

    assert error is not None
    wait_until_tagged(tag, 0)


def test_they_end_when_the_function_ends_itself(bench: Any, tag: str) -> None:
    name = bench.python(HIDING.replace("return os.getpid()", "os._exit(3)"))

    _, error = bench.call(name, {"tag": tag})

    assert error is not None
    wait_until_tagged(tag, 0)
