"""The page: one stack's pipeline, release, functions and history, in a browser, live.

Comes in: a stack's outputs and boto3 clients. Goes out: HTML that ``greenshift.view``'s snapshots are
rendered to, on 127.0.0.1. It assembles nothing itself, and what it starts it starts through
``greenshift.actions``; it knows neither of projects nor of the twin.

    a request     guard -> app -> screens -> render (templates/)
    an update     watcher -> live -> the parts of a screen that have changed -> static/live.js
    a deed        guard -> app -> requests -> greenshift.actions
"""

from greenshift.dashboard.server import DashboardServer
from greenshift.dashboard.watched import WatchedStack

__all__ = ["DashboardServer", "WatchedStack"]
