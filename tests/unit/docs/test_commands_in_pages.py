"""Every greenshift command in the documentation exists, with every option it is given."""

from __future__ import annotations

from typing import Any

import pytest
import typer
from support.people.documents import ON_AWS, PAGES, ROOT, commands, typed_blocks, untried_commands

from greenshift.cli.app import app

WRITTEN = [page for page in PAGES if "reference" not in page.parts]


def options_of(words: list[str]) -> set[str]:
    """The options of the command these words lead to."""
    command: Any = typer.main.get_command(app)
    for word in words:
        below = getattr(command, "commands", None)
        if below is None:
            break
        if word.startswith("-"):
            break
        assert word in below, f"greenshift has no command {word!r}: {words}"
        command = below[word]
    known = {"--help"}
    for parameter in command.params:
        known |= {*parameter.opts, *parameter.secondary_opts}
    return known


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_of_a_page_can_be_typed(page: Any) -> None:
    for words in commands(page):
        if words[0] in ("--help", "--version", "--install-completion"):
            continue
        asked = {word.split("=")[0] for word in words if word.startswith("-") and word != "-"}
        assert asked <= options_of(words), words


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_line_of_commands_is_in_a_block_that_is_run(page: Any) -> None:
    assert untried_commands(page) == []


def test_every_block_for_an_account_is_typed_by_a_test() -> None:
    blocks = {str(page.relative_to(ROOT)): len(typed_blocks(page)) for page in PAGES}
    assert {page: count for page, count in blocks.items() if count} == ON_AWS


def test_a_command_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(AssertionError):
        options_of(["relase"])
    assert "--nwo" not in options_of(["release", "--now"])
