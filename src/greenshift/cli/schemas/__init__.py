"""The JSON Schema of what commands print with ``--json``; docs/reference/commands.schema.json is this.

``VERSION`` changes when a member goes or means something else; new members come without notice, so whoever
reads ignores those they do not know. What ``status``, ``show``, ``history`` and ``stats`` tell is described
by the types of the view (``view.schema``); the others are described here, a file a subject.
"""

from __future__ import annotations

from typing import Any

from greenshift.cli.schemas.judging import JUDGING
from greenshift.cli.schemas.machinery import MACHINERY
from greenshift.cli.schemas.parts import Schema
from greenshift.cli.schemas.releases import RELEASES
from greenshift.view.schema import schema as of_the_view

VERSION = 2

COMMANDS: dict[str, Schema] = {**RELEASES, **JUDGING, **MACHINERY}
STREAMS = ("release --follow", "status --watch", "logs")
"""Of these each line is such a document; ``status --watch`` tells what ``status`` tells."""


def document() -> dict[str, Any]:
    """Every command's schema below ``commands``, and the types they share below ``$defs``."""
    view = of_the_view()
    return {
        "$schema": view["$schema"],
        "$id": f"urn:greenshift:commands:{VERSION}",
        "title": "What Greenshift's commands print with --json",
        "version": VERSION,
        "commands": COMMANDS,
        "$defs": view["$defs"],
    }


def of_command(name: str) -> dict[str, Any]:
    """The schema of one command, complete in itself; KeyError for one that prints no JSON."""
    whole = document()
    return {"$schema": whole["$schema"], "$defs": whole["$defs"], **COMMANDS[name]}
