"""Commands in the documentation: the blocks a page runs, and those that need an AWS account."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
_BESIDE_CODE = ("examples", "requirements", "src/greenshift/cli/templates")
NAMING = (
    *PAGES,
    ROOT / "CONTRIBUTING.md",
    *(page for folder in _BESIDE_CODE for page in sorted((ROOT / folder).rglob("README.md"))),
)
"""Pages that name commands of today. The changelog names those of its time."""
ON_AWS = {
    "docs/aws.md": 4,
    "docs/dashboard.md": 1,
    "docs/guardrails.md": 1,
    "docs/how-to/emergency.md": 5,
    "docs/how-to/from-oauth.md": 3,
    "docs/repair.md": 1,
    "docs/settings.md": 1,
    "docs/tutorial.md": 3,
}
"""How many `sh aws` blocks of each page tests/e2e/test_documents_on_aws.py types."""
TRIED_BY_CI = {"make demo", "make test"}
"""What README begins with: CI calls the one, a test of its own does what the other does."""
_TYPED = re.compile(r"\s*(?:\$|- run:) (.*)")
_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
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
        for line in _lines(kind, text):
            for part in re.split(r"&&|\|\||;|\$\(|\| ", _QUOTED.sub(_quoted, line)):
                words = _bare(part).split()
                if words[:1] == ["greenshift"] and len(words) > 1:
                    yield words[1:]


def named_commands(page: Path) -> Iterator[list[str]]:
    """Every command of greenshift between two backticks: its words, once for each of `start | stop`."""
    prose = re.sub(r"^ *```.*?^ *```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for span in re.findall(r"`(greenshift\s[^`]+)`", prose):
        _, *words = shlex.split(re.sub(r"\[(\w+)\]", r"\1", span))
        yield from (list(chosen) for chosen in product(*_alternatives(words)))


def _alternatives(words: list[str]) -> list[list[str]]:
    """Each word with those that may stand in its place: `start|stop`, or the same with spaces."""
    found: list[list[str]] = []
    for before, word in pairwise(["", *words]):
        if before == "|" and found:
            found[-1].append(word)
        elif word != "|":
            found.append([word] if " " in word else word.split("|"))
    return found


def shortened_commands(page: Path) -> Iterator[list[str]]:
    """Commands between two backticks that leave out `greenshift`: a word, and an option after it."""
    for line in page.read_text().splitlines():
        for span in re.findall(r"`([a-z]+(?: [a-z]+)? --[^`]+)`", line):
            yield shlex.split(span)


def untried_commands(page: Path) -> list[str]:
    """Lines of commands that no test runs: they are in a block without a name, or in an indented one."""
    unnamed = [line for kind, block in blocks(page) if not kind for line in block.splitlines()]
    indented = [line.strip() for line in page.read_text().splitlines() if line.startswith("    ")]
    lines = [line.partition("  #")[0].strip() for line in (*unnamed, *indented)]
    return [line for line in lines if _COMMAND.match(line) and line not in TRIED_BY_CI]


def _lines(kind: str, text: str) -> Iterator[str]:
    """The lines of a block that are typed: all of a script; of others what follows a prompt, or CI runs."""
    lines = text.replace("\\\n", " ").splitlines()
    if kind in ("", "sh", "sh aws"):
        yield from lines
    yield from (found[1] for line in lines if (found := _TYPED.match(line)))


def _quoted(found: re.Match[str]) -> str:
    """A quoted value as one word; what the shell puts in place is left to be read."""
    return found[0] if "$(" in found[0] else "QUOTED"


def _bare(part: str) -> str:
    """Without a comment, the end of a substitution, or where output goes."""
    return re.sub(r"""\s#.*|[)"']|\s\d?>.*""", " ", part.strip())
