"""A build that takes without end takes itself down and nothing else: processes, disk, lines."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from greenshift.twin.codebuild.shell import PROCESSES, Shell

# Bombs with a fuse: each forks a few hundred times, whatever becomes of the limit under test.
BOMBS = {
    "in its own group": "for i in $(seq 300); do sleep 60 & done; wait",
    "in sessions of their own": "for i in $(seq 300); do setsid sleep 60 & done; sleep 60",
    "each by its child": (
        'f() { [ "$1" -gt 0 ] && { f $(($1 - 1)) & f $(($1 - 1)) & sleep 60; }; }; f 8; sleep 60'
    ),
}


def count(marker: str) -> int:
    """Processes whose environment holds the marker."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            found += marker.encode() in path.read_bytes()
        except OSError:
            continue
    return found


@pytest.mark.parametrize("bomb", sorted(BOMBS))
async def test_a_build_of_too_many_processes_is_ended_whole_and_says_so(tmp_path: Path, bomb: str) -> None:
    marker = f"MARK={tmp_path.name}"
    environment = {"PATH": "/usr/bin:/bin", "MARK": tmp_path.name}
    said: list[str] = []
    shell = Shell("bash", environment, tmp_path, tmp_path, said.extend, processes=40)
    began = time.monotonic()

    status = await shell.run(BOMBS[bomb])

    assert status != 0
    assert time.monotonic() - began < 45
    assert count(marker) == 0
    told = "\n".join(said)
    # As root there is no limit of the kernel's; everybody else's forks fail at it before we look.
    assert "[greenshift] more than 40 processes at once" in told or "Resource temporarily unavailable" in told


async def test_a_build_of_many_processes_is_not(tmp_path: Path) -> None:
    said: list[str] = []
    shell = Shell("bash", {"PATH": "/usr/bin:/bin"}, tmp_path, tmp_path, said.extend)

    assert await shell.run("for i in $(seq 60); do sleep 0.2 & done; wait; echo all") == 0
    assert said == ["all"]
    await shell.kill()
    page = Path(__file__).parents[3] / "docs" / "security-model.md"
    assert f"ended at {PROCESSES:,} processes" in page.read_text()


async def test_everybody_but_root_has_the_kernels_own_limit(tmp_path: Path) -> None:
    said: list[str] = []
    shell = Shell("bash", {"PATH": "/usr/bin:/bin"}, tmp_path, tmp_path, said.extend, processes=40)

    await shell.run("ulimit -u")

    assert int(said[0]) < 40_000
    await shell.kill()


async def test_a_build_that_fills_the_disk_is_ended_and_says_so(tmp_path: Path) -> None:
    """As a bomb of an archive does, whatever unpacks it."""
    said: list[str] = []
    shell = Shell("bash", {"PATH": "/usr/bin:/bin"}, tmp_path, tmp_path, said.extend, disk=50 << 20)

    status = await shell.run("for i in $(seq 20); do head -c 20000000 /dev/zero > $i; done; sleep 60")

    assert status != 0
    assert "[greenshift] more than 50 MiB of the disk" in "\n".join(said)


async def test_no_file_of_a_build_is_larger_than_the_kernel_lets_it(tmp_path: Path) -> None:
    said: list[str] = []
    shell = Shell("bash", {"PATH": "/usr/bin:/bin"}, tmp_path, tmp_path, said.extend)

    status = await shell.run("truncate -s 9G big")

    assert status != 0
    assert (tmp_path / "big").stat().st_size == 0
    await shell.kill()


@pytest.mark.parametrize("byte", ["x", "\\036"])
async def test_a_line_without_end_is_passed_on_in_pieces(tmp_path: Path, byte: str) -> None:
    sizes: list[int] = []
    shell = Shell(
        "bash", {"PATH": "/usr/bin:/bin"}, tmp_path, tmp_path, lambda lines: sizes.extend(map(len, lines))
    )

    status = await shell.run(f"head -c 3000000 /dev/zero | tr '\\0' '{byte}'; echo; exit 7")

    assert status == 7
    assert sum(sizes) == 3_000_000
    assert max(sizes) < 200_000
    await shell.kill()
