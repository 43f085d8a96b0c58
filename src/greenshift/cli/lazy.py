"""Commands by name, loaded when they are asked for: ``greenshift history`` need not load what deploys."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from greenshift.cli.console.legible_help import legibly
from greenshift.cli.words.marks import WITH_LEGEND, legend

GROUPS = {
    "Begin": {
        "new": ("new:new", "Make a new project: a git repository with functions."),
        "demo": ("demo:demo", "Ship a good and a bad version of two functions, and watch."),
        "up": ("deploy:up", "Create or change everything the project describes."),
        "preview": ("deploy:preview", "Show what `up` would create, change and delete."),
        "destroy": ("destroy:destroy", "Delete everything the stack has."),
    },
    "Release": {
        "release": ("release:release", "Release the latest commit, and show it live."),
        "rollback": ("rollback:rollback", "Put the versions before the last release live again."),
        "abort": ("abort:abort", "Stop the release under way, and undo what it moved."),
        "approve": ("approve:approve", "Let the release go on that waits for an answer."),
        "reject": ("approve:reject", "End the release that waits for an answer."),
    },
    "Look": {
        "status": ("status:status", "Show the pipeline, the traffic, and what needs you."),
        "history": ("history:history", "Show the releases of this pipeline, newest first."),
        "show": ("show:show", "Show one release: its changes, builds and moments."),
        "logs": ("logs:logs", "Show what a build or a function printed."),
        "stats": ("stats:stats", "Show how often, how fast and how safely you release."),
        "cost": ("cost:cost", "Tell what the stack costs a month, and a release."),
        "dashboard": ("dashboard:dashboard", "Show the stack on a page in the browser."),
    },
    "Develop": {
        "build": ("build:build", "Build functions as a release does."),
        "dev": ("dev:dev", "Put what you save behind the local aliases."),
        "invoke": ("invoke:invoke", "Invoke a function once, and print its answer."),
        "traffic": ("traffic:traffic", "Call functions, and show which versions answer."),
    },
    "Check and fix": {
        "check": ("check:check", "Check settings and sources before a commit."),
        "doctor": ("doctor:doctor", "Look for what is wrong with a deployed stack."),
        "repair": ("repair:repair", "Fix what `doctor` finds, after showing what."),
        "verify": ("verify:verify", "Check that what is deployed is what it should be."),
        "guardrails": ("guardrails:app", "Judge a Pulumi program by the guardrails."),
        "permissions": ("permissions:permissions", "Print the policies for whoever runs `up`."),
    },
    "Twin and state": {
        "twin": ("twin:app", "Start, stop and look at the local twin of AWS."),
        "refresh": ("refresh:refresh", "Bring the state to what is there."),
        "import": ("importing:bring_in", "Take an existing resource into the state."),
        "state": ("state:app", "Look at the local state, and change it by hand."),
        "provider": ("provider:provider", "Serve our types as a provider to the Pulumi CLI."),
        "version": ("version:version", "Print the version."),
    },
}
"""The help: each command by its heading, with its module in ``commands``, its name there, and what it does in
a few words. They stand here so that the help loads no command, and fits on a terminal of 80 columns.
"""

HOMES = {name: home for commands in GROUPS.values() for name, (home, _) in commands.items()}


class Commands(MutableMapping[str, Any]):
    """What a group has by name: a command is made, and its module loaded, when it is first asked for."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._made:
            self._made[name] = _load(name, HOMES[name])
        return self._made[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._made[name] = command

    def __delitem__(self, name: str) -> None:
        raise TypeError("a command stays")

    def __iter__(self) -> Iterator[str]:
        return iter(HOMES)

    def __len__(self) -> int:
        return len(HOMES)


class LazyGroup(TyperGroup):
    """The group of all commands in ``HOMES``."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**{**attributes, "commands": Commands()})

    def list_commands(self, ctx: Any) -> list[str]:
        return list(HOMES)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        width = max(map(len, HOMES))
        for heading, commands in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:<{width}}", does) for name, (_, does) in commands.items()])


def _load(name: str, home: str) -> Any:
    module, _, attribute = home.partition(":")
    found = getattr(import_module(f"greenshift.cli.commands.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name, epilog=legend() if name in WITH_LEGEND else None)(found)
        found = alone
    command = legibly(typer.main.get_command(found))
    command.name = name
    return command
