"""Events that wait for a function: there is a bound, and it is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError


def test_events_that_wait_without_end_are_refused_and_said(
    workbench: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Where time stands still no event grows too old to wait."""
    with workbench(clock="manual", enforce_iam=False) as bench:
        name = bench.python("import time\ndef handler(event, context): time.sleep(60)", Timeout=120)
        bench.client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=1)
        large = json.dumps("x" * 1_000_000)

        with pytest.raises(ClientError, match="Too many asynchronous events wait"):
            for _ in range(200):
                bench.client.invoke(FunctionName=name, InvocationType="Event", Payload=large)

    assert "asynchronous events of functions of 127 MiB wait: more are refused" in caplog.text
