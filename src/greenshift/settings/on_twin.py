"""Whether the twin can run a function: what its package or runtime takes that a laptop may not have."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from greenshift.contract.runtimes import RUNTIMES, Language
from greenshift.errors import UsageError
from greenshift.settings.functions import FunctionSettings

Which = Callable[[str], str | None]

# What the twin starts of this machine; Node and Python come with Greenshift.
_PROGRAMS: dict[Language, tuple[str, ...]] = {"java": ("java", "javac"), "ruby": ("ruby",)}
_ELSEWHERE = "release it on AWS (--stack), or leave it out of greenshift:functions in Pulumi.local.yaml"


@dataclass(frozen=True)
class Obstacle:
    """A line each: what it is, why the twin does not run it, what to do. ``rule`` names the kind."""

    rule: str
    what: str
    why: str
    fix: str


def obstacle(key: str, function: FunctionSettings, which: Which = shutil.which) -> Obstacle | None:
    """Why this function cannot run on the twin; None when it can."""
    if function.package_type == "Image":
        return Obstacle(
            "container-image",
            f"{key} is a container image",
            "the twin runs no container images, since that takes Docker",
            f"{_ELSEWHERE}, or package it as a zip by naming runtime and handler",
        )
    language = RUNTIMES[function.runtime].language
    if language == "dotnet":
        return Obstacle(
            "runtime-not-here",
            f"{key} runs on {function.runtime}",
            "the twin has no runtime for .NET",
            _ELSEWHERE,
        )
    missing = [name for name in _PROGRAMS.get(language, ()) if which(name) is None]
    if not missing:
        return None
    return Obstacle(
        "runtime-not-here",
        f"{key} runs on {function.runtime}",
        f"the twin runs it with this machine's {' and '.join(missing)}, which is not on PATH",
        f"install {' and '.join(missing)}, or {_ELSEWHERE}",
    )


def refuse_on_twin(functions: Mapping[str, FunctionSettings], which: Which = shutil.which) -> None:
    """UsageError, with the reason of each, when functions could not run on the twin."""
    found = [each for key in sorted(functions) if (each := obstacle(key, functions[key], which)) is not None]
    if found:
        raise UsageError("; ".join(f"{each.what}: {each.why}" for each in found), hint=found[0].fix)
