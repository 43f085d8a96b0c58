"""How the page says things: a state as word, tone and mark; moments, by the reader's clock; lengths of time.

A tone picks a colour and a mark a shape, so no state is told by colour alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from greenshift.contract.action_words import action_in_words as action_in_words
from greenshift.contract.ids import short_id
from greenshift.contract.people import person as person
from greenshift.contract.reasons import in_words
from greenshift.contract.status_words import word
from greenshift.contract.statuses import Status
from greenshift.contract.strategies import strategy as strategy
from greenshift.contract.text import with_arrows
from greenshift.dashboard.reader import hours


@dataclass(frozen=True)
class State:
    """``tone`` is a CSS class, ``mark`` the name of a drawing in templates/marks.html."""

    word: str
    tone: str

    @property
    def mark(self) -> str:
        return self.tone


_TONES = {
    # CodePipeline's actions, stages and executions
    "Succeeded": "ok",
    "InProgress": "run",
    "Failed": "bad",
    "Stopped": "bad",
    "Stopping": "run",
    "Abandoned": "bad",
    "Cancelled": "bad",
    "Superseded": "hold",
    # releases and functions in the ledger
    "PUBLISHING": "run",
    "PUBLISHED": "run",
    "SHIFTING": "run",
    "SHIFTED": "ok",
    "WAITING": "hold",
    "BAKING": "run",
    "HALTED": "bad",
    "ROLLING_BACK": "back",
    "ROLLED_BACK": "back",
    "SUCCEEDED": "ok",
    "UNCHANGED": "ok",
    "FAILED": "bad",
    # CodeDeploy's lifecycle events
    "Pending": "wait",
    "Skipped": "wait",
    "Unknown": "bad",
    # CodeBuild's builds
    "IN_PROGRESS": "run",
    "FAULT": "bad",
    "TIMED_OUT": "bad",
    "STOPPED": "bad",
    # alarms
    "OK": "ok",
    "ALARM": "bad",
    "INSUFFICIENT_DATA": "wait",
}

ENDINGS = tuple(status.value for status in Status if status.is_ended)
"""The states a release may end in, as the history's filter offers them."""

# Terminal sequences first, then control characters that stand alone.
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def state(status: str) -> State:
    """One that is not known waits, and so does what has none yet."""
    return State(word(status) if status else "not yet", _TONES.get(status, "wait"))


def clock(moment: str) -> str:
    """``2026-11-23T16:50:57.123Z`` -> ``16:50:57``."""
    return hours().clock(moment)


def twin_clock(moment: str) -> str:
    """The same moment by the twin's clock, where the reader's is another; else empty."""
    return hours().twin_clock(moment)


def pulse(moment: str) -> str:
    """When the page was last true: ``16:50:57 UTC``, or on a twin both clocks."""
    reader = hours()
    if not reader.are_twins:
        return f"{reader.clock(moment)} UTC"
    told = reader.twin_clock(moment)
    return reader.clock(moment) + (f" · twin {told}" if told else "")


def day(moment: str) -> str:
    return hours().date(moment)


def minute(moment: str) -> str:
    """Date and time to the minute."""
    return hours().minute(moment)


def took(start: str, end: str) -> str:
    """How long it took, by AWS's clock and on a twin by the reader's too; empty when that is not known."""
    return hours().lasted(start, end)


def percent(value: float) -> str:
    """``40 %``, ``0.5 %``; never a long tail of digits."""
    return f"{round(value, 1):g} %"


def amount(value: float) -> str:
    """``0.5``, ``40``, ``1,250``: three digits, and no long tail."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def hour(moment: str) -> str:
    """``16:50``."""
    return hours().hour(moment)


def short(identifier: str) -> str:
    """The start of a commit or of an execution's id, as people quote it; a rollback's has that word."""
    return short_id(identifier)


def named(identifier: str) -> str:
    """``release 3f2a91c0``, ``rollback-3f9b60a4``."""
    return short(identifier) if identifier.startswith("rollback-") else f"release {short(identifier)}"


def counted(number: float, noun: str) -> str:
    """``1 call``, ``28 calls``."""
    return f"{round(number)} {noun}" if round(number) == 1 else f"{round(number)} {noun}s"


def first_line(text: str) -> str:
    return in_words(plain(text), hours().said).strip().split("\n", 1)[0]


def brief(reason: str) -> str:
    """A reason in one line, without what CloudWatch adds to it in a form of its own."""
    return with_arrows(first_line(reason).split(": Threshold Crossed", 1)[0])


def plain(text: str) -> str:
    """Somebody else's text without terminal sequences and control characters."""
    return _CONTROL.sub("", text)
