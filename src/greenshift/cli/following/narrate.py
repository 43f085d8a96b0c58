"""What happened between two looks at a release, as lines for a person. Pure: snapshots in, lines out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from rich.markup import escape

from greenshift.cli.words.icons import BACK, OK, RUNNING, icon
from greenshift.contract.reasons import in_words
from greenshift.contract.status_words import word
from greenshift.view import AWS, FunctionView, Hours, Progress, ReleaseView, StageView
from greenshift.view.moving import share_of_new

_BAR = 20
_LEAST_BAR = 8
_NAME = 8
"""Columns of a name beside which a bar has all of its own; a longer name takes some of them."""
NOTHING = "nothing changed"
_SHIFT = "Shift"
_NAMED = 8
"""So many functions are told one by one; more than that are told together."""
# Terminal sequences first, then control characters that stand alone.
CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def narrate(before: Progress | None, after: Progress, fired: Collection[str] = ()) -> list[str]:
    """The lines (rich's markup) that tell how ``after`` differs from ``before``; what led to an end
    before it, and traffic that came to the new version before the alarm that sends it back.

    ``fired``: alarms that were told already. One that fires, is told to watch another version and fires once
    more is no news of this release.
    """
    stages = list(_stage_lines(before, after))
    is_shift = [stage.name == _SHIFT and stage.status != "InProgress" for stage, _ in stages]
    first = is_shift.index(True) if True in is_shift else len(stages)
    functions = list(_function_lines(before, after, fired))
    return [
        *(line for _, line in stages[:first]),
        *(line for comes, line in functions if comes),
        *_alarm_lines(before, after, fired),
        *_release_lines(before, after),
        *(line for comes, line in functions if not comes),
        *(line for _, line in stages[first:]),
    ]


def narrate_traffic(
    before: Sequence[FunctionView] | None, after: Sequence[FunctionView], release: ReleaseView
) -> list[str]:
    """The same of the functions alone, for a release that has no execution: a rollback."""
    looks = [
        Progress("", release.id, release.status, "", "", (), tuple(seen or ()), release)
        for seen in (before, after)
    ]
    return [line for _, line in _function_lines(looks[0] if before is not None else None, looks[1])]


def _stage_lines(before: Progress | None, after: Progress) -> Iterator[tuple[StageView, str]]:
    known = {stage.name: stage.status for stage in before.stages} if before else {}
    for stage in after.stages:
        if stage.status and stage.status != known.get(stage.name, ""):
            name = shown(f"{stage.name:<8}")
            yield stage, f"{icon(stage.status).markup} {name} {_stage_text(stage, after)}"


def _stage_text(stage: StageView, snapshot: Progress) -> str:
    if stage.status == "InProgress":
        return "[dim]started[/]"
    if stage.status != "Succeeded":
        return f"[red]{shown(word(stage.status))}[/]"  # why is told once, at its end
    if stage.name == "Source":
        return f"[bold]{shown(snapshot.commit[:8])}[/] {shown(first_line(snapshot.message))}"
    if stage.name == "Publish":
        return published(snapshot.release)
    return "succeeded"


def published(release: ReleaseView | None) -> str:
    """Which versions a release goes from and to."""
    if release is None or not release.changed:
        return NOTHING
    moves = [shown(f"{f.key} {f.from_version} → {f.to_version}") for f in release.changed]
    more = len(moves) - _NAMED
    return ", ".join(moves) if more <= 0 else f"{', '.join(moves[:_NAMED])} and {more} more"


def _function_lines(
    before: Progress | None, after: Progress, fired: Collection[str] = ()
) -> Iterator[tuple[bool, str]]:
    """Each with whether traffic comes to the new version."""
    if len(after.functions) > _NAMED:
        yield from _many_functions_lines(before, after)
    else:
        yield from _each_function_lines(before, after, fired)


def _many_functions_lines(before: Progress | None, after: Progress) -> Iterator[tuple[bool, str]]:
    """One line for all: how many have how much of their traffic on the new version."""
    old = {function.key: function for function in before.functions} if before else {}
    targets = {f.key: f.to_version for f in after.release.changed} if after.release else {}
    shares = Counter(share_of_new(f, targets.get(f.key, "")) for f in after.functions)
    known = Counter(share_of_new(f, targets.get(f.key, "")) for f in old.values())
    if shares != known and (shares.keys() | known.keys()) - {0.0}:
        told = ", ".join(f"{count} at {share:g} %" for share, count in sorted(shares.items(), reverse=True))
        percent, old_percent = _mean(shares), _mean(known)
        line = f"{RUNNING.markup} {shares.total():>4} functions {bar(percent)} on the new version: {told}"
        yield percent > old_percent, line


def _mean(shares: Counter[float]) -> float:
    return sum(share * count for share, count in shares.items()) / max(shares.total(), 1)


def _each_function_lines(
    before: Progress | None, after: Progress, fired: Collection[str]
) -> Iterator[tuple[bool, str]]:
    known = {function.key: function for function in before.functions} if before else {}
    targets = {f.key: f.to_version for f in after.release.changed} if after.release else {}
    longest = max((len(function.key) for function in after.functions), default=0)
    width = min(longest, _NAME + _BAR - _LEAST_BAR)
    for function in after.functions:
        old, target = known.get(function.key), targets.get(function.key, "")
        is_moved_when_first_seen = old is None and (function.new_version or function.version == target)
        if is_moved_when_first_seen or (old is not None and _traffic(function) != _traffic(old)):
            line = _traffic_line(function, target, width, is_way_back=_is_rollback(after.release))
            comes = share_of_new(function, target) > (share_of_new(old, target) if old else 0.0)
            yield comes, f"{line}  {_alarm(function, has_fired=function.alarm in fired)}"


def firing(before: Progress | None, after: Progress) -> frozenset[str]:
    """The alarms that fire and did not before; of the first look none, which may be of what was before."""
    if before is None:
        return frozenset()
    quiet = {function.key for function in before.functions if function.alarm_state != "ALARM"}
    return frozenset(f.alarm for f in after.functions if f.alarm_state == "ALARM" and f.key in quiet)


def _alarm_lines(before: Progress | None, after: Progress, fired: Collection[str]) -> Iterator[str]:
    for alarm in sorted(firing(before, after) - set(fired)):
        yield f"{icon('ALARM').markup} {'alarm':<8} [red]{shown(alarm)} fires[/]"


def _traffic(function: FunctionView) -> tuple[str, str, float]:
    return function.version, function.new_version, function.new_percent


def _is_rollback(release: ReleaseView | None) -> bool:
    return release is not None and release.mode == "rollback"


def _traffic_line(function: FunctionView, target: str, width: int, *, is_way_back: bool) -> str:
    """The share of the version that is named first, as a bar and in words, whether it comes or goes.

    ``width`` is that of most names; a longer one moves what comes after it.
    """
    if function.new_version:
        percent, mark = function.new_percent, BACK if is_way_back else RUNNING
        new, old = shown(function.new_version), shown(function.version)
        text = f"{percent:g} % on version {new}, {100 - percent:g} % on {old}"
    else:
        is_new = (function.version == target) is not is_way_back
        percent, mark = 100.0, OK if is_new else BACK
        text = f"100 % on version {shown(function.version)}" + ("" if is_new else ", as before")
    drawn = bar(percent, cells_beside(width), "yellow" if mark is BACK else "green")
    return f"{mark.markup} {shown(f'{function.key:<{max(width, _NAME)}}')} {drawn} {text}"


def bar(percent: float, cells: int = _BAR, colour: str = "green") -> str:
    """A share of traffic, drawn."""
    filled = round(percent * cells / 100)
    return f"[{colour}]{'█' * filled}[/][dim]{'░' * (cells - filled)}[/]"


def cells_beside(name: int) -> int:
    """How many cells a bar has beside a name of so many columns: its line fits on 80 as long as it can."""
    return max(_LEAST_BAR, _BAR - max(0, name - _NAME))


def _alarm(function: FunctionView, *, has_fired: bool) -> str:
    """Its state; one that fired in this release is OK *again*, which does not deny that it fired."""
    state = function.alarm_state
    again = " again" if has_fired and state == "OK" else ""
    return f"[dim]alarm[/] {icon(state).markup} [dim]{shown(alarm_word(state))}{again}[/]" if state else ""


def alarm_word(state: str) -> str:
    """CloudWatch's own, but for the one that is no single word."""
    return word(state) if state == "INSUFFICIENT_DATA" else state


def _release_lines(before: Progress | None, after: Progress) -> Iterator[str]:
    status = after.release.status if after.release else ""
    known = before.release.status if before and before.release else ""
    if status == "ROLLING_BACK" and known != status:
        is_one = after.release is not None and len(after.release.changed) == 1
        who = "the function of this release goes" if is_one else "all functions of this release go"
        yield f"{BACK.markup} {'rollback':<8} [yellow]{who} back[/]"


def first_line(text: str, hours: Hours = AWS) -> str:
    """The first line of somebody's text; what CloudWatch says of an alarm is said in words."""
    return in_words(text, hours.said).strip().split("\n", 1)[0]


def shown(text: str) -> str:
    """Somebody else's text as markup that shows it and does no more: no tags, no terminal sequences."""
    words = CONTROL.sub("", text)
    bare = words.rstrip("\\")
    # rich reads two backslashes before a tag as one, and those before anything else as they are.
    slashes = "\\" * 2 * (len(words) - len(bare))
    return f"[none]{escape(bare)}{slashes}[/]" if slashes else escape(bare)
