"""Ask the controller to put earlier versions live again, past the pipeline."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from greenshift.contract import errands
from greenshift.errors import GreenshiftError


def _new_id() -> str:
    return f"rollback-{uuid.uuid4()}"


@dataclass(frozen=True)
class RollbackRequest:
    """To what was live after release ``to``; when that is empty, to what was before the last good one."""

    to: str = ""
    by: str = ""
    why: str = ""
    undo: str = ""
    """The release that is to be undone, where whoever asks was told which: another one is refused then."""
    id: str = field(default_factory=_new_id)
    """The id its own release gets; asked twice with the same id, it has one effect."""


def start_rollback(lambda_: Any, controller: str, rollback: RollbackRequest) -> str:
    """The id of the release that the rollback is; the ledger has it once the controller has begun.

    Asynchronously, so that Lambda itself repeats it should the controller be interrupted.
    """
    if not controller:
        raise GreenshiftError(
            "the stack has no output 'controllerName'", hint="deploy it again with: greenshift up"
        )
    errand = errands.Rollback(rollback.id, rollback.to, rollback.by, rollback.why, rollback.undo)
    lambda_.invoke(
        FunctionName=controller,
        InvocationType="Event",
        Payload=json.dumps(errands.event_of(errand)).encode(),
    )
    return rollback.id
