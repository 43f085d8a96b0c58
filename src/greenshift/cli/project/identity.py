"""Who is at the keyboard: what the ledger remembers of a release that somebody asked for."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.cli.project.workspace import Workspace


def who(workspace: Workspace, clients: Callable[[str], Any]) -> str:
    """On AWS the caller's ARN, which nobody can make up; on the twin all are root, so the person's name."""
    if workspace.is_on_twin:
        return workspace.author() or _login()
    try:
        return str(clients("sts").get_caller_identity()["Arn"])
    except (BotoCoreError, ClientError):
        return _login()


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as in containers
        return "somebody"
