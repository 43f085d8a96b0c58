"""What to type next names the stack it is about."""

from __future__ import annotations

import pytest
import typer

from greenshift.advice import ADDRESSED, addressed
from greenshift.cli.app import app


@pytest.mark.parametrize(
    ("said", "for_prod"),
    [
        ("greenshift repair --only x fixes it", "greenshift repair --stack prod --only x fixes it"),
        ("greenshift up, or greenshift logs", "greenshift up --stack prod, or greenshift logs --stack prod"),
        ("see it with: greenshift history", "see it with: greenshift history --stack prod"),
        ("greenshift doctor --stack prod", "greenshift doctor --stack prod"),
        ("greenshift twin start --port 4566", "greenshift twin start --port 4566"),
        ("greenshift upgrades nothing", "greenshift upgrades nothing"),
    ],
)  # fmt: skip
def test_a_command_in_advice_names_its_stack(said: str, for_prod: str) -> None:
    assert addressed(said, "prod") == for_prod
    assert addressed(said, "local") == said


def test_the_commands_that_take_a_stack_are_known() -> None:
    commands = typer.main.get_command(app).commands
    taking = {name for name, each in commands.items() if any("--stack" in p.opts for p in each.params)}
    assert taking == set(ADDRESSED)
