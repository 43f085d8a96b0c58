"""From its block date on, Lambda refuses to create functions on a runtime; the dates are data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

from greenshift.contract.runtimes import RUNTIMES
from greenshift.guardrails.aws_types import FUNCTION
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import MANDATORY, Rule


def check(function: Resource, today: date) -> Iterator[str]:
    runtime = RUNTIMES.get(function.inputs.text("runtime") or "")
    if runtime is not None and not runtime.can_be_created(today):
        yield f"Lambda creates no function with {runtime.identifier} since {runtime.block_create}"


RULE = Rule(
    name="runtime-blocked",
    why="Lambda refuses a function on a blocked runtime, in the middle of an update.",
    mend="move the function to a current runtime",
    level=MANDATORY,
    types=(FUNCTION,),
    check=lambda function: check(function, datetime.now(UTC).date()),
)
