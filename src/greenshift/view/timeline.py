"""What happened in one release, moment by moment, out of everything that remembers some of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from greenshift.contract.reasons import as_counted
from greenshift.contract.status_words import word
from greenshift.contract.statuses import Status
from greenshift.view.model import (
    ActionView,
    AlarmChange,
    ExecutionView,
    Moment,
    ReleaseView,
    ShiftView,
    StageView,
)
from greenshift.view.moments import seconds_between

_APART = 8
"""Functions told apart; of more, moments of the same kind become one."""


def timeline(
    execution: ExecutionView | None,
    release: ReleaseView | None,
    shifts: Sequence[ShiftView],
    alarms: Sequence[AlarmChange],
) -> tuple[Moment, ...]:
    """Everything that is known, oldest first: a span that has ended stands where it ended."""
    functions = [*_steps(shifts), *_hooks(shifts)]
    found = [
        *(_actions(execution.stages) if execution else ()),
        *(_transitions(release) if release else ()),
        *(_back(release) if release else ()),
        *(functions if len(shifts) <= _APART else _together(functions)),
        *_alarms(alarms),
    ]
    told = [moment.text for moment in found] + _reasons(release)
    counted = [replace(moment, text=as_counted(moment.text, told)) for moment in found]
    return tuple(sorted(counted, key=lambda moment: (moment.stands_at, moment.at)))


def kind_in_words(moment: Moment) -> str:
    """For a reader. Of CodeDeploy's events AllowTraffic is the shift itself, and the others are hooks."""
    is_shift = moment.kind == "hook" and moment.subject.endswith(" AllowTraffic")
    return "traffic" if is_shift or moment.kind == "step" else moment.kind


def status_in_words(moment: Moment) -> str:
    """For a reader. A rollback's first status is PUBLISHED: its versions were there already, and it began."""
    is_rollback = moment.kind == "release" and moment.subject.startswith("rollback-")
    return "began" if is_rollback and moment.status == Status.PUBLISHED else word(moment.status)


def _reasons(release: ReleaseView | None) -> list[str]:
    """What a release says of its alarms, with the counts that an alarm's own history does not have."""
    if release is None:
        return []
    return [release.reason, *(function.reason for function in release.functions)]


def _actions(stages: Sequence[StageView]) -> Iterator[Moment]:
    for stage in stages:
        for action in stage.actions:
            if action.started_at:
                ended = action.updated_at if action.status != "InProgress" else ""
                name = stage.name if action.name == stage.name else f"{stage.name}/{action.name}"
                text = action.error or ("" if _is_stale(action) else action.summary)
                yield Moment(action.started_at, "action", name, action.status, text, ended, _length(
                    action.started_at, ended
                ))  # fmt: skip


def _is_stale(action: ActionView) -> bool:
    """Whether its summary tells nothing of its end: a source's is the commit, and the controller said how far
    it was before somebody stopped the pipeline.
    """
    return action.category == "Source" or (action.category == "Invoke" and action.status == "Abandoned")


def _transitions(release: ReleaseView) -> Iterator[Moment]:
    """In the order in which they were written: of two that write at once, one may have looked at its clock
    before the other and be later all the same.
    """
    at = ""
    for each in release.transitions:
        at = max(at, each.at)
        yield Moment(at, "release", release.short_id, each.status, each.cause)


def _back(release: ReleaseView) -> Iterator[Moment]:
    """When a function was back; of several, the time in which some were and others not yet."""
    if not release.back:
        return
    first, last = release.back[0], release.back[-1]
    if first is last:
        text = f"100 % on version {first.from_version} again"
        yield Moment(first.back_at, "back", first.key, "ROLLED_BACK", text)
    else:
        yield Moment(
            first.back_at, "back", f"{len(release.back)} functions", "ROLLED_BACK",
            f"{first.key} first, {last.key} last", last.back_at, _length(first.back_at, last.back_at),
        )  # fmt: skip


def _hooks(shifts: Sequence[ShiftView]) -> Iterator[Moment]:
    for shift in shifts:
        for hook in shift.hooks:
            if hook.started_at:
                length = _length(hook.started_at, hook.ended_at)
                yield Moment(
                    hook.started_at, "hook", f"{shift.key} {hook.name}", hook.status, hook.error,
                    hook.ended_at, length,
                )  # fmt: skip


def _steps(shifts: Sequence[ShiftView]) -> Iterator[Moment]:
    """Each step of the plan that has come before the deployment's end; CodeDeploy keeps no record of them."""
    for shift in shifts:
        for step in shift.plan:
            is_over = bool(shift.ended_at) and step.at > shift.ended_at
            if step.percent <= shift.planned_percent and not is_over:
                yield Moment(
                    step.at, "step", shift.key, "", f"{step.percent:g} % on version {shift.to_version}"
                )


def _alarms(changes: Sequence[AlarmChange]) -> Iterator[Moment]:
    for change in changes:
        yield Moment(change.at, "alarm", change.alarm, change.state, change.reason)


def _together(moments: Sequence[Moment]) -> Iterator[Moment]:
    """Moments of many functions that say the same, as one with how many there were."""
    groups: dict[tuple[str, str, str, str], list[Moment]] = {}
    for moment in moments:
        what = moment.subject.split(" ", 1)[1] if moment.kind == "hook" else ""
        text = moment.text.split(" on version")[0]
        groups.setdefault((moment.kind, what, moment.status, text), []).append(moment)
    for (_, what, _, text), group in groups.items():
        first, last = min(m.at for m in group), max(m.ended_at for m in group)
        subject = f"{len(group)} functions {what}".rstrip()
        yield replace(
            group[0], at=first, subject=subject, text=text, ended_at=last, seconds=_length(first, last)
        )


def _length(start: str, end: str) -> float | None:
    return seconds_between(start, end)
