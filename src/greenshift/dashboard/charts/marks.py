"""What happened, as lines across the plots: where each lies and where its words have room. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from greenshift.dashboard.charts.axis import Axis, seconds
from greenshift.view import AlarmView, ReleaseView

_WORDS = {
    "SHIFTING": ("shift begins", "run"),
    "ROLLING_BACK": ("rollback", "back"),
    "ROLLED_BACK": ("all back", "back"),
    "SUCCEEDED": ("done", "ok"),
    "FAILED": ("failed", "bad"),
}
_ROWS = 3
_LETTER = 2.1
"""Percent of the narrowest plot's width that a letter takes."""


@dataclass(frozen=True)
class Mark:
    """Something that happened, as a line across the plot. ``percent`` of the width."""

    percent: float
    label: str
    """Empty where there is no room for it: the words then stand with the mark before it."""
    tone: str
    anchor: str = "start"
    """start or end: on which side of the line the label has room."""
    row: int = 0
    """Which of the three rows, two of them above the plot, the label stands in."""


@dataclass(frozen=True)
class Turned:
    """When one function was back, and where that lies."""

    key: str
    at: str
    percent: float


@dataclass(frozen=True)
class Mixed:
    """From the first function that was back to the last: meanwhile callers met both."""

    left: float
    width: float
    functions: tuple[Turned, ...]

    @property
    def began(self) -> str:
        return self.functions[0].at

    @property
    def ended(self) -> str:
        return self.functions[-1].at


def marks_of(release: ReleaseView, alarm: AlarmView | None, axis: Axis) -> tuple[Mark, ...]:
    """In the order of time."""
    found = sorted(_found(release, alarm), key=lambda each: each[0])
    return tuple(_placed(found, axis))


def mixed_of(release: ReleaseView, axis: Axis) -> Mixed | None:
    """None unless two functions or more went back."""
    back = release.back
    if len(back) < 2:
        return None
    turned = tuple(Turned(each.key, each.back_at, axis.percent(seconds(each.back_at))) for each in back)
    return Mixed(turned[0].percent, round(turned[-1].percent - turned[0].percent, 2), turned)


def _found(release: ReleaseView, alarm: AlarmView | None) -> Iterator[tuple[float, str, str]]:
    for status, moment in _entered(release).items():
        if status in _WORDS:
            yield moment, *_WORDS[status]
    if alarm is not None and (fired := _fired(release, alarm)):
        yield seconds(fired), "alarm", "bad"


def rollback_began(release: ReleaseView) -> float | None:
    """When the first function turned, as far as anybody knows; None when nothing went back.

    An alarm stops CodeDeploy as well, so a function may be back before the ledger has its ROLLING_BACK.
    """
    return _entered(release).get("ROLLING_BACK")


def _entered(release: ReleaseView) -> dict[str, float]:
    """When the release entered each status; the way back, as its functions went it."""
    entered: dict[str, float] = {}
    for each in release.transitions:
        entered.setdefault(each.status, seconds(each.at))
    back = [seconds(each.back_at) for each in release.back]
    if back and "ROLLING_BACK" in entered:
        entered["ROLLING_BACK"] = min(entered["ROLLING_BACK"], *back)
    if back and "ROLLED_BACK" in entered:  # alarms are set back after the last function
        entered["ROLLED_BACK"] = max(back)
    return entered


def _fired(release: ReleaseView, alarm: AlarmView) -> str:
    """When the alarm fired for this release: as the ledger noted it, since it may be OK again by now.

    A row of an earlier version says only when it was noted, which may be after the rollback it began.
    """
    notes = (each for each in release.transitions if each.cause.startswith(f"alarm {alarm.name}: "))
    noted = (each.since or each.at for each in notes)
    is_firing = alarm.state == "ALARM" and alarm.since >= release.started_at
    return next(noted, alarm.since if is_firing else "")


def _placed(found: Iterable[tuple[float, str, str]], axis: Axis) -> Iterator[Mark]:
    taken = [float("-inf")] * _ROWS
    for moment, label, tone in found:
        percent = axis.percent(moment)
        length = _LETTER * (len(label) + 1)
        is_left = percent + length > 100
        left, right = (percent - length, percent) if is_left else (percent, percent + length)
        row = next((each for each in range(_ROWS) if taken[each] <= left), None)
        if row is None:
            yield Mark(percent, "", tone)
            continue
        taken[row] = right
        yield Mark(percent, label, tone, "end" if is_left else "start", row)
