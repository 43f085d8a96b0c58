"""Commands in the documentation: the blocks a page runs, and those that need an AWS account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
ON_AWS = {
    "docs/aws.md": 4,
    "docs/dashboard.md": 1,
    "docs/guardrails.md": 1,
    "docs/how-to/emergency.md": 5,
    "docs/how-to/from-oauth.md": 3,
    "docs/repair.md": 1,
    "docs/settings.md": 1,
    "docs/tutorial.md": 1,
}
"""How many `sh aws` blocks of each page tests/e2e/test_documents_on_aws.py types."""
TRIED_BY_CI = {"make demo", "make test"}
"""What README begins with: CI calls the one, a test of its own does what the other does."""
_COMMAND = re.compile(r"(\$ )?(greenshift|pulumi|aws|git|make|npx|pip) [a-z-]")


def blocks(page: Path) -> list[tuple[str, str]]:
    """Every fenced block: what stands after its fence, and its text."""
    found: list[tuple[str, str]] = []
    kind: str | None = None
    for line in page.read_text().splitlines(keepends=True):
        if not line.startswith("```"):
            if kind is not None:
                found[-1] = kind, found[-1][1] + line
        elif kind is None:
            kind = line[3:].strip()
            found.append((kind, ""))
        else:
            kind = None
    return found


def runnable(page: Path) -> str:
    """The page's `sh` blocks as one script; "" when it has none."""
    return "\n".join(text for kind, text in blocks(page) if kind == "sh")


def typed_blocks(page: Path) -> list[list[str]]:
    """The page's `sh aws` blocks, each as the lines a person types one by one."""
    texts = [text.replace("\\\n", " ") for kind, text in blocks(page) if kind == "sh aws"]
    return [[line for line in text.splitlines() if line.strip()] for text in texts]


def commands(page: Path) -> Iterator[list[str]]:
    """Every command line of greenshift in any block: its words, up to what the shell does next."""
    for kind, text in blocks(page):
        if kind not in ("", "sh", "sh aws"):
            continue
        for line in text.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|\||;|\$\(|\| ", line):
                words = _bare(part).split()
                if words[:1] == ["greenshift"] and len(words) > 1:
                    yield words[1:]


def untried_commands(page: Path) -> list[str]:
    """Lines of commands that no test runs: they are in a block without a name, or in an indented one."""
    unnamed = [line for kind, block in blocks(page) if not kind for line in block.splitlines()]
    indented = [line.strip() for line in page.read_text().splitlines() if line.startswith("    ")]
    lines = [line.partition("  #")[0].strip() for line in (*unnamed, *indented)]
    return [line for line in lines if _COMMAND.match(line) and line not in TRIED_BY_CI]


def _bare(part: str) -> str:
    """Without what is quoted, a comment, or the end of a substitution."""
    return re.sub(r"""'[^']*'|"[^"]*"|\s#.*|\)""", " ", part.strip())
