"""What matters after an ``up``: what is under way, and the three commands of the next hour. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection

from greenshift.advice import LOCAL, addressed

_CONSOLE = re.compile(r"https://([\w-]+\.)?console\.(aws\.amazon\.com|amazonaws\.cn)/")


def next_steps(running: Collection[str], stack: str) -> list[str]:
    """Lines; ``running`` are the commits of executions under way, "" for one that has not read its own."""
    told = [_under_way(running)]
    release = "git commit, then greenshift release" if stack == LOCAL else "git push"
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
    if not running:
        return "nothing is under way; what is committed can be released"
    return f"under way: the pipeline releases what is committed already{_named(running)}"


def is_console(value: object) -> bool:
    """Whether it leads to AWS's console, which shows nothing of a twin."""
    return isinstance(value, str) and _CONSOLE.match(value) is not None
