"""Who answered requests, in numbers and in lines; and a sender that ends when it should."""

from __future__ import annotations

import io
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.cli.calls.answers import answers, lines, percentile
from greenshift.cli.calls.requests import Traffic
from greenshift.cli.commands.traffic import choose, read_event, send
from greenshift.cli.console.terminal import Terminal
from greenshift.errors import UsageError
from greenshift.view import FunctionOutputs, StackOutputs

Plain = Callable[[str], str]
ARN = "arn:aws:lambda:us-east-1:123456789012:function:p-charge:live"
CHARGE = FunctionOutputs("charge", "p-charge", ARN, "charge-errors", "charge")
OUTPUTS = StackOutputs("p", "url", "ledger", "bucket", "topic", (CHARGE,))


@dataclass
class FakeLambda:
    """Every fourth request is answered by version 2, which fails; every fifth is throttled."""

    numbers: Any = field(default_factory=itertools.count)

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        number = next(self.numbers)
        if number % 5 == 4:
            raise ClientError({"Error": {"Code": "TooManyRequestsException", "Message": "slow"}}, "Invoke")
        if number % 4 == 3:
            return {"ExecutedVersion": "2", "FunctionError": "Unhandled", "Payload": io.BytesIO(b"")}
        return {"ExecutedVersion": "1", "Payload": io.BytesIO(b"")}


def sent(requests: int) -> Traffic:
    """So many requests, one after the other."""
    traffic = Traffic(FakeLambda(), [CHARGE], lambda *_: {}, per_second=1)
    for number in range(requests):
        traffic._send(CHARGE, number)  # the pace is another test's
    return traffic


def test_answers_are_told_by_version_with_shares_errors_and_latency(plain: Plain) -> None:
    traffic = sent(20)
    traffic.seconds = {("charge", "1"): [0.010] * 11 + [0.05], ("charge", "2"): [0.020] * 4}  # type: ignore[assignment]
    found = answers(traffic, 2.0)

    assert [(v.version, v.answered, v.failed, v.share) for v in found.versions] == [
        ("1", 12, 0, 75.0),
        ("2", 0, 4, 25.0),
    ]
    assert (found.sent, found.versions[0].median_ms, found.versions[0].max_ms) == (20, 10.0, 50.0)
    assert [plain(line) for line in lines(found, columns=120)] == [
        "20 requests in 2.0 s",
        "✔ charge  version 1     75.0 % of traffic: 12 calls, none failed"
        "  median 10 ms, p95 50 ms, max 50 ms",
        "✖ charge  version 2     25.0 % of traffic: 4 calls, 4 failed  median 20 ms, p95 20 ms, max 20 ms",
        "✖ charge  4 not answered: TooManyRequestsException",
    ]
    narrow = [plain(line) for line in lines(found)]
    assert narrow[1:3] == [
        "✔ charge  version 1     75.0 % of traffic: 12 calls, none failed",
        "    median 10 ms, p95 50 ms, max 50 ms",
    ]
    assert max(map(len, narrow)) <= 80


def test_when_nothing_was_sent_that_is_said() -> None:
    assert list(lines(answers(sent(0), 1.0))) == ["nothing was sent"]


@pytest.mark.parametrize(
    ("values", "percent", "value"),
    [
        ([], 50, 0.0),
        ([7.0], 95, 7.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.0),
        (list(map(float, range(1, 101))), 95, 95.0),
    ],
)
def test_a_percentile_is_a_value_that_occurred(values: list[float], percent: float, value: float) -> None:
    assert percentile(values, percent) == value


def test_sending_ends_after_its_time_and_its_result_is_one_document(
    capsys: pytest.CaptureFixture[str],
) -> None:
    traffic = Traffic(FakeLambda(), [CHARGE], lambda *_: {}, per_second=200)
    send(traffic, 0.2, Terminal(), as_json=True)
    captured = capsys.readouterr()
    value = json.loads(captured.out)

    assert value["sent"] == traffic.sent > 0
    assert {each["version"] for each in value["versions"]} <= {"1", "2"}
    assert captured.err == ""


def test_an_interruption_tells_what_came_back_so_far(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    traffic = Traffic(FakeLambda(), [CHARGE], lambda *_: {}, per_second=200)
    with pytest.raises(KeyboardInterrupt):
        send(traffic, 60, Terminal(), wait=interrupted)

    assert capsys.readouterr().out.strip()
    assert not traffic._thread.is_alive()


def test_an_event_is_read_from_the_option_or_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text('{"id": 7}')

    assert read_event('{"id": 7}') == read_event(f"@{tmp_path / 'event.json'}") == {"id": 7}
    with pytest.raises(UsageError, match="not JSON"):
        read_event("{id: 7}")
    with pytest.raises(UsageError, match="cannot be read"):
        read_event("@nowhere.json")


def test_functions_are_chosen_by_key_once_each_or_all_of_them() -> None:
    assert choose(OUTPUTS, []) == choose(OUTPUTS, ["charge", "charge"]) == [CHARGE]
    with pytest.raises(UsageError, match="no function 'chrge'"):
        choose(OUTPUTS, ["chrge"])
