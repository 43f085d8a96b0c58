"""The clients of an engine: models of AWS are read once a process, however many engines there are."""

from __future__ import annotations

from greenshift.engine.aws.calls import Clients


def test_engines_share_the_models_they_read() -> None:
    first, second = (Clients("http://127.0.0.1:1", "us-east-1").get("sns") for _ in range(2))

    assert first is not second
    assert first.meta.service_model.metadata is second.meta.service_model.metadata
