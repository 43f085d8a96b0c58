"""What the controller is asked for past the pipeline: by `greenshift rollback` and `greenshift repair`.

An errand is an invocation with one top-level member, `greenshift`. What changes something comes
asynchronously, and may come twice: Lambda repeats an asynchronous invocation that failed, and so does a
person who saw nothing happen. What only tells is answered to whoever waits for it.
"""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.contract.errands import (
    ASK,
    ENVELOPE,
    PLAN,
    ROLLBACK,
    SETTLE,
    Ask,
    Errand,
    Plan,
    Rollback,
    Settle,
)
from greenshift.release.errors import Refusal
from greenshift.release.job import ENVELOPE as JOB
from greenshift.release.reading import Document


def is_errand(event: Mapping[str, object]) -> bool:
    return ENVELOPE in event and JOB not in event


def parse_errand(event: Mapping[str, object]) -> Errand:
    """Raises Refusal for an errand nobody knows."""
    asked = Document(event, "event").within(ENVELOPE)
    match asked.text("errand"):
        case errand if errand == SETTLE:
            return Settle(asked.text("release"), asked.text("reason"))
        case errand if errand == ROLLBACK:
            members = (asked.text(name, "") for name in ("to", "by", "why", "undo"))
            return Rollback(asked.text("id"), *members)
        case errand if errand == PLAN:
            return Plan(asked.text("to", ""), asked.text("undo", ""))
        case errand if errand == ASK:
            return Ask(asked.text("commit"))
        case other:
            raise Refusal(
                f"event greenshift: errand is {other!r}, expected 'settle', 'rollback', 'plan' or 'ask'"
            )
