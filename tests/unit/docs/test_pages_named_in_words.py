"""What Greenshift says to whoever installed it names pages of the documentation, never a file of ours."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.testing import CliRunner

from greenshift.cli.app import app

HERE = Path(__file__).parents[3]
SOURCE = HERE / "src" / "greenshift"
LISTED = re.findall(r"\[([^\]]+)\]\(reference/", (HERE / "docs" / "README.md").read_text())
WRITTEN = [page.read_text().splitlines()[0].removeprefix("# ") for page in (HERE / "docs").rglob("*.md")]
OURS = re.compile(r"\b(?:docs|examples|tests|bench|src/greenshift)/[\w/.-]*\.\w+")
NAMED = re.compile(r"“([^”]+)” of (?:the|Greenshift's) documentation")


def helps(command: object, path: tuple[str, ...] = ()) -> Iterator[str]:
    yield " ".join(CliRunner().invoke(app, [*path, "--help"]).output.split())
    for name, child in getattr(command, "commands", {}).items():
        yield from helps(child, (*path, name))


def said() -> Iterator[str]:
    """Every text of the sources but docstrings and comments, which are for whoever has the sources."""
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text())
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
                yield node.value
    yield from (path.read_text() for path in (SOURCE / "cli" / "templates").rglob("*.md"))


TEXTS = [*helps(typer.main.get_command(app)), *said()]


def test_nothing_that_is_said_names_a_file_of_the_repository() -> None:
    assert [found.group() for text in TEXTS for found in OURS.finditer(text)] == []


def test_a_page_that_is_named_is_there() -> None:
    named = {title for text in TEXTS for title in NAMED.findall(text)}

    assert named >= {"Faults", "Functions that exist already", "The JSON of a snapshot"}
    assert named - {*LISTED, *WRITTEN} == set()
