"""The project's git repository, asked through git itself."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from greenshift.contract.commits import Commit
from greenshift.errors import GreenshiftError, UsageError

_COMMITS_AT_ONCE = 500
_COMMIT = re.compile("[0-9a-f]{7,40}")


@dataclass(frozen=True)
class Change:
    """A file, with '/' and relative to the top, that differs from the last commit; git has no new one yet."""

    path: str
    is_new: bool


@dataclass(frozen=True)
class Repository:
    """A git repository whose top is the project's directory."""

    path: Path

    @classmethod
    def open(cls, directory: Path) -> Repository:
        top = _git(directory, "rev-parse", "--show-toplevel")
        if top is None:
            raise UsageError(
                f"{directory} is not a git repository",
                hint='a pipeline releases commits: git init -b main && git add -A && git commit -m "first"',
            )
        if Path(top).resolve() != directory.resolve():
            raise UsageError(
                f"{directory} is inside the git repository {top}, not at its top",
                hint="the pipeline's source is the whole repository: move Pulumi.yaml to its top",
            )
        return cls(directory)

    def head(self, branch: str) -> Commit:
        """The latest commit of a branch, which is what a release takes."""
        line = _git(self.path, "log", "-1", "--format=%H%x00%s%x00%an <%ae>", f"refs/heads/{branch}", "--")
        if not line:
            branches = (_git(self.path, "branch", "--format=%(refname:short)") or "").split()
            known = f"; it has {', '.join(branches)}" if branches else "; it has no commits yet"
            raise GreenshiftError(
                f"the repository has no commit on branch {branch!r}{known}",
                hint="commit something, or set greenshift:source.branch in Pulumi.yaml",
            )
        return Commit(*line.split("\0"))

    def commit_times(self, commits: Iterable[str]) -> dict[str, str]:
        """When each commit was made, ISO-8601 UTC; those git does not know here are left out."""
        wanted = [commit for commit in commits if re.fullmatch("[0-9a-f]{40}", commit)]
        found: dict[str, str] = {}
        for start in range(0, len(wanted), _COMMITS_AT_ONCE):
            some = wanted[start : start + _COMMITS_AT_ONCE]
            told = _git(self.path, "log", "--no-walk", "--ignore-missing", "--format=%H %ct", *some) or ""
            for line in told.splitlines():
                commit, seconds = line.split()
                found[commit] = f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%S}.000Z"
        return {commit: at for commit, at in found.items() if commit in wanted}

    def commits_between(self, older: str, newer: str) -> list[Commit] | None:
        """What ``newer`` has that ``older`` has not, newest first; None when git does not know both here."""
        if not all(_COMMIT.fullmatch(each) for each in (older, newer)):
            return None
        told = _git(self.path, "log", "--format=%H%x00%s%x00%an <%ae>", f"{older}..{newer}", "--")
        return None if told is None else [Commit(*line.split("\0")) for line in told.splitlines()]

    def files_between(self, older: str, newer: str) -> list[str]:
        """Files that differ, with '/', relative to the top."""
        told = _git(self.path, "diff", "--name-only", "-z", older, newer, "--")
        return [name for name in (told or "").split("\0") if name]

    def remote(self) -> str:
        """The address ``origin`` is fetched from; "" without one."""
        return _git(self.path, "remote", "get-url", "origin") or ""

    def uncommitted(self) -> list[Change]:
        """The files that differ from the last commit, by name; a release does not take them."""
        asked = ("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
        # Two letters, a space and the name.
        lines = (line for line in (_told(self.path, *asked) or "").split("\0") if line)
        return sorted((Change(line[3:], line[:2] == "??") for line in lines), key=lambda each: each.path)


def identity(directory: Path) -> str:
    """Who commits here according to git's configuration; "" when it says nothing."""
    name, address = (_git(directory, "config", f"user.{each}") for each in ("name", "email"))
    return f"{name} <{address}>" if name and address else name or ""


def _git(directory: Path, *arguments: str) -> str | None:
    """Git's answer; None when it refused."""
    told = _told(directory, *arguments)
    return None if told is None else told.strip()


def _told(directory: Path, *arguments: str) -> str | None:
    """The same, to the letter."""
    try:
        done = subprocess.run(
            ["git", "-C", str(directory), *arguments], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise GreenshiftError(
            "git is not installed", hint="install git and run the same command again"
        ) from None
    return done.stdout if done.returncode == 0 else None
