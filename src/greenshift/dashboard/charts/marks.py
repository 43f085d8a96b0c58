"""What happened, as lines across the plots: where each lies and where its words have room. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

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
_ROWS = 3
_ABOVE = 2
"""Rows of them that lie above the plot."""
_MOST = 6
"""So many are placed by trying; a release has no more of them."""
_LETTER = 2.1
"""Percent of the narrowest plot's width that a letter takes."""


@dataclass(frozen=True)
class Mark:
    """Something that happened, as a line across the plot. ``percent`` of the width."""

    percent: float
    label: str
    """Empty where it has no room of its own: the words then stand with the mark before it, if they fit."""
    tone: str
    anchor: str = "start"
    """start or end: on which side of the line the label has room."""
    row: int = 0
    """Which of the three rows, two of them above the plot, the label stands in."""


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
    release: ReleaseView, shifts: Sequence[ShiftView], alarm: AlarmView | None, axis: Axis
) -> tuple[Mark, ...]:
    """In the order of time; of one moment, the alarm before what it did."""
    found = sorted(_found(release, shifts, alarm), key=lambda each: (each[0], each[1] != _ALARM))
    return tuple(_placed(found, axis))


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


def _placed(found: Sequence[tuple[float, str, str]], axis: Axis) -> list[Mark]:
    """Each word in a row and on a side where no other word and no line of another mark lies in it; where
    there is no such place for all of them, one word may stand for several.
    """
    bare = [Mark(axis.percent(moment), label, tone) for moment, label, tone in found]
    if len(bare) > _MOST:
        return _sharing(found, axis)
    room = [_reach(each)[1] - _LETTER <= 100 for each in bare]
    usual = [("start",) if has_room else ("end",) for has_room in room]
    # At the right edge words lie to the left of their lines, and what comes before them has to give way.
    either = [("start", "end") if has_room else ("end",) for has_room in room]
    return _apart(bare, usual) or (None if all(room) else _apart(bare, either)) or _sharing(found, axis)


def _apart(bare: Sequence[Mark], sides: Sequence[tuple[str, ...]]) -> list[Mark] | None:
    """The first arrangement without a collision, earlier words in higher rows; None when there is none."""
    placed: list[Mark] = []

    def place(number: int) -> bool:
        if number == len(bare):
            return True
        for anchor in sides[number]:
            for row in range(_ROWS):
                mark = replace(bare[number], anchor=anchor, row=row)
                if _reach(mark)[0] >= 0 and not any(_collide(mark, each) for each in placed):
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


def _sharing(found: Iterable[tuple[float, str, str]], axis: Axis) -> list[Mark]:
    taken = [float("-inf")] * _ROWS
    marks: list[Mark] = []
    for moment, label, tone in found:
        percent = axis.percent(moment)
        length = _LETTER * (len(label) + 1)
        is_left = percent + length - _LETTER > 100
        left, right = (percent - length, percent) if is_left else (percent, percent + length)
        row = next((each for each in range(_below(marks, taken, left), _ROWS) if taken[each] <= left), None)
        if row is None:
            _share(marks, label, tone, taken)
            marks.append(Mark(percent, "", tone))
            continue
        taken[row] = right
        marks.append(Mark(percent, label, tone, "end" if is_left else "start", row))
    return marks


def room_at(percent: float, marks: Sequence[Mark]) -> int | None:
    """The lowest row, the nearest to the plot, in which no word stands where ``now`` would; else None."""
    reach = _LETTER * len("now")
    spans = [(mark.row, *_reach(mark)) for mark in marks if mark.label]
    taken = {row for row, left, right in spans if left < percent + reach and right > percent - reach}
    return max((row for row in range(_ABOVE) if row not in taken), default=None)


def _reach(mark: Mark) -> tuple[float, float]:
    """From where to where its word reaches, in percent of the narrowest plot."""
    length = _LETTER * (len(mark.label) + 1)
    if mark.anchor == "end":
        return mark.percent - length, mark.percent
    return mark.percent, mark.percent + length


def _below(marks: list[Mark], taken: list[float], left: float) -> int:
    """The first row a word may have: what lies close together is read downwards, in the order of time."""
    last = next((mark.row for mark in reversed(marks) if mark.label), None)
    return last + 1 if last is not None and taken[last] > left else 0


def _share(marks: list[Mark], label: str, tone: str, taken: list[float]) -> None:
    """Let a word that has no row of its own stand behind the last one of its tone, where it has room."""
    place = next((n for n in range(len(marks) - 1, -1, -1) if marks[n].label and marks[n].tone == tone), None)
    if place is None or marks[place].anchor != "start":
        return
    both = replace(marks[place], label=f"{marks[place].label}, {label}")
    right = both.percent + _LETTER * (len(both.label) + 1)
    if right <= 100:
        marks[place], taken[both.row] = both, right
