"""From an address to a screen; the live updates of a page have the same address."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.dashboard.problems import Problem
from greenshift.dashboard.screens.compare import CompareScreen
from greenshift.dashboard.screens.function import FunctionScreen
from greenshift.dashboard.screens.functions import FunctionsScreen
from greenshift.dashboard.screens.history import HistoryScreen
from greenshift.dashboard.screens.logs import LogsScreen
from greenshift.dashboard.screens.now import NowScreen
from greenshift.dashboard.screens.release import ReleaseScreen
from greenshift.dashboard.screens.screen import Screen
from greenshift.dashboard.watched import Desk


def screen(desk: Desk, path: str, query: Mapping[str, str]) -> Screen:
    """The screen at an address; Problem 404 when there is none."""
    match path.strip("/").split("/", 1):
        case [""]:
            return NowScreen(desk.stack, query)
        case ["functions"]:
            return FunctionsScreen(query)
        case ["functions", key]:
            return FunctionScreen(desk, key)
        case ["history"]:
            return HistoryScreen(desk, query)
        case ["releases", release_id]:
            return ReleaseScreen(desk, release_id, query)
        case ["compare"]:
            return CompareScreen(desk, query)
        case ["logs"]:
            return LogsScreen(desk, query)
        case _:
            raise Problem(404, f"there is no page {path}", hint="see what happens now at: /")
