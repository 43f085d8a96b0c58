"""A function that forks without end takes itself down and nothing else."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.measures.processes import tagged

from greenshift.twin.awslambda.execution.worker import Launch, StartFailed, Worker
from greenshift.twin.processes.children import PROCESSES, Children

LIMIT = 40
# Bombs with a fuse: each forks a few hundred times, whatever becomes of the limit under test.
BOMBS = {
    "in its own group": "for i in $(seq 300); do sleep 60 & done; wait",
    "in sessions of their own": "for i in $(seq 300); do setsid sleep 60 & done; sleep 60",
    "each by its child": (
        'f() { [ "$1" -gt 0 ] && { f $(($1 - 1)) & f $(($1 - 1)) & sleep 60; }; }; f 8; sleep 60'
    ),
    "printing to where nobody reads": "exec >/dev/null 2>&1; for i in $(seq 300); do sleep 60 & done; wait",
}


@pytest.fixture
async def children() -> AsyncIterator[Children]:
    children = Children(LIMIT)
    yield children
    await children.stop()


def worker(children: Children, directory: Path, program: str) -> Worker:
    """A process of a function, whose runtime never asks for an event."""
    environment = {"PATH": "/usr/bin:/bin", "MARK": directory.name}
    return Worker(Launch(("bash", "-c", program), environment, directory, "s", ""), children, time.time)


@pytest.mark.parametrize("bomb", sorted(BOMBS))
async def test_a_function_of_too_many_processes_is_ended_whole_and_its_log_says_so(
    tmp_path: Path, children: Children, bomb: str
) -> None:
    with pytest.raises(StartFailed) as ended:
        await worker(children, tmp_path, BOMBS[bomb]).start(120)

    assert ended.value.inits[0].error_type == "Runtime.ExitError"
    assert tagged(f"MARK={tmp_path.name}") == []
    said = " ".join(text for _, text in ended.value.inits[0].printed)
    # As root there is no limit of the kernel's; everybody else's forks may fail at it before anybody looks.
    bounds = (f"[greenshift] more than {LIMIT} processes at once", "Resource temporarily unavailable")
    assert any(bound in said for bound in bounds) or "nobody reads" in bomb


async def test_a_bomb_takes_no_other_function_along(tmp_path: Path, children: Children) -> None:
    quiet = tmp_path / "quiet"
    quiet.mkdir()
    other = await children.start(("sleep", "600"), {"PATH": "/usr/bin:/bin", "MARK": "quiet"}, quiet, 2)

    with pytest.raises(StartFailed):
        await worker(children, tmp_path, BOMBS["in its own group"]).start(120)

    assert not other.ended.done()


async def test_everybody_but_root_has_a_limit_of_the_kernels(tmp_path: Path, children: Children) -> None:
    with pytest.raises(StartFailed) as ended:
        await worker(children, tmp_path, "ulimit -u").start(120)

    assert int(ended.value.inits[0].printed[0][1]) < 40_000


def test_the_page_says_how_many() -> None:
    docs = Path(__file__).parents[3] / "docs"

    for page in ("reference/twin.md", "security-model.md"):
        assert f"{PROCESSES:,} processes" in (docs / page).read_text()
