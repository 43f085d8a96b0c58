"""The runtimes as data: what Lambda offers, until when, and what the twin can execute.

Dates: AWS's runtimes page as kept by cfn-lint 1.58.0 (AWS has moved the block dates several times, so they
are data and are compared with the twin's clock nowhere but in ``runtime_of``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from greenshift.twin.awslambda import errors

Language = Literal["python", "nodejs"]


@dataclass(frozen=True)
class Runtime:
    """One runtime identifier; ``block_create`` is the first day on which new functions are refused."""

    identifier: str
    language: Language
    version: str
    deprecated: date
    block_create: date
    block_update: date


def _row(identifier: str, deprecated: str, block_create: str, block_update: str) -> Runtime:
    language: Language = "python" if identifier.startswith("python") else "nodejs"
    version = identifier.removeprefix("python").removeprefix("nodejs").removesuffix(".x")
    dates = (date.fromisoformat(text) for text in (deprecated, block_create, block_update))
    return Runtime(identifier, language, version, *dates)


RUNTIMES = {
    runtime.identifier: runtime
    for runtime in (
        _row("nodejs18.x", "2025-09-01", "2027-02-01", "2027-03-03"),
        _row("nodejs20.x", "2026-04-30", "2027-02-01", "2027-03-03"),
        _row("nodejs22.x", "2027-04-30", "2027-06-01", "2027-07-01"),
        _row("nodejs24.x", "2028-04-30", "2028-06-01", "2028-07-01"),
        _row("python3.9", "2025-12-15", "2027-02-01", "2027-03-03"),
        _row("python3.10", "2026-10-31", "2027-02-01", "2027-03-03"),
        _row("python3.11", "2027-06-30", "2027-07-31", "2027-08-31"),
        _row("python3.12", "2028-10-31", "2028-11-30", "2029-01-10"),
        _row("python3.13", "2029-06-30", "2029-07-31", "2029-08-31"),
        _row("python3.14", "2029-06-30", "2029-07-31", "2029-08-31"),
    )
}

_OUTDATED = re.compile(r"^(nodejs(4\.3|6\.10|8\.10|1[0246]\.x)?|nodejs4\.3-edge|python(2\.7|3\.[678]))$")


def runtime_of(identifier: str) -> Runtime:
    """The runtime, or a refusal that says which of three reasons it has: ended, not ours, unknown."""
    if runtime := RUNTIMES.get(identifier):
        return runtime
    runs = ", ".join(RUNTIMES)
    if _OUTDATED.match(identifier):
        raise errors.invalid(
            f"The runtime parameter of {identifier} is no longer supported for creating or updating "
            f"AWS Lambda functions. The twin runs: {runs}"
        )
    raise errors.unsupported(f"The runtime {identifier} cannot be executed here. The twin runs: {runs}")
