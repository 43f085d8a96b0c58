"""The runtimes as data: what Lambda offers, until when, and what the twin can execute.

Dates: AWS's runtimes page as kept by cfn-lint 1.58.0 (AWS has moved the block dates several times, so they
are data and are compared with the twin's clock nowhere but in ``runtime_of``).
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from datetime import date
from typing import Literal

from greenshift.twin.awslambda import errors

Language = Literal["python", "nodejs", "java", "ruby", "provided"]


@dataclass(frozen=True)
class Runtime:
    """One runtime identifier; ``block_create`` is the first day on which new functions are refused."""

    identifier: str
    language: Language
    version: str
    deprecated: date
    block_create: date
    block_update: date


_LANGUAGES: tuple[Language, ...] = ("python", "nodejs", "java", "ruby", "provided")


def _row(identifier: str, deprecated: str, block_create: str, block_update: str) -> Runtime:
    language: Language = next(each for each in _LANGUAGES if identifier.startswith(each))
    version = identifier.removeprefix(language).removesuffix(".x")
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
        _row("java17", "2027-06-30", "2027-07-31", "2027-08-31"),
        _row("java21", "2029-06-30", "2029-07-31", "2029-08-31"),
        _row("ruby3.2", "2026-03-31", "2027-02-01", "2027-03-03"),
        _row("ruby3.3", "2027-03-31", "2027-04-30", "2027-05-31"),
        _row("ruby3.4", "2028-03-31", "2028-04-30", "2028-05-31"),
        _row("provided.al2023", "2029-06-30", "2029-07-31", "2029-08-31"),
    )
}

_OUTDATED = re.compile(r"^(nodejs(4\.3|6\.10|8\.10|1[0246]\.x)?|nodejs4\.3-edge|python(2\.7|3\.[678]))$")


def has_jdk() -> bool:
    """Java's runtime is compiled once on this machine, so that it fits whichever Java is there."""
    return all(shutil.which(name) for name in ("java", "javac"))


def runtime_of(identifier: str) -> Runtime:
    """The runtime, or a refusal that says which of three reasons it has: ended, not ours, unknown."""
    if runtime := RUNTIMES.get(identifier):
        if runtime.language == "java" and not has_jdk():
            raise errors.unsupported(
                f"The runtime {identifier} needs a JDK, java and javac on PATH, and this machine has none"
            )
        if runtime.language == "ruby" and shutil.which("ruby") is None:
            raise errors.unsupported(
                f"The runtime {identifier} needs Ruby, ruby on PATH, and this machine has none"
            )
        return runtime
    runs = ", ".join(RUNTIMES)
    if _OUTDATED.match(identifier):
        raise errors.invalid(
            f"The runtime parameter of {identifier} is no longer supported for creating or updating "
            f"AWS Lambda functions. The twin runs: {runs}"
        )
    raise errors.unsupported(f"The runtime {identifier} cannot be executed here. The twin runs: {runs}")
