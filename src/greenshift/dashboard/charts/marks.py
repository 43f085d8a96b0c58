"""What happened, as lines across the plots: where each lies and where its words have room. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from greenshift.dashboard.charts.axis import Axis, seconds
from greenshift.view import AlarmView, ReleaseView, ShiftView

_WORDS = {
    "SHIFTING": ("shift begins", "run"),
    "ROLLING_BACK": ("rollback", "back"),
    "ROLLED_BACK": ("all back", "back"),
    "SUCCEEDED": ("done", "ok"),
    "FAILED": ("failed", "bad"),
}
_ALARM = "alarm"
_STOPPED = ("Failed", "Stopped")
NOW = "now"
_LETTER = 2.1
"""Percent of the narrowest plot's width that a letter takes."""


@dataclass(frozen=True)
class Mark:
    """Something that happened, as a line across the plot. ``percent`` of the width."""

    percent: float
    label: str
    tone: str
    """A CSS class: run, back, ok, bad or now."""
    anchor: str = "start"
    """start or end: on which side of the line the label has room."""
    row: int = 0
    """Which of the rows above the plot its word stands in, counted from the top."""


@dataclass(frozen=True)
class Turned:
    """When one function turned and when it was back, and where both lie."""

    key: str
    at: str
    percent: float
    turned_at: str = ""
    """When the deployment that moved it was stopped; empty where CodeDeploy does not tell."""
    turned_percent: float = 0.0


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


def marks_of(
    release: ReleaseView,
    shifts: Sequence[ShiftView],
    alarm: AlarmView | None,
    axis: Axis,
    now: float | None = None,
) -> tuple[Mark, ...]:
    """In the order of time; of one moment, the alarm before what it did. ``now`` is None of what is over."""
    found = sorted(_found(release, shifts, alarm), key=lambda each: (each[0], each[1] != _ALARM))
    told = found if now is None else [*found, (now, NOW, NOW)]
    return _placed([Mark(axis.percent(moment), label, tone) for moment, label, tone in told])


def mixed_of(release: ReleaseView, shifts: Sequence[ShiftView], axis: Axis) -> Mixed | None:
    """None unless two functions or more went back."""
    back, turns = release.back, _turns(shifts)
    if len(back) < 2:
        return None
    turned = tuple(_turned(each.key, each.back_at, turns.get(each.key, ""), axis) for each in back)
    return Mixed(turned[0].percent, round(turned[-1].percent - turned[0].percent, 2), turned)


def _turned(key: str, back_at: str, turned_at: str, axis: Axis) -> Turned:
    turned_percent = axis.percent(seconds(turned_at)) if turned_at else 0.0
    return Turned(key, back_at, axis.percent(seconds(back_at)), turned_at, turned_percent)


def _turns(shifts: Sequence[ShiftView]) -> dict[str, str]:
    """When each function's deployment was stopped, by an alarm, a failure or us: then it turned."""
    return {each.key: each.ended_at for each in shifts if each.status in _STOPPED and each.ended_at}


def _found(
    release: ReleaseView, shifts: Sequence[ShiftView], alarm: AlarmView | None
) -> Iterator[tuple[float, str, str]]:
    for status, moment in _entered(release, shifts).items():
        if status in _WORDS:
            yield moment, *_WORDS[status]
    if alarm is not None and (fired := _fired(release, alarm)):
        yield seconds(fired), _ALARM, "bad"


def rollback_began(release: ReleaseView, shifts: Sequence[ShiftView]) -> float | None:
    """When the first function turned, as far as anybody knows; None when nothing went back.

    An alarm stops CodeDeploy as well, so a function may be back before the ledger has its ROLLING_BACK.
    """
    return _entered(release, shifts).get("ROLLING_BACK")


def _entered(release: ReleaseView, shifts: Sequence[ShiftView]) -> dict[str, float]:
    """When the release entered each status; the way back, as its functions went it."""
    entered: dict[str, float] = {}
    for each in release.transitions:
        entered.setdefault(each.status, seconds(each.at))
    back = [seconds(each.back_at) for each in release.back]
    if "ROLLING_BACK" in entered:
        turns = (seconds(moment) for moment in _turns(shifts).values())
        entered["ROLLING_BACK"] = min((entered["ROLLING_BACK"], *back, *turns))
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


def _placed(bare: Sequence[Mark]) -> tuple[Mark, ...]:
    """Each word in a row and on a side where no other word and no line of another mark lies in it: with a row
    for each there always is such a place. Words lie to the right of their lines, as far as they can.
    """
    # At the right edge they lie to the left, and what comes before them may have to give way.
    sides = [("start", "end") if _reach(each)[1] - _LETTER <= 100 else ("end",) for each in bare]
    for anchors in sorted(product(*sides), key=lambda each: each.count("end")):
        told = [replace(mark, anchor=anchor) for mark, anchor in zip(bare, anchors, strict=True)]
        if all(_reach(each)[0] >= 0 for each in told) and not _cross(told):
            found = (_in_rows(told, rows) for rows in range(1, len(told) + 1))
            if placed := next(filter(None, found), None):
                return tuple(placed)
    return tuple(bare)


def _cross(marks: Sequence[Mark]) -> bool:
    """Whether two of them have no place beside, above or below each other."""
    places = ((0, 1), (1, 0), (0, 0))
    return any(
        all(_collide(replace(one, row=above), replace(other, row=below)) for above, below in places)
        for one, other in combinations(marks, 2)
    )


def _in_rows(marks: Sequence[Mark], rows: int) -> list[Mark] | None:
    """The first arrangement without a collision, earlier words in higher rows; None when there is none."""
    placed: list[Mark] = []

    def place(number: int) -> bool:
        if number == len(marks):
            return True
        for row in range(rows):
            mark = replace(marks[number], row=row)
            if not any(_collide(mark, each) for each in placed):
                placed.append(mark)
                if place(number + 1):
                    return True
                placed.pop()
        return False

    return placed if place(0) else None


def _collide(one: Mark, other: Mark) -> bool:
    """Whether a word lies on the other's, or the line of one, which begins below its word, crosses it."""
    left, right = _reach(one)
    its_left, its_right = _reach(other)
    if one.row == other.row:
        return left < its_right and its_left < right
    upper, (start, end) = (one, (its_left, its_right)) if one.row < other.row else (other, (left, right))
    return start < upper.percent < end


def _reach(mark: Mark) -> tuple[float, float]:
    """From where to where its word reaches, in percent of the narrowest plot."""
    length = _LETTER * (len(mark.label) + 1)
    if mark.anchor == "end":
        return mark.percent - length, mark.percent
    return mark.percent, mark.percent + length
