"""What matters after an ``up``: what is under way, and the three commands of the next hour. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from greenshift.actions.decision import State
from greenshift.advice import LOCAL, addressed

_CONSOLE = re.compile(r"https://([\w-]+\.)?console\.(aws\.amazon\.com|amazonaws\.cn)/")


def next_steps(
    running: Collection[str], stack: str, latest: str = "", stands: State | None = None
) -> list[str]:
    """Lines; ``running`` are the commits of executions under way, "" for one that has not read its own.

    ``latest`` is the branch's latest commit, and ``stands`` how it does where that was asked.
    """
    told = [_under_way(running) if running else _at_rest(latest[:8], stands)]
    release = "git push" if stack != LOCAL else "git commit, then greenshift release"
    if stands is State.PENDING and not running:
        release = "greenshift release"
    watch = "greenshift release --follow" if running and stack == LOCAL else "greenshift status --watch"
    for name, command in (("watch", watch), ("page", "greenshift dashboard"), ("release", release)):
        told.append(f"  {name + ':':<9}{addressed(command, stack)}")
    return told


def cut_off(running: Collection[str], stack: str) -> list[str]:
    """What a destroy does to the releases under way, of these commits; nothing where there is none."""
    if not running:
        return []
    return [
        f"a release is under way{_named(running)}: it ends wherever it is, and nobody is told of its end",
        f"  to stop it and take it back first: {addressed('greenshift abort', stack)}",
    ]


def _named(running: Collection[str]) -> str:
    commits = [commit[:8] for commit in running if commit]
    return f" ({', '.join(commits)})" if commits else ""


def _under_way(running: Collection[str]) -> str:
    return f"under way: the pipeline releases what is committed already{_named(running)}"


def _at_rest(commit: str, stands: State | None) -> str:
    match stands:
        case State.LIVE:
            return f"nothing is under way; the latest commit, {commit}, is live"
        case State.PENDING:
            return f"the latest commit, {commit}, is live; what `up` changed waits for a release"
        case State.WENT_BACK | State.TAKEN_BACK:
            return f"nothing is under way; the latest commit, {commit}, went back: commit a fix"
        case State.NEW | State.NOTHING | State.REPLACED | State.FAILED:
            return f"nothing is under way; the latest commit, {commit}, can be released"
    return "nothing is under way"


def is_console(value: object) -> bool:
    """Whether it leads to AWS's console, which shows nothing of a twin."""
    return isinstance(value, str) and _CONSOLE.match(value) is not None
