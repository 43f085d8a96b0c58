"""Where a release stands, in the few words below its name: which step, what comes next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from greenshift.dashboard import words
from greenshift.dashboard.subject import Subject
from greenshift.view import FunctionTraffic, PlannedStep, ShiftView, Snapshot
from greenshift.view.moving import has_turned

_MOVING = ("SHIFTING", "BAKING", "WAITING")


@dataclass(frozen=True)
class Figure:
    """One number, large, and what it counts; ``tone`` as in ``words.State``."""

    number: str
    unit: str
    of: tuple[str, ...]
    tone: str


def figure_of(snapshot: Snapshot, subject: Subject) -> Figure | None:
    """What matters most: while traffic moves, how far it is; after a rollback, what serves again."""
    tone = words.state(subject.status).tone
    if not subject.shifts:
        where = f"in stage {subject.stage}" if subject.stage else "on its way"
        return Figure("", "", (where,), "run") if subject.is_moving else None
    if subject.status == "ROLLED_BACK":
        return Figure("100", "%", _back(subject.shifts, snapshot.traffic), tone)
    count = len(subject.shifts)
    what = "1 new version" if count == 1 else f"{count} new versions"
    if subject.is_way_back:
        what = f"{_before({shift.to_version for shift in subject.shifts})} again"
    number = f"{round(subject.percent, 1):g}"
    return Figure(number, "%", ("of the traffic on", what), tone)


def _before(versions: set[str]) -> str:
    return f"version {min(versions)}" if len(versions) == 1 else "their earlier versions"


def _back(shifts: Sequence[ShiftView], traffic: Sequence[FunctionTraffic]) -> tuple[str, ...]:
    where = _before({shift.from_version for shift in shifts})
    failed = round(sum(_failed(each) for each in traffic))
    calls = "no call failed" if not failed else "1 call failed" if failed == 1 else f"{failed} calls failed"
    return f"on {where} again", calls


def _failed(traffic: FunctionTraffic) -> float:
    """Calls of the new version that failed; it is the second."""
    return sum(point.errors for version in traffic.versions[1:] for point in version.points)


def step_of(subject: Subject, now: str) -> str:
    """``step 3 of 9, next at 16:24, done about 17:17``; empty when nothing moves in steps."""
    if subject.status not in _MOVING or any(map(has_turned, subject.shifts)):
        return ""
    plan = _longest([shift.plan for shift in subject.shifts])
    if not plan:
        return ""
    done = sum(1 for step in plan if step.at <= now)
    if done < len(plan) and plan[done].percent <= subject.percent:
        done += 1  # the traffic was read after the clock, and has come so far meanwhile
    coming = plan[done:]
    told = [f"step {done} of {len(plan)}"]
    if len(coming) > 1:
        told.append(f"next at {words.hour(coming[0].at)}")
    if coming:
        told.append(f"done about {words.hour(coming[-1].at)}")
    return ", ".join(told)


def _longest(plans: Sequence[tuple[PlannedStep, ...]]) -> tuple[PlannedStep, ...]:
    """The plan that is done last, of functions that shift side by side."""
    return max((plan for plan in plans if plan), key=lambda plan: plan[-1].at, default=())
