"""Which phase runs after which (user guide: build phase transitions)."""

from __future__ import annotations

import pytest

from greenshift.twin.codebuild.phases import ORDER, OnFailure, may_retry, parse_on_failure, phase_after

ABORT, CONTINUE, RETRY = OnFailure("ABORT"), OnFailure("CONTINUE"), OnFailure("RETRY", 3)


@pytest.mark.parametrize("phase", ORDER[:-1])
def test_a_phase_that_succeeds_is_followed_by_the_next(phase: str) -> None:
    assert phase_after(phase, succeeded=True) == ORDER[ORDER.index(phase) + 1]


@pytest.mark.parametrize(
    ("phase", "rule", "expected"),
    [
        ("PROVISIONING", None, "FINALIZING"),
        ("DOWNLOAD_SOURCE", None, "FINALIZING"),
        ("INSTALL", None, "FINALIZING"),
        ("PRE_BUILD", None, "FINALIZING"),
        ("BUILD", None, "POST_BUILD"),
        ("POST_BUILD", None, "UPLOAD_ARTIFACTS"),
        ("UPLOAD_ARTIFACTS", None, "FINALIZING"),
        ("INSTALL", CONTINUE, "PRE_BUILD"),
        ("PRE_BUILD", CONTINUE, "BUILD"),
        ("BUILD", CONTINUE, "POST_BUILD"),
        ("BUILD", ABORT, "FINALIZING"),
        ("POST_BUILD", ABORT, "FINALIZING"),
        ("PRE_BUILD", RETRY, "FINALIZING"),
        ("BUILD", RETRY, "POST_BUILD"),
    ],
)
def test_a_phase_that_fails(phase: str, rule: OnFailure | None, expected: str) -> None:
    assert phase_after(phase, succeeded=False, rule=rule) == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("ABORT", ABORT),
        ("CONTINUE", CONTINUE),
        ("RETRY", OnFailure("RETRY", 3)),
        ("RETRY-0", OnFailure("RETRY", 0)),
        ("RETRY-100", OnFailure("RETRY", 100)),
        ("RETRY-5-net.*down", OnFailure("RETRY", 5, "net.*down")),
        ("RETRY-flaky", OnFailure("RETRY", 3, "flaky")),
        ("RETRY-101", None),
        ("RETRY-2-(", None),
        ("RETRY-2-a{99999999999999999999}", None),
        ("RETRY-2-" + "(" * 5_000 + ")" * 5_000, None),
        ("retry", None),
        ("", None),
    ],
)
def test_on_failure_is_read(text: str, rule: OnFailure | None) -> None:
    assert parse_on_failure(text) == rule


@pytest.mark.parametrize(
    ("rule", "retried", "expected"),
    [
        (None, 0, False),
        (CONTINUE, 0, False),
        (OnFailure("RETRY", 2), 1, True),
        (OnFailure("RETRY", 2), 2, False),
        (OnFailure("RETRY", 2, "time.?out"), 0, True),
    ],
)
def test_a_retry_is_decided(rule: OnFailure | None, retried: int, expected: bool) -> None:
    assert may_retry(rule, retried) is expected
