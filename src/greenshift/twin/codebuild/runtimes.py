"""``runtime-versions`` of a buildspec against what this machine has. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from string import Template

from greenshift.twin.codebuild.errors import yaml_file_error

_NAMES = {"nodejs": "Node", "python": "Python"}


def runtime_lines(
    wanted: Mapping[str, str], available: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[str]:
    """The log lines of a choice of runtimes; a runtime the twin does not have at all is an error."""
    for runtime, text in wanted.items():
        version = Template(text).safe_substitute(environment)
        if runtime not in available:
            known = ", ".join(available)
            raise yaml_file_error(f"Unknown runtime named '{runtime}'. The twin has these runtimes: {known}")
        real = available[runtime]
        yield f"Selecting '{runtime}' runtime version '{version}' as the buildspec asks (here: {real})"
        if not _is_satisfied(version, real):
            yield (
                f"WARNING: the twin builds on {_NAMES.get(runtime, runtime)} v{real}, not on {version}; "
                "AWS CodeBuild will use the version asked for"
            )


def _is_satisfied(wanted: str, real: str) -> bool:
    """``22`` and ``22.x`` are met by 22.20.0; ``latest`` by anything.

    >>> _is_satisfied("3.1", "3.11.7")
    False
    """
    parts = [part for part in wanted.removeprefix("v").split(".") if part not in ("x", "")]
    return wanted == "latest" or parts == real.split(".")[: len(parts)]
