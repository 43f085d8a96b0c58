"""What a command does in which state of the stack: one table, from which docs/releases.md is made. Pure.

Whoever reads the table finds what happens; whoever changes it changes both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum


class Command(StrEnum):
    RELEASE = "release"
    AGAIN = "release --again"
    NOW = "release --now"
    FOLLOW = "release --follow"
    ROLLBACK = "rollback"
    ABORT = "abort"


class State(StrEnum):
    """What is true of the branch's latest commit, or of the stack where that is all that counts."""

    NOTHING = "nothing was ever released"
    NEW = "the latest commit was never released"
    UNREAD = "an execution is under way that has not read its commit yet"
    UNDER_WAY = "the latest commit is on its way, and has no traffic yet"
    SHIFTING = "the latest commit is on its way, and has traffic"
    WAITING = "the latest commit waits for an approval"
    OTHER = "another commit is on its way"
    LIVE = "the latest commit is live"
    PENDING = "the latest commit is live, and `up` has changed a setting since"
    COPY = "the latest commit is live, and `greenshift dev` serves a working copy"
    LEFT_COPY = "the latest commit is live, and a `greenshift dev` that was killed left its working copy"
    FAILED = "the latest commit's release failed and moved nothing"
    WENT_BACK = "the latest commit's release was rolled back automatically"
    TAKEN_BACK = "the latest commit's release was undone by a rollback"
    REPLACED = "the latest commit was live before the one that is live now"


class Deed(Enum):
    START = "starts a release"
    WAIT = "waits until it has read it, and decides then"
    FOLLOW = "follows it"
    SHOW = "shows how the latest release ended"
    SAY = "says so, and ends with exit 0"
    REFUSE = "refuses, with exit 1"
    UNDO = "names the release it undoes and each function's versions, asks, and undoes it"
    OFFER = "says that nothing of it is left, and offers the release that is live by name"
    STOP = "stops the execution, and rolls back what it moved"


@dataclass(frozen=True)
class Decision:
    deed: Deed
    words: str = ""
    """What there is to say beside the deed itself."""


_START, _FOLLOW, _SHOW = Decision(Deed.START), Decision(Deed.FOLLOW), Decision(Deed.SHOW)
_UNDO, _STOP = Decision(Deed.UNDO), Decision(Deed.STOP)
_IDLE = Decision(Deed.REFUSE, "nothing is under way")
_QUEUED = Decision(Deed.START, "it waits for its turn, or the other gives way (`shift.whenNewerCommit`)")
_HASTY = Decision(Deed.START, "a slower one gives way")
_AGAIN = Decision(Deed.REFUSE, "`--again` releases it anyway")
_BESIDE = Decision(Deed.UNDO, "what is under way goes on, unless `abort` stops it")
_FIRST = Decision(Deed.UNDO, "it is rolled back first")
_ASKS = Decision(Deed.FOLLOW, "says who is waited for; without a terminal exit 3 after `--wait`")

# One row a state, one column a command, in the order of `Command`.
_TABLE: Mapping[State, tuple[Decision, ...]] = {
    State.NOTHING: (
        *(_START, _START, _START, Decision(Deed.REFUSE, "there is nothing to follow")),
        *(Decision(Deed.REFUSE, "there is nothing to go back to"), _IDLE),
    ),
    State.NEW: (_START, _START, _START, _SHOW, _UNDO, _IDLE),
    State.UNREAD: (Decision(Deed.WAIT), Decision(Deed.WAIT), _HASTY, _FOLLOW, _BESIDE, _STOP),
    State.UNDER_WAY: (_FOLLOW, _FOLLOW, _HASTY, _FOLLOW, _BESIDE, _STOP),
    State.SHIFTING: (_FOLLOW, _FOLLOW, _HASTY, _FOLLOW, _FIRST, _STOP),
    State.WAITING: (_ASKS, _ASKS, _HASTY, _ASKS, _BESIDE, _STOP),
    State.OTHER: (_QUEUED, _QUEUED, _HASTY, _FOLLOW, _BESIDE, _STOP),
    State.LIVE: (Decision(Deed.SAY), _START, _START, _SHOW, _UNDO, _IDLE),
    State.PENDING: (Decision(Deed.START, "it makes the setting live"), _START, _START, _SHOW, _UNDO, _IDLE),
    State.COPY: (
        Decision(Deed.REFUSE, "Ctrl-C in `greenshift dev` puts the released versions back"),
        *(_START, _START, _SHOW, _UNDO, _IDLE),
    ),
    State.LEFT_COPY: (
        Decision(Deed.START, "it puts the released versions back"),
        *(_START, _START, _SHOW, _UNDO, _IDLE),
    ),
    State.FAILED: (_START, _START, _START, _SHOW, Decision(Deed.OFFER, "`--yes` alone is refused"), _IDLE),
    State.WENT_BACK: (
        *(_AGAIN, _START, _AGAIN, _SHOW, Decision(Deed.OFFER, "`--yes` alone is refused"), _IDLE),
    ),
    State.TAKEN_BACK: (
        *(
            _AGAIN,
            _START,
            _AGAIN,
            _SHOW,
            Decision(Deed.REFUSE, "names the release that is live, which `--undo` undoes"),
            _IDLE,
        ),
    ),
    State.REPLACED: (_START, _START, _START, _SHOW, _UNDO, _IDLE),
}


def decide(command: Command, state: State) -> Decision:
    """What the command does."""
    return _TABLE[state][list(Command).index(command)]


@dataclass(frozen=True)
class Running:
    """One execution under way; ``commit`` is "" while its source is not read yet."""

    id: str
    commit: str
    is_waiting: bool = False
    has_traffic: bool = False


_STANDS = {
    "NEW": State.NEW,
    "UNDER_WAY": State.UNDER_WAY,
    "FAILED": State.FAILED,
    "WENT_BACK": State.WENT_BACK,
    "REPLACED": State.REPLACED,
}


def state_of_running(running: tuple[Running, ...], commit: str) -> State | None:
    """The state that executions under way make; None when none is. The commit's own one counts first, then
    one that may turn out to be it.
    """
    own = next((each for each in running if each.commit == commit), None)
    if own is not None:
        if own.is_waiting:
            return State.WAITING
        return State.SHIFTING if own.has_traffic else State.UNDER_WAY
    if any(not each.commit for each in running):
        return State.UNREAD
    return State.OTHER if running else None


def state_of_commit(
    stands: str, *, by_rollback: bool, pending: bool, copies: bool = False, left_copies: bool = False
) -> State:
    """The state of a commit that is not on its way, from where the ledger says it ``stands``; ``copies`` are
    aliases that serve a developer's working copy instead, ``left_copies`` those of one that was killed.
    """
    if stands == "LIVE" and (copies or left_copies):
        return State.LEFT_COPY if left_copies else State.COPY
    if stands == "LIVE":
        return State.PENDING if pending else State.LIVE
    if stands == "WENT_BACK" and by_rollback:
        return State.TAKEN_BACK
    return _STANDS[stands]


def release_state(running: State | None, commit: State) -> State:
    """The state for ``release``: another commit's execution counts only for one that may be released."""
    if running is State.OTHER:
        return State.OTHER if decide(Command.RELEASE, commit).deed is Deed.START else commit
    return running or commit


def rollback_state(*, undoes_running: bool, is_running: bool, nothing_left: str) -> State:
    """The state for ``rollback``; ``nothing_left`` is the status of a newer release that left nothing."""
    if undoes_running:
        return State.SHIFTING
    if nothing_left:
        return State.WENT_BACK if nothing_left == "ROLLED_BACK" else State.FAILED
    return State.UNDER_WAY if is_running else State.LIVE


def table() -> list[list[str]]:
    """Header and rows, each decision as words: what docs/releases.md shows."""
    header = ["", *(f"`{command}`" for command in Command)]
    return [header, *([state.value, *(_told(decide(each, state)) for each in Command)] for state in State)]


def _told(decision: Decision) -> str:
    return f"{decision.deed.value}: {decision.words}" if decision.words else decision.deed.value
