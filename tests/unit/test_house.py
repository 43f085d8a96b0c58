"""What CONTRIBUTING says of the house is so: its map has every room, and what it names is where it says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from greenshift.checks.deployed import stack
from greenshift.cli.lazy import HOMES
from greenshift.engine.aws.table import TABLE
from greenshift.guardrails.registry import our_own

HERE = Path(__file__).parents[2]
SOURCE = HERE / "src" / "greenshift"
PAGE = (HERE / "CONTRIBUTING.md").read_text()
MAP = PAGE.split("```\n")[1]
WHERE = dict(re.findall(r"^\| (an? [\w /]+) \| (.+) \|$", PAGE, re.MULTILINE))


def test_the_map_has_every_room_and_no_other() -> None:
    rooms = {path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file()}

    assert set(re.findall(r"(\w+)/", MAP)) == rooms


@pytest.mark.parametrize("what", sorted(WHERE))
def test_what_is_named_for_an_addition_is_there(what: str) -> None:
    places = [each for each in re.findall(r"`([\w./]+)`", WHERE[what]) if "/" in each]

    assert places
    assert [each for each in places if not (SOURCE / each).exists()] == []


def names_in(path: Path) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}


def test_a_command_is_its_file_and_its_line() -> None:
    assert WHERE["a command"] == "one file in `cli/commands/`, and its line in `cli/lazy.py`"
    files = {path.stem for path in (SOURCE / "cli" / "commands").glob("*.py")}

    assert {home.split(":")[0] for home in HOMES.values()} == files - {
        "__init__",
        "faults",
        "snapshots",
    }  # of `twin`


def test_a_finding_is_its_file_and_its_line() -> None:
    folder = SOURCE / "checks" / "deployed"
    made = {
        node.name
        for path in folder.glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("check_") and path.stem != "stack"
    }

    assert made <= names_in(Path(stack.__file__))
    assert made


def test_a_resource_type_is_an_entry_in_the_file_of_its_service() -> None:
    folder = SOURCE / "engine" / "aws"
    tables = {
        path.stem for path in folder.glob("*.py") if re.search(r"^ENTRIES\b", path.read_text(), re.MULTILINE)
    }

    assert tables <= names_in(folder / "table.py")
    assert TABLE


def test_a_guardrail_is_in_the_rules_of_its_subject() -> None:
    listed = [
        each
        for path in (SOURCE / "guardrails" / "rules").glob("[!_]*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == "RULES"
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and each.id.isupper() and each.id != "RULES"
    ]

    assert len(listed) == len(our_own())


# In what is printed; CSS and SVG, which are no words, write `100%`.
WORDS = [
    *SOURCE.rglob("*.py"),
    *(HERE / "docs").rglob("*.md"),
    HERE / "README.md",
    *HERE.glob("examples/**/*.md"),
]
PERCENT = re.compile(r"[\d}]%(?![\w%(])")


def said(path: Path) -> Iterator[str]:
    """What a file may print: a page's lines, and a program's strings with the forms of its values."""
    if path.suffix != ".py":
        yield from path.read_text().splitlines()
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield ast.unparse(node).replace("{{", "").replace("}}", "")
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_a_percentage_is_written_with_a_space_everywhere() -> None:
    found = [(path.name, line) for path in WORDS for line in said(path) if PERCENT.search(line)]

    assert found == []
