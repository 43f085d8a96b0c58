"""What only a person can settle, found in what was read. Pure: each rule yields what it finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from greenshift.advice import LOCAL, ON_TWIN, addressed
from greenshift.contract.status_words import word
from greenshift.view.astray import astray
from greenshift.view.model import (
    ActionView,
    Attention,
    ExecutionView,
    FunctionView,
    ReleaseView,
    ShiftView,
    StageView,
)
from greenshift.view.moments import parsed
from greenshift.view.state import Approval

# The recorder settles a release whose execution has ended within moments; retries take some minutes.
_ABANDONED = timedelta(minutes=10)
# Longer than any build or publication; the end of a planned shift counts separately.
_STUCK = timedelta(hours=2)
_SETTLED = timedelta(minutes=1)
_NAMED = 6
_OPEN = "aws codepipeline enable-stage-transition"


@dataclass(frozen=True)
class Facts:
    """What the rules look at."""

    now: datetime
    approvals: Sequence[Approval]
    connection: str
    stages: Sequence[StageView]
    executions: Sequence[ExecutionView]
    release: ReleaseView | None
    releases: Sequence[ReleaseView]
    shifts: Sequence[ShiftView]
    functions: Sequence[FunctionView]
    is_local: bool = False
    """Whether the stack is a twin's, which has no console."""

    def execution(self, identifier: str) -> ExecutionView | None:
        return next((each for each in self.executions if each.id == identifier), None)

    def waited(self, since: str) -> timedelta:
        """How long ago a moment was; no time at all when it is not known."""
        moment = parsed(since)
        return timedelta() if moment is None else self.now - moment


def attention(facts: Facts, stack: str) -> tuple[Attention, ...]:
    """Everything that waits for a person, the most urgent first; what to type names the stack."""
    rules = (_split, _astray, _left_behind, _abandoned, _approvals, _connection, _stuck, _alarms, _closed)
    seen = replace(facts, is_local=stack == LOCAL)
    found = (each for rule in rules for each in rule(seen))
    return tuple(replace(each, next=addressed(each.next, stack)) for each in found)


def _astray(facts: Facts) -> Iterator[Attention]:
    """Aliases that somebody moved past Greenshift. An alias may have been read a moment before the end of a
    release that moved it, so that one is given a while.
    """
    last = max((each.ended_at for each in facts.releases), default="")
    if any(not each.has_ended for each in facts.releases) or facts.waited(last) < _SETTLED:
        return
    found = list(astray(facts.functions, facts.releases))
    if found:
        text = "; ".join(map(str, found[:_NAMED])) + (
            f"; and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
        )
        back = "greenshift repair puts it back; greenshift release --again --adopt goes on from there"
        yield Attention("moved-by-hand", text, back, last, function=found[0].key if len(found) == 1 else "")


def _left_behind(facts: Facts) -> Iterator[Attention]:
    """A working copy that nobody is at work on any more."""
    left = [each.key for each in facts.functions if each.is_left_behind]
    if left:
        text = f"greenshift dev was killed and left its working copy behind: {_listed(left)}"
        yield Attention("working-copy", text, "greenshift repair")


def _approvals(facts: Facts) -> Iterator[Attention]:
    for asked in facts.approvals:
        execution = facts.execution(asked.execution)
        what = f" of {execution.commit[:8]}" if execution and execution.commit else ""
        question = f": {asked.message}" if asked.message else ""
        yield Attention(
            "approval",
            f"{asked.stage}{what} waits for an answer{question}",
            "greenshift approve, or greenshift reject",
            asked.since,
            asked.execution,
            asked.stage,
            asked.action,
        )


def _connection(facts: Facts) -> Iterator[Attention]:
    if facts.connection == "PENDING":
        text = "the connection to the repository is not approved yet, so no release can start"
        todo = "open Developer Tools > Settings > Connections in the AWS console, and choose Update pending"
        here = "greenshift doctor tells how to finish it on the twin"
        yield Attention("connection", f"{text} (PENDING)", here if facts.is_local else todo)
    elif facts.connection in ("ERROR", "MISSING"):
        text = f"the connection to the repository does not work ({facts.connection})"
        anew = "make it anew with: greenshift up --refresh"
        yield Attention(
            "connection", text, anew if facts.is_local else f"fix it in the AWS console, or {anew}"
        )


def _split(facts: Facts) -> Iterator[Attention]:
    """Traffic between two versions, and nobody who moves it on."""
    release = facts.release
    if release is not None and not release.has_ended:
        return
    has_failed = release is not None and release.status == "FAILED"
    moved = {s.key: f"{s.key} {s.percent:g} % on {s.to_version}" for s in facts.shifts if s.percent > 0}
    split = {f.key: _shares(f) for f in facts.functions if f.new_version}
    left = {**(moved if has_failed else {}), **split}
    if release is not None and has_failed and left:
        text = f"release {release.short_id} failed and left {_listed(list(left.values()))}"
        yield Attention("split", text, "greenshift repair", release.ended_at, release.id)
    elif left:
        text = f"traffic is split and no release moves it: {_listed(list(left.values()))}"
        yield Attention("split", text, "greenshift repair")


def _shares(function: FunctionView) -> str:
    return f"{function.key} {function.new_percent:g} % on {function.new_version}"


def _abandoned(facts: Facts) -> Iterator[Attention]:
    """A release without an end whose execution has one, and nobody has settled it since."""
    for release in facts.releases:
        execution = facts.execution(release.id)
        if release.has_ended or execution is None or not execution.has_ended:
            continue
        if facts.waited(execution.updated_at) > _ABANDONED:
            text = f"release {release.short_id} is {word(release.status)}"
            yield Attention(
                "abandoned",
                f"{text}, and its pipeline execution has ended: {word(execution.status)}",
                "greenshift repair",
                execution.updated_at,
                release.id,
            )


def _stuck(facts: Facts) -> Iterator[Attention]:
    for execution in facts.executions:
        for action in _running(execution):
            if action.category != "Approval" and _is_overdue(facts, execution, action):
                yield Attention(
                    "stuck",
                    f"{action.stage} of {execution.commit[:8] or execution.id[:8]} has not moved for hours",
                    "greenshift logs --build" if action.category == "Build" else "greenshift doctor",
                    action.updated_at,
                    execution.id,
                    action.stage,
                    action.name,
                )


def _running(execution: ExecutionView) -> Iterator[ActionView]:
    for stage in execution.stages:
        yield from (action for action in stage.actions if action.status == "InProgress")


def _is_overdue(facts: Facts, execution: ExecutionView, action: ActionView) -> bool:
    due = max([action.started_at, action.updated_at, *_plans_of(facts, execution)])
    return facts.waited(due) > _STUCK


def _plans_of(facts: Facts, execution: ExecutionView) -> list[str]:
    """The ends of the planned shifts, when this execution's release is the one that shifts."""
    is_its = facts.release is not None and facts.release.id == execution.id
    return [shift.plan[-1].at for shift in facts.shifts if is_its and shift.plan]


def _alarms(facts: Facts) -> Iterator[Attention]:
    """An alarm that fires while nothing is being released: nobody will roll back. Of a function that the
    release before changed it says so, and what undoes that release.
    """
    if facts.release is not None and not facts.release.has_ended:
        return
    firing = [function for function in facts.functions if function.alarm_state == "ALARM"]
    rolled_back = facts.release is not None and facts.release.status == "ROLLED_BACK"
    expected = {shift.key for shift in facts.shifts} if rolled_back else set()
    arrived = _arrived(facts.release)
    for function in firing:
        # The alarm of a version that was rolled back goes on firing until its last bad period has passed.
        if function.key in expected:
            continue
        logs = f"greenshift logs --function {function.key}"
        if facts.release is not None and function.version == arrived.get(function.key):
            text = (
                f"{function.alarm} fires, and release {facts.release.short_id}, which made version "
                f"{function.version} of {function.key} live, is over: nothing goes back by itself"
            )
            undo = f"greenshift rollback --undo {facts.release.short_id}, or first: {logs}"
            yield Attention("alarm", text, undo, function=function.key)
        else:
            text = f"{function.alarm} fires while nothing is being released"
            yield Attention("alarm", text, logs, function=function.key)


def _arrived(release: ReleaseView | None) -> dict[str, str]:
    """Function -> the version that a release of a commit, which went well, put there and can be undone."""
    if release is None or release.status != "SUCCEEDED" or release.mode == "rollback":
        return {}
    return {each.key: each.to_version for each in release.changed if not each.is_first}


def _closed(facts: Facts) -> Iterator[Attention]:
    for stage in facts.stages:
        if not stage.is_open:
            because = f": {stage.closed_because}" if stage.closed_because else ""
            yield Attention(
                "closed",
                f"nothing may enter stage {stage.name}{because}",
                f"open it with: {ON_TWIN} && {_OPEN}"
                if facts.is_local
                else f"open it in the console, or with: {_OPEN}",
                stage=stage.name,
            )


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")
