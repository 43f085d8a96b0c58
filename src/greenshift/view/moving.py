"""What an action of the pipeline that runs is doing. Its own summary is of the controller's last look, and a
release may have gone on since. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence

from greenshift.contract.status_words import word
from greenshift.contract.statuses import ENDED, Status
from greenshift.contract.text import listed
from greenshift.view.model import ActionView, FunctionView, ReleaseView, ShiftView, Snapshot, StageView


def doing_in(stage: StageView, snapshot: Snapshot) -> str:
    """What the stage's running action does; nothing of a source, whose summary is for programs."""
    action = next((each for each in stage.actions if each.status == "InProgress"), None)
    if action is None or action.category == "Source":
        return ""
    release = snapshot.release
    if release is None or release.id != stage.execution:
        return action.summary
    if not release.has_ended and any(map(has_turned, snapshot.shifts)):
        return word(Status.ROLLING_BACK)
    return doing(action, release, snapshot.functions)


def doing(action: ActionView, release: ReleaseView | None, functions: Sequence[FunctionView]) -> str:
    """``release`` is the one that the action's execution makes; None where the ledger has none yet."""
    return moving(release, functions) or action.summary


def has_turned(shift: ShiftView) -> bool:
    """Whether CodeDeploy has stopped its deployment: the alias is back before the ledger tells of it."""
    return shift.status in ("Stopped", "Failed")


def moving(release: ReleaseView | None, functions: Sequence[FunctionView]) -> str:
    """``shifting: page 20 %`` while traffic moves, by what the aliases say now; one word when the release
    goes back or has ended; nothing before.
    """
    if release is None:
        return ""
    if release.status == Status.ROLLING_BACK or release.status in ENDED:
        return word(release.status)
    if release.status != Status.SHIFTING:
        return ""
    targets = {each.key: each.to_version for each in release.changed}
    moved = [
        f"{each.key} {share_of_new(each, targets[each.key]):g} %" for each in functions if each.key in targets
    ]
    return f"{word(release.status)}: {listed(moved)}" if moved else ""


def share_of_new(function: FunctionView, target: str) -> float:
    """Per cent of the alias's traffic on ``target``, the version that a release brings."""
    if function.new_version:
        return function.new_percent
    return 100.0 if function.version == target else 0.0
