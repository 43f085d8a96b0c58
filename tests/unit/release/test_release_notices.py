"""What people are told: job summaries, the announcement, times, and errors in one line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from greenshift.contract.moments import from_iso, iso
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import State, Status
from greenshift.contract.text import listed
from greenshift.release.errors import Refusal, describe, is_transient
from greenshift.release.job import Token
from greenshift.release.machine.observation import Alias, FunctionSeen, Observation
from greenshift.release.notices.chat import Chat, payload_of
from greenshift.release.notices.notice import approval_of, end_of, is_worth_telling
from greenshift.release.notices.report import Verdict, report_of

Make = Callable[..., Any]


def test_a_shifting_release_reports_its_share_of_traffic(
    make_release: Make, charge: Make, refund: Make
) -> None:
    release = make_release(Status.SHIFTING, charge(), refund())
    look = Observation({"charge": FunctionSeen(Alias("1", {"2": 0.3})), "refund": FunctionSeen(Alias("6"))})

    report = report_of(release, look, Token())

    assert (report.verdict, report.summary, report.percent) == (
        Verdict.CONTINUE,
        "shifting: charge 30 %, refund 100 %",
        65,
    )
    assert report.token == Token().text()


@pytest.mark.parametrize(
    ("status", "verdict", "summary"),
    [
        (Status.SUCCEEDED, Verdict.SUCCEEDED, "released charge 1 -> 2"),
        (Status.UNCHANGED, Verdict.SUCCEEDED, "nothing changed"),
        (Status.ROLLED_BACK, Verdict.FAILED, "rolled back: charge: it broke"),
        (Status.FAILED, Verdict.FAILED, "charge: it broke"),
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

    notice = end_of(release, "dev")

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
        "  charge: 1 → 2  rolled back  (d-1 Stopped)",
        "",
        "Next: greenshift show r1 --stack dev",
    ]


def test_a_message_says_an_alarm_in_words_and_by_utc(make_release: Make, charge: Make) -> None:
    account = (
        "alarm a fired: Threshold Crossed: 1 out of the last 1 datapoints [65.71 (23/11/26 13:29:00)] was "
        "greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition). "
        "23 of 35 calls failed"
    )
    failed = charge(State.ROLLED_BACK, reason=account)
    message = end_of(make_release(Status.ROLLED_BACK, failed, reason=account), "dev").message

    words = "alarm a fired: 23 of 35 calls failed (66 %; limit 5 %) in the minute from 13:29 UTC"
    assert f"Why:      {words}\n" in message
    assert f"rolled back  ({words})" in message


NEXT = [
    (Status.SUCCEEDED, Mode.NORMAL, "greenshift rollback --stack dev  (if it turns out to be bad)"),
    (Status.SUCCEEDED, Mode.ROLLBACK, "greenshift show r1 --stack dev"),
    (Status.ROLLED_BACK, Mode.NORMAL, "greenshift show r1 --stack dev"),
]


@pytest.mark.parametrize(("status", "mode", "command"), NEXT)
def test_every_end_names_the_command_to_type_next(
    make_release: Make, charge: Make, status: Status, mode: Mode, command: str
) -> None:
    assert end_of(make_release(status, charge(State.SHIFTED), mode=mode), "dev").next == command


@pytest.mark.parametrize("state", [State.HALTED, State.FAILED])
def test_an_end_that_needs_a_person_says_so_first(make_release: Make, charge: Make, state: State) -> None:
    notice = end_of(make_release(Status.FAILED, charge(state, reason="left on 2")), "dev")

    assert notice.subject == "payments-dev: failed - needs you"
    assert notice.headline == "The release needs you: not every function could be put back."
    assert notice.next == "greenshift doctor --stack dev, then: greenshift repair --stack dev"


def test_a_release_that_changed_nothing_is_nobodys_business(make_release: Make) -> None:
    told = [status for status in Status if is_worth_telling(make_release(status))]

    assert told == [Status.SUCCEEDED, Status.ROLLED_BACK, Status.FAILED]


def test_a_waiting_approval_says_who_waits_and_how_to_answer(make_release: Make, charge: Make) -> None:
    release = make_release(Status.WAITING, charge(State.PUBLISHED), commit="0123456789")

    notice = approval_of(release, "Shift/ApproveWave2", "dev", "https://console.example")

    assert notice.subject == "payments-dev: waits for your approval 0123456"
    assert notice.headline == "Approve or reject: charge."
    assert notice.next == "greenshift approve --stack dev  (or: greenshift reject --stack dev)"
    assert ("Console", "https://console.example") in notice.facts


def test_on_a_twin_a_waiting_approval_leads_to_the_local_page(make_release: Make, charge: Make) -> None:
    notice = approval_of(make_release(Status.WAITING, charge(State.PUBLISHED)), "Shift/Approve", "local", "")

    assert ("Page", "greenshift dashboard --stack local") in notice.facts
    assert "console" not in notice.message.lower()


def test_a_chat_gets_the_same_words_and_nobody_is_mentioned_by_a_commit(
    make_release: Make, charge: Make
) -> None:
    release = make_release(
        Status.ROLLED_BACK, charge(State.ROLLED_BACK), commit="c", message="<!channel> & co"
    )

    payload = payload_of(end_of(release, "dev"))

    assert payload["text"] == "payments-dev: rolled back c"
    texts = [block["text"]["text"] for block in cast("list[Any]", payload["blocks"])]
    assert texts[0] == "*The release was rolled back: every function is on the version it had before.*"
    assert "&lt;!channel&gt; &amp; co" in texts[1]
    assert texts[-1] == "*Next:* `greenshift show r1 --stack dev`"


def test_a_chat_that_cannot_be_reached_is_no_reason_to_fail(make_release: Make) -> None:
    asked: list[str] = []

    def refuse(url: str, body: bytes) -> None:
        asked.append(url)
        raise OSError("no route")

    Chat("https://chat.example", refuse).tell(end_of(make_release(Status.FAILED), "dev"))
    Chat("", refuse).tell(end_of(make_release(Status.FAILED), "dev"))

    assert asked == ["https://chat.example"]


def test_the_announcement_of_a_failure_that_moved_nothing_calls_for_nobody(
    make_release: Make, charge: Make
) -> None:
    release = make_release(Status.FAILED, charge(State.PUBLISHED), reason="nothing was shifted: alarm")

    notice = end_of(release, "dev")
    assert (notice.subject, notice.headline) == (
        "payments-dev: failed",
        "The release failed before any traffic moved.",
    )


def test_the_announcement_says_who_was_in_a_hurry_and_why(make_release: Make, charge: Make) -> None:
    members = {"mode": Mode.NOW, "by": "Ada", "why": "refunds fail"}
    release = make_release(Status.SUCCEEDED, charge(State.SHIFTED), **members)

    assert "Mode:     now, asked for by Ada: refunds fail" in end_of(release, "dev").message.splitlines()


def test_a_subject_is_ascii_and_short(make_release: Make) -> None:
    subject = end_of(replace(make_release(Status.FAILED), pipeline="zahlung-für-" + "x" * 100), "d").subject

    assert subject.isascii()
    assert len(subject) < 100


def test_an_announcement_tells_what_was_compared(make_release: Make) -> None:
    many = tuple(f"charge: finding {number}" for number in range(25))

    lines = end_of(make_release(Status.SUCCEEDED, findings=many), "dev").message.splitlines()

    start = lines.index("Compared with what was live:")
    assert lines[start + 1] == "  charge: finding 0"
    assert lines[start + 21] == "  … and 5 more"
    assert "Compared" not in end_of(make_release(Status.SUCCEEDED), "dev").message


def test_an_announcement_of_200_functions_stays_readable(make_release: Make, charge: Make) -> None:
    many = [replace(charge(State.SHIFTED), key=f"f{n:03}") for n in range(200)]

    lines = end_of(make_release(Status.SUCCEEDED, *many), "dev").message.splitlines()

    assert "  … and 150 more" in lines
    assert len(lines) < 70


def test_a_long_list_is_cut_with_its_count() -> None:
    assert listed(str(n) for n in range(9)) == "0, 1, 2, 3, 4, 5 and 3 more"
    assert listed(["a", "b"]) == "a, b"


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
