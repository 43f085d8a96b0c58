"""Every mark that a command draws is explained: in the helps of those that draw most, and on a page."""

from __future__ import annotations

import ast
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from greenshift.cli.app import app
from greenshift.cli.words import icons
from greenshift.cli.words.marks import MEANINGS, WITH_LEGEND

HERE = Path(__file__).parents[3]
COMMANDS = HERE / "src" / "greenshift" / "cli"
BRANCHES = set("│├└─")
"""The branches of a tree, a rule, and the line beside a quotation."""
OUR_OWN = {"narrow_console.py", "breaking.py"}
"""What replaces marks, and what finds them in a line, draws none."""


def symbols(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text())
    unsaid = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unsaid:
            yield from (each for each in node.value if is_mark(each))


def is_mark(character: str) -> bool:
    is_symbol = unicodedata.category(character) in ("So", "Sm", "Po") and character != "…"
    return not character.isascii() and is_symbol and character not in BRANCHES


def test_every_mark_of_the_commands_is_explained() -> None:
    drawn = {
        mark
        for path in COMMANDS.rglob("*.py")
        if path.name not in OUR_OWN and not {"templates", "example"} & set(path.parts)
        for mark in symbols(path)
    }

    assert drawn == {each for each in "".join(MEANINGS) if not each.isascii()}


def test_every_icon_is_explained() -> None:
    marks = {each.mark for each in vars(icons).values() if isinstance(each, icons.Icon)}

    assert marks <= MEANINGS.keys()


@pytest.mark.parametrize("command", sorted(WITH_LEGEND))
def test_the_help_tells_each_mark_on_a_line_of_its_own(command: str) -> None:
    lines = CliRunner().invoke(app, [command, "--help"], terminal_width=80).output.splitlines()

    for mark, means in MEANINGS.items():
        assert [line.split() for line in lines].count([mark, *means.split()]) == 1, mark
    assert max(map(len, lines[lines.index("  Marks:") :])) <= 80


def test_the_page_of_commands_tells_them_too() -> None:
    page = (HERE / "docs" / "reference" / "cli.md").read_text()

    assert all(f"| {mark} | {means} |" in page for mark, means in MEANINGS.items())
