"""Which files of a function's directory do not travel to Lambda.

A pattern without a slash matches a name at any depth (``*.pyc``, ``.git``); a pattern with one is anchored at
the function's directory (``/tests``, ``docs/*.md``, ``**/fixtures``). A directory that matches takes
everything below it along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: Left out everywhere.
NEVER = (
    ".git",
    "__pycache__",
    "*.pyc",
    ".pytest_cache",
    ".venv",
    "venv",
    ".env",
    ".DS_Store",
    "/.greenshift-build",
    "node_modules/.cache",
    "node_modules/.package-lock.json",
)

#: Left out of the user's own code only: a dependency may well need its ``test_support.py``.
TESTS = (
    "/tests",
    "/test",
    "/__tests__",
    "*.test.js",
    "*.test.mjs",
    "*.test.cjs",
    "*.test.ts",
    "test_*.py",
    "/requirements-dev.txt",
    "/requirements-test.txt",
)

#: Of what pip installs: files that name this machine's folders, so they differ from build to build.
INSTALLED = ("__pycache__", "*.pyc", "/bin", "*.dist-info/RECORD", "*.dist-info/direct_url.json")


@dataclass(frozen=True)
class Excludes:
    """A compiled set of patterns; ``match`` answers for one path relative to the function's directory."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, *groups: Iterable[str]) -> Excludes:
        return cls(tuple((pattern, _compile(pattern)) for group in groups for pattern in group))

    def match(self, path: str) -> str | None:
        """The first pattern that leaves ``path`` (with ``/`` between its parts) out, or None."""
        for text, pattern in self.patterns:
            if pattern.fullmatch(path):
                return text
        return None


def _compile(pattern: str) -> re.Pattern[str]:
    text = pattern.strip("/")
    anchored = "/" in pattern.rstrip("/")
    body = "".join(_translate(text))
    return re.compile(body if anchored else f"(?:.*/)?{body}", re.DOTALL)


def _translate(pattern: str) -> Iterable[str]:
    """``**/`` any folders, ``**`` anything, ``*`` and ``?`` within one name, ``[...]`` a set."""
    for token in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern, re.DOTALL):
        if token == "**/":
            yield "(?:.*/)?"
        elif token == "**":
            yield ".*"
        elif token == "*":
            yield "[^/]*"
        elif token == "?":
            yield "[^/]"
        elif token.startswith("[") and len(token) > 1:
            yield "[" + token[1:-1].replace("\\", "\\\\").replace("!", "^", 1) + "]"
        else:
            yield re.escape(token)
