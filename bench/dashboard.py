"""The page of a stack with 200 functions and 10,000 releases: to first paint, and what an update costs.

Answers come from test doubles (tests/support/stacks/big_stack.py), so that what is measured is the page:
reading AWS costs what AWS and the network take. With Chromium at hand (GREENSHIFT_BROWSER, or `chromium`) the
first paint is the browser's own figure; without it only the server is measured.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support.people.page import Visitor, serving
from support.stacks.big_stack import BigStack
from support.stacks.watched import big_stack

PATHS = ("/", "/functions", "/history")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
ROUNDS = 7


def main() -> None:
    stack = BigStack(functions=200, releases=10_000)
    with serving(big_stack(stack)) as visitor:
        visitor.get("/")
        for path in PATHS:
            print(f"  {path:<16} {served(visitor, path)}")
        with contextlib.suppress(ImportError):
            painted(visitor)
        print(f"  update, one of 200 functions moves   {update(visitor, stack, '/functions', move_one)}")
        print(f"  update, all 200 functions move on    {update(visitor, stack, '/', move_all)}")
        print(f"  update, nothing changed              {update(visitor, stack, '/', nothing)}")


def served(visitor: Visitor, path: str) -> str:
    times, size = [], 0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        size = len(visitor.get(path).text)
        times.append(time.perf_counter() - began)
    return f"{1000 * statistics.median(times):6.0f} ms  {size / 1000:6.1f} kB"


def painted(visitor: Visitor) -> None:
    """First contentful paint in Chromium, with nothing in its cache."""
    from playwright.sync_api import sync_playwright

    executable = os.environ.get("GREENSHIFT_BROWSER") or shutil.which("chromium")
    if not executable:
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        for path in PATHS:
            times = [paint(browser, visitor, path) for _ in range(ROUNDS)]
            print(f"  {path:<16} {statistics.median(times):6.0f} ms  to the first paint")
        browser.close()


def paint(browser: Any, visitor: Visitor, path: str) -> float:
    context = browser.new_context()
    key = visitor.server.key
    context.add_cookies([{"name": key.cookie, "value": key.token, "url": visitor.server.address}])
    page = context.new_page()
    page.goto(visitor.server.address.rstrip("/") + path)
    page.wait_for_selector("#pulse[data-state=live]")
    first: float = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    context.close()
    return first


def move_one(stack: BigStack, number: int) -> None:
    stack.alarms = {} if number % 2 else {"big-f007-errors": "ALARM"}


def move_all(stack: BigStack, number: int) -> None:
    stack.weight = 0.15 + number / 20


def nothing(stack: BigStack, number: int) -> None:
    """The next look finds what the one before found."""


def update(visitor: Visitor, stack: BigStack, path: str, change: Callable[[BigStack, int], None]) -> str:
    """From a change of the stack to its parts in the stream, and their size; processor time of all of it."""
    times, sizes, costs = [], [], []
    with visitor.stream(f"/live{path}") as events:
        next(events)
        for number in range(ROUNDS):
            change(stack, number)
            began, used = time.perf_counter(), time.process_time()
            parts: dict[str, str] = {}
            while not parts:
                _, data = next(events)
                parts = data["parts"]
                if change is nothing:
                    break
            times.append(time.perf_counter() - began)
            costs.append(time.process_time() - used)
            sizes.append(sum(len(html) for html in parts.values()))
    return (
        f"{1000 * statistics.median(times):6.0f} ms  {statistics.median(sizes) / 1000:6.1f} kB  "
        f"{1000 * statistics.median(costs):5.0f} ms of processor"
    )


if __name__ == "__main__":
    main()
