"""Which files of a function's directory do not travel to Lambda.

A pattern without a slash matches a name at any depth (``*.pyc``, ``.git``); a pattern with one is anchored at
the function's directory (``/tests``, ``docs/*.md``, ``**/fixtures``). A directory that matches takes
everything below it along.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from .automaton import Automaton, Step, nothing

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
    "/.yarn",
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

#: Sources and scratch of Java's tools: what they made is packaged, classes and lib/*.jar.
JAVA = (
    "/src",
    "/target",
    "/build",
    "/.gradle",
    "/gradle",
    "/gradlew",
    "/gradlew.bat",
    "/*.gradle",
    "/*.gradle.kts",
    "/.mvn",
    "/mvnw",
    "/mvnw.cmd",
    "/pom.xml",
    "*.java",
)

#: Of what pip installs: files that name this machine's folders, so they differ from build to build.
INSTALLED = ("__pycache__", "*.pyc", "/bin", "*.dist-info/RECORD", "*.dist-info/direct_url.json")


class Excludes:
    """A set of patterns, in order; ``match`` answers for one path relative to the function's directory."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        self._patterns = patterns
        self._automaton = Automaton([list(_steps(pattern)) for pattern in patterns])

    @classmethod
    def of(cls, *groups: Iterable[str]) -> Excludes:
        return cls(tuple(pattern for group in groups for pattern in group))

    def match(self, path: str) -> str | None:
        """The first pattern that leaves ``path`` (with ``/`` between its parts) out, or None."""
        found = self._automaton.first(path)
        return None if found is None else self._patterns[found]


# In a set of Python's, but not in one of these.
_SPECIAL = re.compile(r"[\\\[&|~]")
_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", re.DOTALL)


def _steps(pattern: str) -> Iterator[Step]:
    """``**/`` any folders, ``**`` anything, ``*`` and ``?`` within one name, ``[...]`` a set, one that is
    wrong (``[z-a]``) its own text.
    """
    if "/" not in pattern.rstrip("/"):
        yield from _FOLDERS
    for token in _TOKEN.findall(pattern.strip("/")):
        if token == "**/":
            yield from _FOLDERS
        elif token == "**":
            yield Step(_anything, repeats=True)
        elif token == "*":
            yield Step(_of_a_name, repeats=True)
        elif token == "?":
            yield Step(_of_a_name)
        elif len(token) > 1 and (is_in := _set(token)):
            yield Step(is_in)
        else:
            yield from (Step(character.__eq__) for character in token)


def _anything(_: str) -> bool:
    return True


def _of_a_name(character: str) -> bool:
    return character != "/"


def _set(token: str) -> Callable[[str], bool] | None:
    text = _SPECIAL.sub(r"\\\g<0>", token[1:-1]).replace("!", "^", 1)
    try:
        pattern = re.compile(f"[{text}]", re.DOTALL)
    except re.error:
        return None
    return lambda character: pattern.fullmatch(character) is not None


# Nothing, or anything that ends with a slash.
_FOLDERS = (Step(nothing, skips=2), Step(_anything, repeats=True), Step("/".__eq__))
