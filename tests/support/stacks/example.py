"""One of ``examples/`` as a repository of its own, and what a person reads of its stack."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from support.people.shell import Shell

EXAMPLES = Path(__file__).parents[3] / "examples"
_UNWANTED = shutil.ignore_patterns("node_modules", "__pycache__", ".greenshift")


class Example:
    """An example that is committed; ``shell`` runs greenshift in it."""

    def __init__(self, name: str, directory: Path) -> None:
        shutil.copytree(EXAMPLES / name, directory, ignore=_UNWANTED)
        self.shell = Shell(directory)
        self.shell.git("init", "--quiet", "--initial-branch", "main")
        self.shell.commit("The beginning")

    def up(self, speed: int) -> dict[str, Any]:
        """Deploy it on a twin of its own; its outputs."""
        self.shell.greenshift("twin", "start", "--speed", str(speed))
        outputs: dict[str, Any] = self.shell.greenshift("up", "--json").json["outputs"]
        return outputs

    def hold_for(self, calls: int) -> None:
        """From now on a release stays open until its versions were called, however slow the machine is."""
        held = "config:\n  greenshift:shift.whenNobodyCalls: hold\n"
        settings = f"{held}  greenshift:shift.holdCalls: {calls}\n"
        (self.shell.directory / "Pulumi.local.yaml").write_text(settings)
        self.shell.commit("Wait for customers")
        self.shell.greenshift("up")

    def release(self, *, ok: bool = True) -> dict[str, Any]:
        """What is committed, to its end; the release as ``--json`` has it."""
        ended = self.shell.greenshift("release", "--json", ok=False)
        assert (ended.code == 0) == ok, (ended.out, ended.err)
        release: dict[str, Any] = ended.json["release"]
        return release

    def live(self) -> dict[str, str]:
        """The live version of each function."""
        functions = self.shell.greenshift("status", "--json").json["functions"]
        return {function["key"]: function["version"] for function in functions}

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All items of a table, without the marks of their types."""
        pages = self.shell.client("dynamodb").get_paginator("scan").paginate(TableName=table)
        return [
            {name: next(iter(value.values())) for name, value in item.items()}
            for page in pages
            for item in page["Items"]
        ]

    def leaves_nothing(self) -> None:
        self.shell.greenshift("destroy", "--yes")
        assert self.shell.greenshift("twin", "status", "--json").json["resources"] == {}


def changed_functions(release: dict[str, Any]) -> set[str]:
    """Those whose version a release changed, or would have."""
    return {each["key"] for each in release["functions"] if each["from_version"] != each["to_version"]}
