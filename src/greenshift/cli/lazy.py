"""Commands by name, loaded when they are asked for: ``greenshift history`` need not load what deploys."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

HOMES = {
    "new": "new:new",
    "preview": "deploy:preview",
    "up": "deploy:up",
    "refresh": "refresh:refresh",
    "import": "importing:bring_in",
    "state": "state:app",
    "release": "release:release",
    "rollback": "rollback:rollback",
    "abort": "abort:abort",
    "status": "status:status",
    "history": "history:history",
    "show": "show:show",
    "logs": "logs:logs",
    "approve": "approve:approve",
    "reject": "approve:reject",
    "invoke": "invoke:invoke",
    "traffic": "traffic:traffic",
    "stats": "stats:stats",
    "dashboard": "dashboard:dashboard",
    "destroy": "destroy:destroy",
    "check": "check:check",
    "dev": "dev:dev",
    "build": "build:build",
    "guardrails": "guardrails:app",
    "doctor": "doctor:doctor",
    "repair": "repair:repair",
    "verify": "verify:verify",
    "permissions": "permissions:permissions",
    "cost": "cost:cost",
    "demo": "demo:demo",
    "twin": "twin:app",
    "provider": "provider:provider",
    "version": "version:version",
}
"""Each command's module in ``commands`` and its name there, in the order of the help."""


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


def _load(name: str, home: str) -> Any:
    module, _, attribute = home.partition(":")
    found = getattr(import_module(f"greenshift.cli.commands.{module}"), attribute)
    if not isinstance(found, typer.Typer):
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name)(found)
        found = alone
    command = typer.main.get_command(found)
    command.name = name
    return command
