"""``runtime-versions`` of a buildspec against what this machine has."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from string import Template

from greenshift.twin.codebuild.errors import yaml_file_error

_NAMES = {"nodejs": "Node", "python": "Python", "golang": "Go", "java": "Java", "ruby": "Ruby"}
# User guide, "Available runtimes": the languages of AWS's images besides Node and Python.
_COMMANDS = {
    "java": ("java", "-version"),
    "golang": ("go", "version"),
    "ruby": ("ruby", "--version"),
    "php": ("php", "--version"),
    "dotnet": ("dotnet", "--version"),
    "docker": ("docker", "--version"),
}
_SECONDS = 10.0


def runtime_lines(
    wanted: Mapping[str, str], available: Mapping[str, str], environment: Mapping[str, str]
) -> Iterator[str]:
    """The log lines of a choice of runtimes; a runtime the twin does not have at all is an error."""
    for runtime, text in wanted.items():
        version = Template(text).safe_substitute(environment)
        real = available.get(runtime, "") or of_the_machine(runtime)
        if not real:
            raise yaml_file_error(_missing(runtime, available))
        yield f"Selecting '{runtime}' runtime version '{version}' as the buildspec asks (here: {real})"
        if not _is_satisfied(version, real):
            yield (
                f"WARNING: the twin builds on {_NAMES.get(runtime, runtime)} v{real}, not on {version}; "
                "AWS CodeBuild will use the version asked for"
            )


def of_the_machine(runtime: str) -> str:
    """The version of a language that only the machine may have; empty when it has none."""
    command = _COMMANDS.get(runtime)
    program = shutil.which(command[0]) if command else None
    if command is None or program is None:
        return ""
    try:
        done = subprocess.run(
            [program, *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    found = re.search(r"\d+(?:\.\d+)+|\d+", done.stdout) if done.returncode == 0 else None
    return found.group() if found else ""


def _missing(runtime: str, available: Mapping[str, str]) -> str:
    command = _COMMANDS.get(runtime)
    if command is None:
        known = ", ".join((*available, *_COMMANDS))
        return f"Unknown runtime named '{runtime}'. The twin knows these runtimes: {known}"
    return (
        f"runtime '{runtime}': there is no {command[0]!r} on this machine, and the twin installs none; "
        f"install it here, or leave it out of runtime-versions"
    )


def _is_satisfied(wanted: str, real: str) -> bool:
    """``22`` and ``22.x`` are met by 22.20.0; ``latest`` by anything.

    >>> _is_satisfied("3.1", "3.11.7")
    False
    """
    wanted = wanted.removeprefix("corretto")
    parts = [part for part in wanted.removeprefix("v").split(".") if part not in ("x", "")]
    return wanted == "latest" or parts == real.split(".")[: len(parts)]
