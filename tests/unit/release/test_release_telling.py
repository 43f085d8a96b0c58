"""What people are told: job summaries, the announcement, times, and errors in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from greenshift.release.clock import AwsClock, from_iso, iso
from greenshift.release.errors import Refusal, describe, is_transient
from greenshift.release.job import Token
from greenshift.release.model import State, Status, listed
from greenshift.release.notice import notice_of
from greenshift.release.observation import Alias, FunctionSeen, Observation
from greenshift.release.report import Verdict, report_of
from greenshift.release.rules import Mode

Make = Callable[..., Any]


def test_a_shifting_release_reports_its_share_of_traffic(
    make_release: Make, charge: Make, refund: Make
) -> None:
    release = make_release(Status.SHIFTING, charge(), refund())
    look = Observation({"charge": FunctionSeen(Alias("1", {"2": 0.3})), "refund": FunctionSeen(Alias("6"))})

    report = report_of(release, look, Token(0))

    assert (report.verdict, report.summary, report.percent) == (
        Verdict.CONTINUE,
        "shifting: charge 30%, refund 100%",
        65,
    )
    assert report.token == '{"errors": 0}'


@pytest.mark.parametrize(
    ("status", "verdict", "summary"),
    [
        (Status.SUCCEEDED, Verdict.SUCCEEDED, "released charge 1 -> 2"),
        (Status.UNCHANGED, Verdict.SUCCEEDED, "nothing changed"),
        (Status.ROLLED_BACK, Verdict.FAILED, "rolled back: charge: it broke"),
        (Status.FAILED, Verdict.FAILED, "failed: charge: it broke"),
        (Status.ROLLING_BACK, Verdict.CONTINUE, "rolling back: charge: it broke"),
    ],
)
def test_each_status_is_reported(
    make_release: Make, charge: Make, status: Status, verdict: Verdict, summary: str
) -> None:
    release = make_release(status, charge(State.SHIFTED), reason="charge: it broke")

    report = report_of(release, None, Token())

    assert (report.verdict, report.summary) == (verdict, summary)


def test_the_announcement_says_what_why_which_and_what_next(
    make_release: Make, charge: Make, clock: Any
) -> None:
    release = make_release(
        Status.ROLLED_BACK,
        charge(State.ROLLED_BACK, reason="d-1 Stopped"),
        reason="charge: d-1 Stopped",
        alarm="payments-dev-charge-errors",
        commit="0123456789abcdef",
        message="Faster charges\n\nlong text",
        ended_at=clock.now() + timedelta(minutes=3),
    )

    notice = notice_of(release)

    assert notice.subject == "payments-dev: rolled back 0123456"
    assert notice.message.splitlines() == [
        "The release was rolled back: every function is on the version it had before.",
        "",
        "Pipeline: payments-dev",
        "Release:  r1",
        "Commit:   0123456789abcdef  Faster charges",
        "Started:  2026-11-23T12:00:00.000Z",
        "Ended:    2026-11-23T12:03:00.000Z",
        "Why:      charge: d-1 Stopped",
        "Alarm:    payments-dev-charge-errors",
        "",
        "Functions:",
        "  charge: 1 -> 2  ROLLED_BACK  (d-1 Stopped)",
        "",
        "Next: greenshift history",
    ]


@pytest.mark.parametrize("state", [State.HALTED, State.FAILED])
def test_the_announcement_of_a_mixed_end_says_that_a_person_is_needed(
    make_release: Make, charge: Make, refund: Make, state: State
) -> None:
    lost = charge(state, reason="it was left on version 2")
    release = make_release(Status.FAILED, lost, refund(State.ROLLED_BACK), reason="refund: it broke")

    lines = notice_of(release).message.splitlines()

    assert lines[0] == "The release failed. A person is needed: charge could not be put back."
    assert f"  charge: 1 -> 2  {state.value}  (it was left on version 2)" in lines


def test_the_announcement_of_a_failure_that_moved_nothing_calls_for_nobody(
    make_release: Make, charge: Make
) -> None:
    release = make_release(Status.FAILED, charge(State.PUBLISHED), reason="nothing was shifted: alarm")

    assert notice_of(release).message.startswith("The release failed.\n")


def test_the_announcement_says_who_was_in_a_hurry_and_why(make_release: Make, charge: Make) -> None:
    members = {"mode": Mode.NOW, "by": "Ada", "why": "refunds fail"}
    release = make_release(Status.SUCCEEDED, charge(State.SHIFTED), **members)

    assert "Mode:     now, asked for by Ada: refunds fail" in notice_of(release).message.splitlines()


def test_a_subject_is_ascii_and_short(make_release: Make) -> None:
    subject = notice_of(replace(make_release(Status.FAILED), pipeline="zahlung-für-" + "x" * 100)).subject

    assert subject.isascii()
    assert len(subject) < 100


def test_an_announcement_of_200_functions_stays_readable(make_release: Make, charge: Make) -> None:
    many = [replace(charge(State.SHIFTED), key=f"f{n:03}") for n in range(200)]

    lines = notice_of(make_release(Status.SUCCEEDED, *many)).message.splitlines()

    assert "  … and 150 more" in lines
    assert len(lines) < 70


def test_a_long_list_is_cut_with_its_count() -> None:
    assert listed(str(n) for n in range(9)) == "0, 1, 2, 3, 4, 5 and 3 more"
    assert listed(["a", "b"]) == "a, b"


def test_the_clock_tells_the_time_of_the_newest_answer() -> None:
    elapsed = [100.0]
    clock = AwsClock(probe=lambda: None, monotonic=lambda: elapsed[0])
    clock.learn({"date": "Mon, 23 Nov 2026 12:00:00 GMT"})
    elapsed[0] += 2.5

    assert clock.now() == datetime(2026, 11, 23, 12, 0, 2, 500000, tzinfo=UTC)

    clock.learn({"date": "Mon, 23 Nov 2026 12:00:02 GMT"})
    assert clock.now() == datetime(
        2026, 11, 23, 12, 0, 2, 500000, tzinfo=UTC
    )  # whole seconds never set it back

    clock.learn({"Date": "Mon, 23 Nov 2026 13:00:00 GMT"})
    assert clock.now() == datetime(2026, 11, 23, 13, tzinfo=UTC)


def test_a_clock_that_heard_nothing_asks_once() -> None:
    clock = AwsClock(
        probe=lambda: clock.learn({"date": "Mon, 23 Nov 2026 12:00:00 GMT"}), monotonic=lambda: 0.0
    )

    assert clock.now() == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_clock_that_nobody_answers_says_so() -> None:
    with pytest.raises(RuntimeError, match="no AWS response carried a Date header"):
        AwsClock(probe=lambda: None).now()


def test_written_times_sort_as_text_and_read_back() -> None:
    moment = datetime(2026, 11, 23, 12, 0, 0, 5000, tzinfo=UTC)

    assert iso(moment) == "2026-11-23T12:00:00.005Z"
    assert from_iso(iso(moment)) == moment
    assert iso(moment) < iso(moment + timedelta(milliseconds=996))


def refused(code: str, status: int = 400) -> ClientError:
    metadata = {"HTTPStatusCode": status}
    return ClientError(
        {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": metadata}, "CreateDeployment"
    )  # type: ignore[typeddict-item]  # only what is read


@pytest.mark.parametrize(
    ("error", "transient", "told"),
    [
        (refused("ThrottlingException"), True, "CreateDeployment was refused: ThrottlingException: no"),
        (refused("Anything", 503), True, "CreateDeployment was refused: Anything: no"),
        (refused("AccessDenied"), False, "CreateDeployment was refused: AccessDenied: no"),
        (EndpointConnectionError(endpoint_url="x"), True, "EndpointConnectionError: "),
        (Refusal("charge: no handler"), False, "charge: no handler"),
        (ValueError("bug"), False, "ValueError: bug"),
    ],
)
def test_an_error_is_one_line_and_passes_or_does_not(error: Exception, transient: bool, told: str) -> None:
    assert is_transient(error) is transient
    assert describe(error).startswith(told)
