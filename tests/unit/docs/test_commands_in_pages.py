"""Every greenshift command in the documentation exists, with every option and value it is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.people.command_line import complaint, is_command
from support.people.documents import (
    NAMING,
    ON_AWS,
    PAGES,
    ROOT,
    commands,
    named_commands,
    shortened_commands,
    typed_blocks,
    untried_commands,
)

WRITTEN = [page for page in PAGES if "reference" not in page.parts]
PULUMIS = (["destroy", "--run-program"],)
"""What pages compare with: commands of Pulumi's that look like ours."""


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", NAMING, ids=named)
def test_every_command_of_a_page_can_be_typed(page: Path) -> None:
    assert refused(list(commands(page))) == {}


@pytest.mark.parametrize("page", NAMING, ids=named)
def test_every_command_a_page_names_can_be_typed(page: Path) -> None:
    assert refused(list(named_commands(page))) == {}


@pytest.mark.parametrize("page", NAMING, ids=named)
def test_every_command_a_page_names_without_the_programs_name_can_be_typed(page: Path) -> None:
    ours = [words for words in shortened_commands(page) if is_command(words[0]) and words not in PULUMIS]

    assert refused(ours) == {}


def test_commands_are_found_where_pages_name_them() -> None:
    counted = [
        sum(1 for page in NAMING for _ in find(page))
        for find in (commands, named_commands, shortened_commands)
    ]

    assert [count > least for count, least in zip(counted, (140, 160, 45), strict=True)] == [True] * 3, (
        counted
    )


@pytest.mark.parametrize("page", WRITTEN, ids=named)
def test_every_line_of_commands_is_in_a_block_that_is_run(page: Path) -> None:
    assert untried_commands(page) == []


def test_every_block_for_an_account_is_typed_by_a_test() -> None:
    blocks = {str(page.relative_to(ROOT)): len(typed_blocks(page)) for page in PAGES}
    assert {page: count for page, count in blocks.items() if count} == ON_AWS


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("relase", "there is no command 'relase'"),
        ("twin begin", "there is no command 'begin'"),
        ("release --nwo", "No such option: --nwo"),
        ("release --now --why", ""),
        ("up --engine terraform", "Value error, 'terraform' is not one of"),
        ("twin start --speed fast", "Input should be a valid number"),
        ("twin start --speed N", ""),
        ("doctor prod", "nobody takes prod"),
        ("import TYPE NAME ID", ""),
        ("--version", ""),
    ],
)
def test_what_the_command_line_would_refuse_is_told(command: str, said: str) -> None:
    found = complaint(command.split())

    assert found.startswith(said) if said else found == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Run `greenshift twin start | stop`.", [["twin", "start"], ["twin", "stop"]]),
        ("`greenshift release --follow\n[RELEASE]`", [["release", "--follow", "RELEASE"]]),
        ('`greenshift abort --why "no | way"`', [["abort", "--why", "no | way"]]),
        ("`pulumi up`, greenshift up", []),
        ("```text\n`greenshift up`\n```\n", []),
    ],
)
def test_commands_between_backticks_are_read(tmp_path: Path, text: str, found: list[list[str]]) -> None:
    (tmp_path / "page.md").write_text(text)

    assert list(named_commands(tmp_path / "page.md")) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            '```sh\ngreenshift abort --why "it; is" && greenshift status  # so\n```\n',
            [["abort", "--why", "QUOTED"], ["status"]],
        ),
        ('```sh\neval "$(greenshift twin env)"\n```\n', [["twin", "env"]]),
        ("```sh\ngreenshift permissions > policy.json\n```\n", [["permissions"]]),
        ("```text\n$ greenshift dev\ngreenshift up is no command here\n```\n", [["dev"]]),
        ("```yaml\n- run: greenshift check\n```\n", [["check"]]),
    ],
)
def test_commands_of_blocks_are_read(tmp_path: Path, text: str, found: list[list[str]]) -> None:
    (tmp_path / "page.md").write_text(text)

    assert list(commands(tmp_path / "page.md")) == found


def refused(found: list[list[str]]) -> dict[str, str]:
    """What the command line would not take, and why."""
    told = {" ".join(words): complaint(words) for words in found}
    return {command: why for command, why in told.items() if why}
