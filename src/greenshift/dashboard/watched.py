"""What the page is about: one stack, how to reach it, and what may be done to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from greenshift.dashboard.comparison import Between
from greenshift.dashboard.reader import CommitUrl, nowhere
from greenshift.view import AWS, Hours, Pace, StackOutputs, StackView

Clients = Callable[[str], Any]
"""Makes a boto3 client by service name."""


def _nobody() -> str:
    return ""


@dataclass(frozen=True)
class Head:
    """A branch's latest commit: its id, the first line of its message, and who wrote it."""

    id: str = ""
    summary: str = ""
    author: str = ""


def _unknown() -> Head:
    return Head()


def _nothing_between(older: str, newer: str) -> Between:
    return Between()


@dataclass(frozen=True)
class WatchedStack:
    """One deployed stack. ``by`` and ``head`` are asked for whenever something is started."""

    name: str
    outputs: StackOutputs
    clients: Clients
    pace: Pace
    read_only: bool
    is_near: bool = False
    """Whether reading it is quick and free, as on a twin."""
    hours: Hours = AWS
    """The clock that times are shown on."""
    commit_url: CommitUrl = nowhere
    """Where the host of the repository shows a commit."""
    by: Callable[[], str] = _nobody
    """Who sits here."""
    head: Callable[[], Head] = _unknown
    """The commit that a release would release; empty where only the repository's host knows."""
    between: Callable[[str, str], Between] = _nothing_between
    """What lies between two commits, by their ids."""

    def view(self) -> StackView:
        """A reader of its own; each serves one caller at a time."""
        return StackView(self.outputs, self.clients, self.pace, self.name)

    @property
    def every_seconds(self) -> float:
        """Between two looks at the whole stack."""
        return 0.4 if self.is_near else 1.0

    @property
    def details_seconds(self) -> float:
        """Between two readings of what only one screen shows."""
        return 0.8 if self.is_near else 4.0


class Desk:
    """Answers the questions of single screens, one at a time; the watcher has a reader of its own."""

    def __init__(self, stack: WatchedStack) -> None:
        self.stack = stack
        self._view = stack.view()
        self._lock = threading.Lock()

    @contextmanager
    def view(self) -> Iterator[StackView]:
        with self._lock:
            yield self._view
