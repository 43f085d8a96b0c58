"""What a person may ask of the controller beside CodePipeline, as typed values.

    {"greenshift": {"errand": "settle", "release": "<id>", "reason": "<text>"}}

The event comes through an asynchronous Invoke, so it may come twice; each errand may be done twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from greenshift.release.errors import Refusal
from greenshift.release.job import ENVELOPE as JOB
from greenshift.release.reading import Document

ENVELOPE = "greenshift"
SETTLE = "settle"


@dataclass(frozen=True)
class Settle:
    """Take a release back that nobody moves any more, as far as one visit reaches."""

    release: str
    reason: str


def is_errand(event: Mapping[str, object]) -> bool:
    return ENVELOPE in event and JOB not in event


def parse_errand(event: Mapping[str, object]) -> Settle:
    asked = Document(event, "event").within(ENVELOPE)
    errand = asked.text("errand")
    if errand != SETTLE:
        raise Refusal(f"the errand is {errand!r}, expected {SETTLE!r}")
    return Settle(asked.text("release"), asked.text("reason"))
