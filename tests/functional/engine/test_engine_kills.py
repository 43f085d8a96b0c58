"""A run is killed at a line of its journal; the next one brings everything to what the program says.

``make test`` takes a line of each kind of run, ``make sweep`` (GREENSHIFT_SWEEP=full) every line.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support.faults.killed import Ended, Runner
from support.stacks.forty import PROGRAM, inventory

from greenshift.testing import RunningTwin

RESOURCES = 40
FEW = 1


@dataclass
class Swept:
    """A stack that is killed again and again, and how often."""

    twin: RunningTwin
    runner: Runner
    wanted: dict[str, dict[str, Any]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)

    def lines(self, total: int) -> range | list[int]:
        if os.environ.get("GREENSHIFT_SWEEP") == "full":
            return range(1, total + 1)
        return sorted({1 + (total - 1) * number // (FEW + 1) + number for number in range(1, FEW + 1)})

    def kill(self, what: str, line: int, title: str, **more: str) -> Ended:
        ended = self.runner.run(what, kill=line, **more)
        assert not ended.error, (title, line, ended)
        # How far the calls in flight had come differs from run to run, and so does what is left to do.
        assert ended.killed or ended.lines < line, (title, line, ended)
        self.killed[title if ended.killed else f"{title} that had ended before"] += 1
        return ended

    def converge(self, title: str, line: int, step: str = "1") -> None:
        """One `up` makes it whole, nothing is there beside it, and another one finds nothing to do."""
        ended = self.runner.run("up", step=step)
        assert not ended.error, (title, line, ended.error)
        assert inventory(self.twin) == self.wanted[step], (title, line)

    def empty(self, title: str, line: int) -> None:
        ended = self.runner.run("destroy")
        assert not ended.error, (title, line, ended.error)
        assert inventory(self.twin) == {}, (title, line)


@pytest.fixture(scope="module")
def swept(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Swept]:
    directory: Path = tmp_path_factory.mktemp("forty")
    (directory / "__main__.py").write_text(PROGRAM)
    runner = Runner(directory, twin.endpoint)
    swept = Swept(twin, runner)
    try:
        for step in ("2", "1"):
            made = runner.run("up", step=step)
            assert not made.error, made.error
            swept.wanted[step] = inventory(twin)
        yield swept
    finally:
        runner.close()
    print("\nkilled: " + ", ".join(f"{count} {title}" for title, count in swept.killed.items()))


def test_the_program_has_forty_resources(swept: Swept) -> None:
    again = swept.runner.run("up")

    assert again.changes == {"same": RESOURCES + 1}
    assert len(swept.wanted["1"]) == RESOURCES / 2  # the others are settings of these
    assert swept.wanted["1"] != swept.wanted["2"]


def test_a_killed_destroy_is_made_whole_by_an_up(swept: Swept) -> None:
    swept.converge("before", 0)
    whole = swept.runner.run("destroy")
    swept.converge("before", 0)

    for line in swept.lines(whole.lines):
        swept.kill("destroy", line, "destroy")
        swept.converge("destroy", line)
    assert swept.runner.run("up").changes == {"same": RESOURCES + 1}


def test_a_killed_up_is_continued_and_leaves_nothing_when_destroyed(swept: Swept) -> None:
    swept.empty("before", 0)
    whole = swept.runner.run("up")

    for number, line in enumerate(swept.lines(whole.lines)):
        swept.empty("up", line)
        swept.kill("up", line, "up")
        if number % 2:
            swept.empty("up", line)
        swept.converge("up", line)
    assert swept.runner.run("up").changes == {"same": RESOURCES + 1}


def test_an_up_killed_after_a_killed_destroy_is_continued(swept: Swept) -> None:
    swept.converge("before", 0)
    whole = swept.runner.run("destroy")
    swept.converge("before", 0)
    half = whole.lines // 2
    swept.runner.run("destroy", kill=half)
    rest = swept.runner.run("up")

    for line in swept.lines(rest.lines):
        swept.kill("destroy", half, "destroy before an up")
        swept.kill("up", line, "up after a killed destroy")
        swept.converge("up after a killed destroy", line)
    assert swept.runner.run("up").changes == {"same": RESOURCES + 1}


def test_an_up_killed_in_the_middle_of_changes_goes_on_or_back(swept: Swept) -> None:
    swept.converge("before", 0)
    changed = swept.runner.run("up", step="2")

    for number, line in enumerate(swept.lines(changed.lines)):
        swept.converge("change", line)
        swept.kill("up", line, "changing up", step="2")
        swept.converge("change", line, step="12"[number % 2])
    swept.converge("after", 0)
    swept.empty("after", 0)
