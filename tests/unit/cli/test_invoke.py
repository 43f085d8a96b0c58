"""What Invoke answers, as ``greenshift invoke`` tells it."""

from __future__ import annotations

import base64

from greenshift.cli.commands.invoke import parsed

REPORT = "REPORT RequestId: 1\tDuration: 12.50 ms\tBilled Duration: 13 ms\t"
LOG = f"START RequestId: 1 Version: 3\nhello\n{REPORT}\n"


def test_an_answer_is_told_with_its_version_its_duration_and_the_end_of_its_log() -> None:
    answer = {"ExecutedVersion": "3", "LogResult": base64.b64encode(LOG.encode()).decode()}
    found = parsed("shop-hello", answer, b'{"ok": true}')

    assert (found.version, found.error, found.payload) == ("3", "", {"ok": True})
    assert found.duration_ms == 12.5 and found.log[1] == "hello"


def test_an_answer_without_a_log_and_without_json_is_told_as_it_is() -> None:
    found = parsed("shop-hello", {"ExecutedVersion": "3", "FunctionError": "Unhandled"}, b"text")

    assert (found.error, found.payload, found.duration_ms, found.log) == ("Unhandled", "text", None, ())
