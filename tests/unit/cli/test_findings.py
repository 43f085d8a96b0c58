"""Findings as lines: what CloudWatch says of an alarm is said in words, by the reader's clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from greenshift.checks import Finding
from greenshift.cli.words.findings import lines
from greenshift.view import Hours

Plain = Callable[[str], str]

WHY = (
    "page: alarm shop-page-errors fired: Threshold Crossed: 1 out of the last 1 datapoints "
    "[40.0 (29/11/26 16:11:00)] was greater than the threshold (5.0) (minimum 1 datapoint for OK -> ALARM "
    "transition) (d-AXSQQZ00Z Stopped, ALARM_ACTIVE)"
)


def test_a_finding_ends_with_its_name_in_brackets_and_tells_why_by_the_readers_clock(plain: Plain) -> None:
    began = datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
    hours = Hours.of_twin(60.0, began.timestamp(), began.timestamp(), UTC)
    finding = Finding(
        rule="release-rolled-back", level="warning", what="went back", why=WHY, fix="fix it", resource="shop"
    )

    head, why, fix = lines(finding, hours)

    assert why.endswith("fired: error rate 40 % (limit 5 %) in the minute from 16:00:11 (twin 16:11:00)")
    assert plain(head) == "! shop  went back  [release-rolled-back]"
    assert fix == "    fix:  fix it"


def test_a_finding_begins_with_the_function_and_names_what_of_it_without_the_account(plain: Plain) -> None:
    arn = "arn:aws:lambda:us-east-1:123456789012:function:shop-local-page:3"
    version = Finding(rule="r", level="hint", what="w", why="y", fix="f", function="page", resource=arn)
    connection = "arn:aws:codeconnections:us-east-1:123456789012:connection/0123-abcd"
    whole = Finding(rule="r", level="error", what="w", why="y", fix="f", resource=connection)
    line = Finding(rule="r", level="error", what="w", why="y", fix="f", function="page", file="a.py", line=6)

    assert plain(next(lines(version))) == "· page (shop-local-page:3)  w  [r]"
    assert plain(next(lines(whole))) == "✖ connection/0123-abcd  w  [r]"
    assert plain(next(lines(line))) == "✖ a.py:6 (page)  w  [r]"
