"""The real engine judges ours: random programs, changed over the same steps, under both.

What each wants to do, how it ends, the state it leaves, what is then on the twin and what hooks were told are
compared; ids, times and regions (each engine has its own on one twin) are not. Most of a run is the start of
the CLI and of Python, so programs stand side by side in one stack: ``make test`` has forty over two steps;
GREENSHIFT_SWEEP=full runs a thousand over five, a hundred at a time (GREENSHIFT_SEEDS=1-1000 says which).
In between a program is broken, in each of the known ways, and goes on from there.
What differs on purpose stands in docs/engine.md.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.pulumi import breaking
from support.pulumi.both import Both, compare, two_engines
from support.pulumi.random_programs import RandomProgram

from greenshift.testing import RunningTwin

FULL = os.environ.get("GREENSHIFT_SWEEP") == "full"
FIRST, _, LAST = (os.environ.get("GREENSHIFT_SEEDS") or ("1-1000" if FULL else "1-40")).partition("-")
SIDE_BY_SIDE = 100 if FULL else 40
STEPS, SIZE = (5 if FULL else 2), 4
CHUNKS = [range(first, first + SIDE_BY_SIDE) for first in range(int(FIRST), int(LAST) + 1, SIDE_BY_SIDE)]
_KINDS = len(breaking.FAILURES)


@pytest.fixture
def both(twin: RunningTwin, tmp_path: Path) -> Iterator[Both]:
    with two_engines(twin, tmp_path) as found:
        yield found
    found.sweep_out()


class Walk:
    """Programs of some seeds side by side, from their first `up` to their `destroy`."""

    def __init__(self, both: Both, seeds: range) -> None:
        self._both = both
        self._programs = [RandomProgram(seed, SIZE, f"p{seed}_") for seed in seeds]
        self._where: list[str] = []
        self._existing = 0

    def step(self, number: int, failure: str = "") -> None:
        changes = [program.change() for program in self._programs] if number else []
        self._where.append(f"step {number}: {changes}")
        self._make_existing()
        if failure:
            self._try(failure, breaking.program(self._bodies(), failure))
        self._try("", breaking.program(self._bodies()))

    def end(self) -> None:
        for program in self._programs:
            program.let_go()
        self._try("", breaking.unprotected(self._bodies()))
        self._both.ours().destroy()
        self._both.theirs.destroy()

    def _bodies(self) -> list[str]:
        return [program.body() for program in self._programs]

    def _make_existing(self) -> None:
        names = list(itertools.chain.from_iterable(program.existing for program in self._programs))
        self._both.make_groups(name for name in names if not self._is_made(name))
        self._made = set(names)

    def _is_made(self, name: str) -> bool:
        return name in getattr(self, "_made", ())

    def _try(self, failure: str, text: str) -> None:
        self._both.program(text)
        previews, ups = self._both.previews(), self._both.ups()
        found = [f"preview: {each}" for each in compare(previews)] + [f"up: {each}" for each in compare(ups)]
        assert not found, "\n".join([*self._where, failure, *found])
        assert ups[0].ended == ("failed" if failure else "well"), "\n".join([*self._where, ups[0].said])


@pytest.mark.parametrize("seeds", CHUNKS, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_both_engines_plan_and_do_the_same(both: Both, seeds: range) -> None:
    walk = Walk(both, seeds)
    turn = (seeds[0] // SIDE_BY_SIDE) * (STEPS // 2)
    for step in range(STEPS):
        is_broken = step % 2 == 1
        walk.step(step, breaking.FAILURES[(turn + step // 2) % _KINDS] if is_broken else "")
    walk.end()
