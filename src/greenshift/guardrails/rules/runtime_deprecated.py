"""A runtime past its deprecation date still runs, without security patches; the dates are data."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

from greenshift.contract.runtimes import RUNTIMES
from greenshift.guardrails.aws_types import FUNCTION
from greenshift.guardrails.resources import Resource
from greenshift.guardrails.rule import ADVISORY, Rule


def check(function: Resource, today: date) -> Iterator[str]:
    identifier = function.inputs.text("runtime") or ""
    runtime = RUNTIMES.get(identifier)
    if runtime is None and _is_older_than_all(identifier):
        yield f"{identifier} is older than every runtime Greenshift knows"
    elif runtime is not None and runtime.is_deprecated(today) and runtime.can_be_created(today):
        yield (
            f"{identifier} is deprecated since {runtime.deprecated}; "
            f"from {runtime.block_create} no function can be created with it"
        )


def _is_older_than_all(identifier: str) -> bool:
    family, version = _parts(identifier)
    known = [_parts(name)[1] for name in RUNTIMES if _parts(name)[0] == family]
    return bool(known) and bool(version) and version < min(known)


def _parts(identifier: str) -> tuple[str, tuple[int, ...]]:
    """``python3.9`` -> ``python``, (3, 9); ``nodejs18.x`` -> ``nodejs``, (18,)"""
    family = re.match(r"[a-z]*", identifier)
    return family.group() if family else "", tuple(int(number) for number in re.findall(r"\d+", identifier))


RULE = Rule(
    name="runtime-deprecated",
    why="A deprecated runtime gets no more security patches, and one day no function can be updated on it.",
    mend="move the function to a current runtime",
    level=ADVISORY,
    types=(FUNCTION,),
    check=lambda function: check(function, datetime.now(UTC).date()),
)
