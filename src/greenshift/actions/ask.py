"""Ask the controller, which decides: where a commit stands, and what a rollback would do. Nothing changes.

What is said before something is done comes from the code that does it, so that both agree.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.contract import errands
from greenshift.errors import GreenshiftError

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Named:
    """A release, with what a person knows it by. Moments are ISO-8601 UTC, "" when it has not ended."""

    id: str
    status: str
    mode: str
    commit: str
    message: str
    reason: str
    by: str
    started_at: str
    ended_at: str


@dataclass(frozen=True)
class CommitStanding:
    """``stands`` is NEW, UNDER_WAY, LIVE, WENT_BACK, FAILED or REPLACED; ``release`` is the one that says so.

    ``pending`` are functions of a live commit whose settings `up` has changed since: only a release makes
    them live.
    """

    stands: str
    release: Named | None
    pending: tuple[str, ...]


@dataclass(frozen=True)
class Move:
    """One function, from the version that is live to the one it goes back to."""

    key: str
    from_version: str
    to_version: str


@dataclass(frozen=True)
class RollbackPlan:
    """What a rollback would do. ``undoes`` is None when somebody said where to go; ``after`` are the releases
    that ended after it and moved nothing that is left, newest first; ``refused`` says why it cannot be.
    ``through`` is the rollback that made ``undoes`` live again, if one did.
    """

    refused: str
    what: str
    undoes: Named | None
    moves: tuple[Move, ...]
    after: tuple[Named, ...]
    through: Named | None = None


def ask_standing(lambda_: Any, controller: str, commit: str) -> CommitStanding:
    """Raises GreenshiftError when the controller cannot answer."""
    answer = _ask(lambda_, controller, errands.Ask(commit))
    return CommitStanding(answer["stands"], _named(answer["release"]), tuple(answer["pending"]))


def plan_rollback(lambda_: Any, controller: str, to: str = "", undo: str = "") -> RollbackPlan:
    """``to`` is a release's id, "" for what was before the one to ``undo``: an id, LIVE, or "" for the last.
    Raises GreenshiftError as above.
    """
    answer = _ask(lambda_, controller, errands.Plan(to, undo))
    return RollbackPlan(
        refused=answer["refused"],
        what=answer["what"],
        undoes=_named(answer["undoes"]),
        moves=tuple(Move(each["key"], each["from"], each["to"]) for each in answer["functions"]),
        after=tuple(found for each in answer["after"] if (found := _named(each)) is not None),
        through=_named(answer.get("through")),  # an older controller has none
    )


def _ask(lambda_: Any, controller: str, errand: errands.Errand) -> Answer:
    if not controller:
        raise GreenshiftError(
            "the stack has no output 'controllerName'", hint="deploy it again with: greenshift up"
        )
    answer = lambda_.invoke(FunctionName=controller, Payload=json.dumps(errands.event_of(errand)).encode())
    read = json.loads(answer["Payload"].read() or b"null")
    if answer.get("FunctionError") or not isinstance(read, Mapping):
        why = read.get("errorMessage", "no message") if isinstance(read, Mapping) else "it answers nothing"
        raise GreenshiftError(
            f"the controller {controller} cannot tell: {why}",
            hint="an older one is brought up to date with: greenshift up",
        )
    return read


def _named(facts: Mapping[str, Any] | None) -> Named | None:
    if facts is None:
        return None
    texts = ("id", "status", "mode", "commit", "message", "reason", "by", "startedAt", "endedAt")
    return Named(*(str(facts[name]) for name in texts))
