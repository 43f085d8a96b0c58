"""Commands in advice, addressed to the stack it is about: who copies one must not act on another stack."""

from __future__ import annotations

import json
import re

LOCAL = "local"
ON_TWIN = 'eval "$(greenshift twin env)"'
"""What makes a shell's AWS CLI speak to the twin."""
ADDRESSED = (
    *("preview", "up", "refresh", "import", "release", "rollback", "status", "history", "show", "logs"),
    *("approve", "reject", "abort", "permissions", "guardrails"),
    *("traffic", "stats", "dashboard", "destroy", "check", "doctor", "repair", "verify", "cost", "invoke"),
)
"""The commands that take ``--stack``."""
_COMMAND = re.compile(rf"\bgreenshift ({'|'.join(ADDRESSED)})\b(?! --stack)")


def addressed(text: str, stack: str) -> str:
    """``greenshift repair --yes`` for prod: ``greenshift repair --stack prod --yes``. Local ones stay."""
    return text if stack == LOCAL else _COMMAND.sub(rf"greenshift \1 --stack {stack}", text)


def handshake_on_twin(connection: str) -> str:
    """What finishes a connection on a twin that was told to leave that to a person; it has no console."""
    body = json.dumps({"connection": connection})
    return f"""{ON_TWIN} && curl "$AWS_ENDPOINT_URL/_twin/handshakes" --data '{body}'"""
