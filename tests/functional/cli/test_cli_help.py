"""What each command says of itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from support.people.shell import Shell
from typer.testing import CliRunner

from greenshift import __version__
from greenshift.cli import schemas
from greenshift.cli.app import app


def paths(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, child in getattr(command, "commands", {}).items():
        if getattr(child, "commands", None):
            yield from paths(child, (*path, name))
        else:
            yield (*path, name)


COMMANDS = sorted(paths(typer.main.get_command(app)))


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_explains_itself_with_an_example(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--help"])

    assert result.exit_code == 0
    assert f"{' '.join(path)} [OPTIONS]" in result.output
    example = result.output.split("Example:", 1)[1].split("\n\n", 1)[0]
    assert f"greenshift {' '.join(path)}" in example
    assert "\x1b" not in result.output


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_refuses_an_option_it_does_not_have(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--no-such-option"])

    assert result.exit_code == 2


def test_every_command_that_prints_json_has_a_schema() -> None:
    def has_json(path: tuple[str, ...]) -> bool:
        return "--json" in CliRunner().invoke(app, [*path, "--help"]).output

    groups = [("guardrails",)]  # itself a command, besides being a group
    printing = {" ".join(path) for path in [*COMMANDS, *groups] if has_json(path)}

    assert printing | {"permissions"} == {name for name in schemas.COMMANDS if "--" not in name}


REPORTING = {
    *(
        "preview",
        "up",
        "release",
        "status",
        "history",
        "show",
        "logs",
        "stats",
        "invoke",
        "traffic",
        "approve",
        "reject",
    ),
    *("destroy", "twin start", "twin status"),
}


def test_every_command_that_reports_can_do_so_as_json() -> None:
    with_json = {" ".join(p) for p in COMMANDS if "--json" in CliRunner().invoke(app, [*p, "--help"]).output}

    assert with_json >= REPORTING


def test_the_whole_command_lists_all_commands_and_its_version(tmp_path: Any) -> None:
    shell = Shell(tmp_path)
    helped = CliRunner().invoke(app, ["--help"])
    version, nothing = shell.greenshift("--version"), shell.greenshift(ok=False)

    for name in {path[0] for path in COMMANDS}:
        assert f"\n  {name} " in helped.output
    assert max(map(len, helped.output.splitlines())) <= 80
    assert "..." not in helped.output.split("Begin:", 1)[1], "what a command does is told whole"
    assert version.out == f"greenshift {__version__}\n"
    assert nothing.code == 2
    assert "Usage:" in nothing.out + nothing.err


def test_the_list_of_all_commands_loads_none_of_them() -> None:
    code = "import sys; from greenshift.cli.app import run; sys.argv = ['greenshift', '--help']; run(); "
    code += "print([name for name in sys.modules if name.startswith('greenshift.cli.commands')])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.endswith("\n[]\n")


@pytest.mark.parametrize("command", ["status", "history", "show", "logs", "approve", "twin", "new"])
def test_a_command_that_deploys_nothing_does_not_load_what_deploys(command: str) -> None:
    code = (
        f"import sys; from greenshift.cli.lazy import Commands; Commands()[{command!r}]; print(*sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert {"pulumi", "grpc", "uvicorn", "moto"}.isdisjoint(done.stdout.split())
