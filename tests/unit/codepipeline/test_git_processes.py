"""Reading a repository leaves no git behind, whenever what reads it is cancelled."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from greenshift.twin.codepipeline.actions.git import Repository, RepositoryError

# Tells of itself through a fifo, and then never ends by itself.
SLOW = '#!/bin/sh\necho $$ > "FIFO"\nexec sleep 600\n'


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a git that hangs writes its process id."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").write_text(SLOW.replace("FIFO", str(tmp_path / "told")))
    (tmp_path / "bin" / "git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    os.mkfifo(tmp_path / "told")
    return tmp_path / "told"


def is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_git_that_runs_is_ended_and_waited_for(told: Path, tmp_path: Path) -> None:
    async def cancelled() -> int:
        looking = asyncio.create_task(Repository(tmp_path).head_of("main"))
        pid = int(await asyncio.to_thread(told.read_text))
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        return pid

    assert not is_there(asyncio.run(cancelled()))


def test_a_git_that_a_thread_only_begins_after_all_is_cancelled_is_ended_too(
    told: Path, tmp_path: Path
) -> None:
    async def cancelled() -> None:
        looking = asyncio.create_task(Repository(tmp_path).head_of("main"))
        await asyncio.sleep(0)  # the thread has its work, and may not have begun it
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking

    asyncio.run(asyncio.wait_for(cancelled(), 60))


def test_without_git_the_words_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RepositoryError, match="git is not installed"):
        asyncio.run(Repository(tmp_path).head_of("main"))
