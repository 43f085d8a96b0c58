"""Which files do not travel."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from greenshift.buildkit.excludes import INSTALLED, NEVER, TESTS, Excludes


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        (".git", ".git"),
        ("lib/.git", ".git"),
        ("lib/__pycache__", "__pycache__"),
        ("lib/a.pyc", "*.pyc"),
        (".env", ".env"),
        ("tests", "/tests"),
        ("src/index.test.mjs", "*.test.mjs"),
        ("test_app.py", "test_*.py"),
        ("node_modules/.cache", "node_modules/.cache"),
        ("node_modules/.package-lock.json", "node_modules/.package-lock.json"),
        (".greenshift-build", "/.greenshift-build"),
    ],
)
def test_left_out_by_default(path: str, pattern: str) -> None:
    assert Excludes.of(NEVER, TESTS).match(path) == pattern


@pytest.mark.parametrize(
    "path",
    ["index.js", "src/tests", "lib/test", ".environment", "environment.py", "latest.py", "package-lock.json"],
)
def test_kept_by_default(path: str) -> None:
    assert Excludes.of(NEVER, TESTS).match(path) is None


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.md", "docs/a.md", True),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/deep/a.md", False),
        ("docs/**/*.md", "docs/deep/er/a.md", True),
        ("docs/**/*.md", "docs/a.md", True),
        ("/a.md", "docs/a.md", False),
        ("**/fixtures", "a/b/fixtures", True),
        ("docs/", "docs", True),
        ("docs/", "src/docs", True),
        ("file[0-9].txt", "file7.txt", True),
        ("file[!0-9].txt", "file7.txt", False),
        ("?.txt", "a.txt", True),
        ("a+b.txt", "aab.txt", False),
    ],
)
def test_pattern(pattern: str, path: str, matches: bool) -> None:
    assert (Excludes.of([pattern]).match(path) is not None) is matches


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("bin", False),
        ("x-1.0.dist-info/RECORD", False),
        ("x-1.0.dist-info/direct_url.json", False),
        ("x-1.0.dist-info/METADATA", True),
        ("x/bin", True),
    ],
)
def test_what_pip_writes_about_this_machine_is_left_out(path: str, kept: bool) -> None:
    assert (Excludes.of(INSTALLED).match(path) is None) is kept


TEXT = st.text("ab/.-[]!*?\n", max_size=12)
PIECES = st.sampled_from(
    ["a", "b", "/", "*", "?", "**", "**/", "[ab]", "[!a]", "[a-b]", ".", "\n", "[", "]", "-"]
)


def as_an_expression(pattern: str) -> re.Pattern[str]:
    """The same pattern in other words: what a set of regular expressions says, which may go back."""
    words = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    body = ""
    for token in re.findall(r"\*\*/|\*\*|\*|\?|\[[^\]]+\]|.", pattern.strip("/"), re.DOTALL):
        is_set = token.startswith("[") and len(token) > 1
        body += (
            "[" + token[1:].replace("[", r"\[").replace("!", "^", 1)
            if is_set
            else words.get(token) or re.escape(token)
        )
    anchored = "/" in pattern.rstrip("/")
    return re.compile(body if anchored else f"(?:.*/)?{body}", re.DOTALL)


@given(
    st.lists(st.lists(PIECES, min_size=1, max_size=6).map("".join), max_size=4), st.lists(TEXT, max_size=20)
)
@example(["**/a*b", "*a*"], ["x/ab", "a/xab", "/a", "a/", ""])
def test_patterns_say_what_they_say_as_regular_expressions(patterns: list[str], paths: list[str]) -> None:
    expressions = [as_an_expression(pattern) for pattern in patterns]
    excludes = Excludes.of(patterns)

    for path in paths:
        first = next((p for p, each in zip(patterns, expressions, strict=True) if each.fullmatch(path)), None)
        assert excludes.match(path) == first


@pytest.mark.parametrize(
    "pattern", ["*a" * 12 + "b", "**/" * 12 + "b", "**a" * 12 + "b", "/" + "?*" * 12 + "b"]
)
def test_no_path_keeps_a_pattern_busy(pattern: str) -> None:
    """Matching that goes back would need longer than anybody waits."""
    excludes = Excludes.of([pattern])

    assert excludes.match("a" * 3_000 + "/" + "a" * 1_000) is None
    assert excludes.match("a/" * 2_000) is None


def test_a_set_that_is_none_is_its_own_text() -> None:
    assert Excludes.of(["[z-a].txt"]).match("[z-a].txt") == "[z-a].txt"
    assert Excludes.of(["[!]"]).match("[!]") == "[!]"


def test_more_sets_of_places_than_are_remembered_are_found_again() -> None:
    excludes = Excludes.of(["*é*", "*.txt"])

    for number in range(30_000):
        assert excludes.match(chr(0x4E00 + number % 20_000) + chr(0x1F300 + number // 20_000)) is None
    assert excludes.match("a.txt") == "*.txt"
