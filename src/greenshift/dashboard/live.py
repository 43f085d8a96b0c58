"""Streams of server-sent events: the changed parts of a screen, and log lines as they are printed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from greenshift.dashboard.changes import Sent, event
from greenshift.dashboard.problems import Problem, problem_of
from greenshift.dashboard.reader import hours
from greenshift.dashboard.screens import Screen
from greenshift.dashboard.watched import Desk
from greenshift.dashboard.watcher import Look, Watcher
from greenshift.dashboard.words import clock, plain, pulse
from greenshift.view.log_moments import by_reader
from greenshift.view.logs import BuildTail, GroupTail, LogLine

Tail = GroupTail | BuildTail

_AGAIN = 1000
"""Milliseconds after which a visitor whose stream broke off asks again."""
_BACK = timedelta(hours=1)
_AT_ONCE = 500
"""Lines in a message; of what was printed before, the last so many are sent."""
_LONGEST = 4000
"""Characters of a line."""


async def parts_of(screen: Screen, watcher: Watcher) -> AsyncIterator[str]:
    """A message for every look: the time, and the parts that are different now."""
    sent = Sent()
    yield f"retry: {_AGAIN}\n\n"
    async with contextlib.aclosing(watcher.looks()) as looks:
        async for look in looks:
            yield await asyncio.to_thread(_message, screen, look, sent)


def _message(screen: Screen, look: Look, sent: Sent) -> str:
    problem = look.problem
    if problem is None and look.snapshot is not None:
        try:
            parts = screen.parts(look.snapshot)
            return event("parts", {"word": pulse(look.snapshot.at), "parts": sent.changes(parts)})
        except Exception as error:
            problem = problem_of(error)
    return event("problem", (problem or Problem(502, "the stack was not read yet")).to_json())


def tail_of(desk: Desk, source: str) -> Tail:
    """The log with this name, as the screen of logs lists them; Problem 404 when there is none."""
    kind, _, name = source.partition(":")
    with desk.view() as view:
        match kind:
            case "function" if name in {each.key for each in desk.stack.outputs.functions}:
                return view.function_tail(name, hours().ago(view.now(), _BACK))
            case "controller":
                return view.controller_tail(hours().ago(view.now(), _BACK))
            case "build" if name:
                return view.build_tail(name)
    raise Problem(404, f"there is no log {source!r}", hint="choose one of those at: /logs")


async def lines_of(tail: Tail, watcher: Watcher, every: float) -> AsyncIterator[str]:
    """A message for all lines that came since the last one; ``end`` when a build has printed its last."""
    while not watcher.is_closed:
        try:
            lines = await asyncio.to_thread(tail.read)
        except Exception as error:
            yield event("problem", problem_of(error).to_json())
            return
        for message in _messages(lines[-_AT_ONCE * 4 :]):
            yield message
        if tail.is_over:
            yield event("end", {})
            return
        if not lines:
            yield ": nothing new\n\n"  # a visitor who has gone is noticed by writing to him
        await _pause(watcher, every)


async def _pause(watcher: Watcher, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(watcher.ended(), seconds)


def _messages(lines: Sequence[LogLine]) -> list[str]:
    told = [{"at": clock(line.at), "text": _text(line)} for line in lines]
    return [event("lines", told[first : first + _AT_ONCE]) for first in range(0, len(told), _AT_ONCE)]


def _text(line: LogLine) -> str:
    return plain(by_reader(line.text, hours()).replace("\r", "\n"))[:_LONGEST]
