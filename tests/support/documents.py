"""Commands in the documentation: the blocks a page runs, and those that need an AWS account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_BLOCK = re.compile(r"^```(sh|sh aws|)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def runnable(page: Path) -> str:
    """The page's `sh` blocks as one script; "" when it has none."""
    return "\n".join(text for kind, text in _BLOCK.findall(page.read_text()) if kind == "sh")


def commands(page: Path) -> Iterator[list[str]]:
    """Every command line of greenshift in any block: its words, up to what the shell does next."""
    for _, text in _BLOCK.findall(page.read_text()):
        for line in text.replace("\\\n", " ").splitlines():
            for part in re.split(r"&&|\|\||;|\$\(|\| ", line):
                words = _bare(part).split()
                if words[:1] == ["greenshift"] and len(words) > 1:
                    yield words[1:]


def _bare(part: str) -> str:
    """Without what is quoted, a comment, or the end of a substitution."""
    return re.sub(r"""'[^']*'|"[^"]*"|\s#.*|\)""", " ", part.strip())
