"""Reading a local git repository: the head of a branch, its description, and its tree as a zip.

The repository belongs to the person at the laptop, so nothing here writes to it. Each failure says what is
wrong with the repository in words its owner can act on.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


class RepositoryError(Exception):
    """The repository does not have what was asked of it."""


@dataclass(frozen=True)
class Commit:
    id: str
    author_date: str
    committer_date: str
    message: str


class _Command:
    """One git, which a thread starts and waits for, so none is left whatever is cancelled meanwhile."""

    def __init__(self, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        # Whoever registered the repository trusts it, whoever owns the files.
        self._line = ["git", "-c", "safe.directory=*", *arguments]
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._is_killed = False

    def run(self) -> tuple[int, bytes, bytes]:
        """Its exit status, what it printed, and what it complained of."""
        pipe = subprocess.PIPE
        with subprocess.Popen(
            self._line, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=self._environment
        ) as self._process:
            if self._is_killed:
                self._process.kill()
            output, problem = self._process.communicate()
            return self._process.returncode, output, problem

    def kill(self) -> None:
        self._is_killed = True
        if self._process is not None:
            self._process.kill()


@dataclass(frozen=True)
class Repository:
    path: Path

    async def head_of(self, branch: str) -> str:
        """The id of the newest commit of a branch."""
        await self._check()
        found = await self._find(f"refs/heads/{branch}")
        if found is None:
            raise RepositoryError(await self._why_no_branch(branch))
        return found

    async def commit(self, revision: str) -> Commit:
        """The commit behind an id, full or short."""
        await self._check()
        found = await self._find(revision)
        if found is None:
            raise RepositoryError(f"{self.path} has no commit {revision}")
        text = await self._git("log", "-1", "--no-show-signature", "--format=%H%n%aI%n%cI%n%B", found)
        commit_id, author_date, committer_date, message = text.decode(errors="replace").split("\n", 3)
        return Commit(commit_id, author_date, committer_date, message.strip())

    async def archive(self, commit_id: str) -> bytes:
        """The tree of a commit as a zip: no ``.git``, file modes kept (as GitHub's own zip has them)."""
        return await self._git("archive", "--format=zip", commit_id)

    async def _check(self) -> None:
        if not self.path.is_dir():
            raise RepositoryError(f"{self.path} is not a directory")
        status, _, _ = await self._run("rev-parse", "--git-dir")
        if status != 0:
            raise RepositoryError(f"{self.path} is not a git repository; run: git init")

    async def _find(self, revision: str) -> str | None:
        # A revision may come from a request: "--end-of-options" keeps it from being read as an option.
        status, output, _ = await self._run(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        return output.decode().strip() if status == 0 else None

    async def _why_no_branch(self, branch: str) -> str:
        listed = await self._git("for-each-ref", "--format=%(refname:short)", "refs/heads")
        branches = listed.decode(errors="replace").split()
        if not branches:
            return f"{self.path} has no commits yet; commit something to the branch {branch}"
        return f"{self.path} has no branch {branch}; it has: {', '.join(branches)}"

    async def _git(self, *arguments: str) -> bytes:
        status, output, problem = await self._run(*arguments)
        if status != 0:
            raise RepositoryError(f"git {arguments[0]} failed in {self.path}: {problem.decode().strip()}")
        return output

    async def _run(self, *arguments: str) -> tuple[int, bytes, bytes]:
        command = _Command(("-C", str(self.path), *arguments), self._environment())
        # In a thread: an event loop starts a process by a copy of all the memory of the twin.
        ended = asyncio.get_running_loop().run_in_executor(None, command.run)
        try:
            return await asyncio.shield(ended)
        except FileNotFoundError:
            raise RepositoryError("git is not installed, or not on the PATH of the twin") from None
        except asyncio.CancelledError:
            command.kill()
            with suppress(OSError):
                await ended
            raise

    def _environment(self) -> dict[str, str]:
        """Ours, without what a git hook would set, and with no looking for ``.git`` in folders above."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        return {**kept, "GIT_CEILING_DIRECTORIES": str(self.path.absolute().parent), "LC_ALL": "C"}
