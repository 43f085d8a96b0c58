"""The clients of an engine: models of AWS are read once a process, however many engines there are."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from greenshift.engine.aws.calls import Calls, Clients
from greenshift.errors import EngineError


def test_engines_share_the_models_they_read() -> None:
    first, second = (Clients("http://127.0.0.1:1", "us-east-1").get("sns") for _ in range(2))

    assert first is not second
    assert first.meta.service_model.metadata is second.meta.service_model.metadata


@pytest.mark.parametrize(
    "ask", [lambda calls: calls.call("ListTopics"), lambda calls: list(calls.pages("ListTopics"))]
)
def test_a_twin_that_is_gone_is_told_with_what_to_do(ask: Callable[[Calls], object]) -> None:
    calls = Calls(Clients("http://127.0.0.1:1", "us-east-1"), "sns")

    with pytest.raises(EngineError, match="ListTopics: Could not connect") as refused:
        ask(calls)

    assert "greenshift up" in refused.value.hint
