"""Which files do not travel."""

from __future__ import annotations

import pytest

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
