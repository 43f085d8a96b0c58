"""From what a person types to what it names: the start of an id, a function's key, a while ago."""

from __future__ import annotations

import re
from datetime import timedelta

from greenshift.contract.errands import LIVE
from greenshift.contract.ids import SHORTEST
from greenshift.errors import GreenshiftError, UsageError
from greenshift.view import FunctionOutputs, StackView

LATEST = "latest"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def release_id(view: StackView, text: str) -> str:
    """The whole id of the release that is meant."""
    if text == LIVE:
        raise UsageError(
            f"{LIVE!r} is a word of `rollback --undo` alone, and no release's id",
            hint=f"undo what is live with: greenshift rollback --undo {LIVE}; ids are in: greenshift history",
        )
    if text != LATEST and len(text) < SHORTEST:
        raise UsageError(f"{text!r} is too short for a release", hint=f"type {SHORTEST} characters or more")
    found = view.find(text)
    if not found:
        what = "nothing was released yet" if text == LATEST else f"there is no release {text!r}"
        raise GreenshiftError(what, hint="see what was released with: greenshift history")
    if len(found) > 1:
        raise UsageError(f"{text!r} may be any of {', '.join(found)}", hint="type more of it")
    return found[0]


_ALL = "see them with: greenshift status --all"
_ID = re.compile(r"(rollback-)?[0-9a-f]{6,8}(-[0-9a-f-]{27})?")


def function(view: StackView, key: str, *, of_release: str) -> FunctionOutputs:
    """The function of this key; ``of_release`` is the command for whoever gave a release's id instead."""
    known = {each.key: each for each in view.outputs.functions}
    if key not in known:
        raise UsageError(
            f"the stack has no function {key!r}; it has {_listed(sorted(known))}",
            hint=f"of a release: {of_release} {key}" if _ID.fullmatch(key) else _ALL,
        )
    return known[key]


def span(text: str) -> timedelta:
    """``90s``, ``10m``, ``2h``, ``7d``."""
    match = re.fullmatch(r"([1-9][0-9]{0,5})([smhd])", text)
    if match is None:
        raise UsageError(f"{text!r} is no length of time", hint="write it like 90s, 10m, 2h or 7d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _listed(names: list[str], most: int = 12) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
