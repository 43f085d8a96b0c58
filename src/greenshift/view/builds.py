"""What a build printed: the part of it a person needs when it failed."""

from __future__ import annotations

from typing import Any

from greenshift.reading.builds import read_build
from greenshift.reading.logs import read_stream


def log_lines(codebuild: Any, logs: Any, build_id: str) -> list[str]:
    """The whole log of a build, oldest line first; empty when it has none."""
    build = read_build(codebuild, build_id)
    if build is None or build.log is None:
        return []
    events, _ = read_stream(logs, build.log)
    return [event.text for event in events]


def failing_part(lines: list[str], at_most: int = 40) -> list[str]:
    """The output of the command that failed, and CodeBuild's word on it.

    CodeBuild names the command in "Running command …" before its output and in "Command did not exit
    successfully …" after it (CodeBuild user guide: "View build details").
    """
    failed = next((i for i, line in enumerate(lines) if "Command did not exit successfully" in line), None)
    if failed is None:
        return lines[-at_most:]
    started = next((i for i in range(failed, -1, -1) if "Running command" in lines[i]), 0)
    part = lines[started : failed + 1]
    return part if len(part) <= at_most else [part[0], "…", *part[-(at_most - 2) :]]
