"""Releases as rows below a header: what, when, how it ended; and below each what it did, and why. Pure.

A row fits on a terminal of 80 columns. What is cut to fit are names of functions and the commit's message,
which `greenshift show` tells in full; a reason never is, and goes on below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from greenshift.cli.following.narrate import NOTHING, first_line, shown
from greenshift.cli.words.folding import COLUMNS
from greenshift.cli.words.icons import icon
from greenshift.contract.status_words import word
from greenshift.contract.text import listed
from greenshift.view import AWS, Hours, ReleaseView
from greenshift.view.model.releases import short_id
from greenshift.view.started import by_whom

_UNDER = "    "
_ROOM = COLUMNS - 2 * len(_UNDER)
"""What a terminal leaves a line that is indented, and would go on as far below."""
_GAP = "  "


def under(line: str) -> int:
    """Where a line of the table goes on below: a row may take the whole width."""
    return len(_UNDER) if line.startswith(_UNDER) else 0


LIVE = "live"
_USUAL = ("", "normal")


def table(releases: Sequence[ReleaseView], hours: Hours = AWS, live: str = "") -> list[str]:
    """A header, and of each release its row and what belongs to it; nothing of no release.

    ``live`` is the id of the release whose commit is live: its status says so.
    """
    if not releases:
        return []
    began, twin = ("began", "twin") if hours.are_twins else ("began (UTC)", "")
    head = ("release", began, twin, "status", "commit")
    rows = [head, *(_cells(release, hours, is_live=release.id == live) for release in releases)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    drawn = [_row(row, widths) for row in rows]
    found = [f"[dim]  {drawn[0]}[/]"]
    for release, row in zip(releases, drawn[1:], strict=True):
        found.append(f"{icon(release.status).markup} {row}")
        found += [_UNDER + line for line in _below(release, hours)]
    return found


def _cells(release: ReleaseView, hours: Hours, *, is_live: bool) -> tuple[str, ...]:
    at, status = release.started_at, f"{word(release.status)}, {LIVE}" if is_live else word(release.status)
    return release.short_id, hours.day(at), hours.twin_clock(at), status, release.commit[:8]


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    told = (shown(f"{cell:<{width}}") for cell, width in zip(cells, widths, strict=True) if width)
    return _GAP.join(told).rstrip()


def _below(release: ReleaseView, hours: Hours) -> Iterator[str]:
    moves, asked = _moves(release), _asked(release, hours)
    # A rollback is of no commit; its message is its reason, or that it is one.
    message = "" if release.mode == "rollback" else _cut(first_line(release.message))
    # Why somebody was in a hurry has a line of its own, however short.
    is_apart = bool(message) and release.mode not in _USUAL
    first, *more = _packed([part for part in (moves, message, "" if is_apart else asked) if part])
    more += [asked] if is_apart else []
    yield shown(moves) + (f"[dim]{shown(rest)}[/]" if (rest := first.removeprefix(moves)) else "")
    yield from (f"[dim]{shown(line)}[/]" for line in more)
    if release.reason and release.reason != moves:
        yield shown(first_line(release.reason, hours))
    if release.undone_by:
        yield f"undone by {shown(short_id(release.undone_by))}"


def _packed(parts: Sequence[str]) -> list[str]:
    """As few lines as these fit on, in their order, and none of them broken."""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) + len(_GAP) + len(part) <= _ROOM:
            found[-1] += _GAP + part
        else:
            found.append(part)
    return found


def _asked(release: ReleaseView, hours: Hours) -> str:
    """By whom, where that is known; how and why, when it was not an ordinary one."""
    whom = by_whom(release)
    if release.mode in _USUAL:
        return whom
    why = f": {first_line(release.why, hours)}" if release.why else ""
    return f"{release.mode} {whom}".rstrip() + why


def _moves(release: ReleaseView) -> str:
    """Which versions it went from and to; of many functions as many as fit."""
    moves = [f"{each.key} {each.from_version} → {each.to_version}" for each in release.changed]
    if not moves:
        return NOTHING if release.has_ended else "its versions are not published yet"
    for named in range(len(moves), 1, -1):
        told = listed(moves, named)
        if len(told) <= _ROOM:
            return told
    return listed(moves, 1)


def _cut(text: str) -> str:
    return text if len(text) <= _ROOM else f"{text[: _ROOM - 1].rstrip()}…"
