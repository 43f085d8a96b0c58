"""The generated pages are what the code says now, and leave nothing out."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
import typer

from greenshift.actions import decision
from greenshift.cli.app import app
from greenshift.twin import registry
from greenshift.twin.service import service_model

PAGES = ("cli.md", "release-machine.md", "twin.md", "snapshot.schema.json", "security.md")


@pytest.mark.parametrize("page", PAGES)
def test_a_generated_page_is_not_stale(page: str, generate: ModuleType, docs: Path) -> None:
    assert (docs / "reference" / page).read_text() == generate.PAGES[page](), "run: python docs/generate.py"


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
    for page in PAGES:
        (tmp_path / page).write_text((docs / "reference" / page).read_text())
    (tmp_path / "cli.md").write_text((tmp_path / "cli.md").read_text() + "one line more\n")
    monkeypatch.setattr(generate, "DIRECTORY", tmp_path)  # the one place the generator writes to

    assert generate.stale() == ["cli.md"]
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


@pytest.mark.parametrize("service", registry.NAMES)
def test_the_page_of_the_twin_counts_what_it_has_and_what_it_lacks(
    service: str, generate: ModuleType
) -> None:
    section = generate.twin_page().split(f"\n## {service}\n", 1)[1].split("\n## ", 1)[0]
    has, lacks = [*section.split("It lacks", 1), ""][:2]
    implemented, missing = re.findall(r"`(\w+)`", has), re.findall(r"`(\w+)`", lacks)
    everything = service_model(service).operation_names

    assert implemented == registry.service_class(service).operations()
    assert sorted([*implemented, *missing]) == sorted(everything)
    assert f"has {len(implemented)} of {len(everything)} operations" in has
    assert not missing or lacks.startswith(f" {len(missing)}:")


def test_every_service_of_the_twin_is_introduced(generate: ModuleType) -> None:
    assert set(generate.PURPOSES) == set(registry.NAMES)


def test_services_are_counted_as_our_own_or_as_motos_but_not_as_both(generate: ModuleType) -> None:
    assert not set(generate.MOTO_SERVICES) & set(registry.NAMES)
