"""The generated pages are what the code says now, and leave nothing out."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
import typer

from greenshift.actions import decision
from greenshift.cli.app import app
from greenshift.twin import departures, registry
from greenshift.twin.service import service_model

PAGES = (
    "guardrails.md",
    "iam.md",
    "reference/cli.md",
    "reference/commands.schema.json",
    "reference/engine.md",
    "reference/python.md",
    "reference/release-machine.md",
    "reference/security.md",
    "reference/snapshot.schema.json",
    "reference/twin.md",
    "settings.md",
)


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_not_stale(page: str, generate: ModuleType, docs: Path) -> None:
    assert (docs / page).read_text() == generate.PAGES[page](), "run: python docs/generate.py"


def test_the_table_of_commands_and_states_is_what_the_code_decides(generate: ModuleType, docs: Path) -> None:
    page = (docs / "releases.md").read_text()

    assert page == generate.releases_page(), "run: python docs/generate.py"
    for state in decision.State:
        assert f"| {state} |" in page


def test_every_generated_page_is_checked(generate: ModuleType) -> None:
    assert set(PAGES) == set(generate.PAGES)


def test_a_page_that_differs_by_one_line_is_named(
    generate: ModuleType, docs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "reference").mkdir()
    for page in (*PAGES, "releases.md"):
        (tmp_path / page).write_text((docs / page).read_text())
    commands = tmp_path / "reference" / "cli.md"
    commands.write_text(commands.read_text() + "one line more\n")
    monkeypatch.setattr(generate, "DIRECTORY", tmp_path)  # the one place the generator writes to

    assert generate.stale() == ["reference/cli.md"]
    assert generate.main(["--check"]) == 1
    assert generate.main([]) == 0
    assert generate.stale() == []


def command_names(command: object, name: str) -> list[str]:
    below = getattr(command, "commands", {})
    if not below:
        return [name]
    return [full for key, child in below.items() for full in command_names(child, f"{name} {key}")]


def test_the_page_of_commands_has_each_command_with_its_options_and_an_example(generate: ModuleType) -> None:
    page = generate.cli_page()

    for name in command_names(typer.main.get_command(app), "greenshift"):
        section = page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]
        assert f"Usage: {name} " in section
        assert "--help" in section
        assert "Example:" in section, f"{name} has no example in its help"
        assert f"greenshift{name.removeprefix('greenshift')}" in section.split("Example:", 1)[1]


def test_the_page_of_commands_looks_the_same_on_every_terminal(
    generate: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = generate.cli_page()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert generate.cli_page() == wide
    assert "\x1b" not in wide


@pytest.fixture(scope="module")
def page_of_the_twin(generate: ModuleType) -> str:
    page: str = generate.PAGES["reference/twin.md"]()
    return page


@pytest.mark.parametrize("service", registry.NAMES)
def test_the_page_of_the_twin_names_each_operation_once_under_what_becomes_of_it(
    service: str, page_of_the_twin: str
) -> None:
    section = page_of_the_twin.split(f"\n## {service}\n", 1)[1].split("\n## ", 1)[0]
    done, refused = section.split("Refused, ", 1)
    everything = service_model(service).operation_names

    assert sorted(re.findall(r"`(\w+)`", done)) == registry.service_class(service).operations()
    assert sorted(re.findall(r"`(\w+)`", section)) == sorted(everything)
    assert re.findall(r", (\d+) of (\d+)[:.]", section) == [
        (str(len(re.findall(r"`(\w+)`", part))), str(len(everything)))
        for part in (*done.split("Stored, "), refused)
    ]


def test_what_is_only_stored_is_an_operation_that_the_twin_has() -> None:
    named = [name for section in departures.sections() for each in section.departures for name in each.stored]
    has = {f"{name}:{each}" for name in registry.NAMES for each in registry.service_class(name).operations()}

    assert set(named) <= has
    assert len(named) == len(set(named))


def test_every_room_of_the_twin_that_departs_is_on_the_page() -> None:
    rooms = [path.parent.name for path in Path(departures.__file__).parent.glob("*/departures.py")]
    written = sum(
        len(importlib.import_module(f"greenshift.twin.{room}.departures").DEPARTURES) for room in rooms
    )

    assert written == sum(len(section.departures) for section in departures.sections())


def test_every_service_of_the_twin_is_introduced(generate: ModuleType) -> None:
    page = sys.modules[generate.twin_page.__module__]

    assert set(page.PURPOSES) == set(registry.NAMES)
    assert not set(page.MOTO_SERVICES) & set(registry.NAMES), "our own or moto's, but not both"
