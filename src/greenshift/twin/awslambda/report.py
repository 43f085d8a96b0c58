"""What the service itself writes about an invocation: log lines and metrics, as pure functions.

Developer guide, "Lambda function log output" and "Lambda function metrics".
"""

from __future__ import annotations

import base64
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

NAMESPACE = "AWS/Lambda"
TAIL_BYTES = 4096


@dataclass(frozen=True)
class Run:
    """One invocation as it is told about afterwards; times in seconds, ``started`` in twin time."""

    request_id: str
    function: str
    qualifier: str | None
    is_alias: bool
    version: str
    started: float
    seconds: float
    timeout: int
    memory_size: int
    memory_used_mb: int
    init_seconds: float | None
    is_error: bool
    error_type: str
    is_timeout: bool


def start_line(request_id: str, version: str) -> str:
    return f"START RequestId: {request_id} Version: {version}"


def init_report_lines(inits: Iterable[tuple[float, str]]) -> list[str]:
    """What is written of initialisations that did not end well: (seconds, error type) each, no type for a
    time-out. The first was the Init phase, a second one happened inside the invocation (developer guide,
    "Lambda execution environment": failures during the Init phase). One that ends well has no such line.
    """
    return [
        f"INIT_REPORT Init Duration: {seconds * 1000:.2f} ms\tPhase: {'invoke' if place else 'init'}\t"
        + (f"Status: error\tError Type: {init_error_type(kind)}" if kind else "Status: timeout")
        for place, (seconds, kind) in enumerate(inits)
    ]


def init_error_type(error_type: str) -> str:
    """A class of the user's own is not told by its name (the runtime interface emulator's source)."""
    return error_type if error_type.startswith(("Runtime.", "Function.")) else "Runtime.Unknown"


def end_lines(run: Run, now: float) -> Iterator[str]:
    if run.is_timeout:
        stamp = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        yield f"{stamp} {run.request_id} Task timed out after {run.timeout:.2f} seconds"
    yield f"END RequestId: {run.request_id}"
    yield report_line(run)


def report_line(run: Run) -> str:
    milliseconds = run.seconds * 1000
    parts = [
        f"REPORT RequestId: {run.request_id}",
        f"Duration: {milliseconds:.2f} ms",
        f"Billed Duration: {math.ceil(milliseconds)} ms",
        f"Memory Size: {run.memory_size} MB",
        f"Max Memory Used: {run.memory_used_mb} MB",
    ]
    if run.init_seconds is not None:
        parts.append(f"Init Duration: {run.init_seconds * 1000:.2f} ms")
    if run.is_timeout:
        parts.append("Status: timeout")
    elif run.error_type.startswith("Runtime."):
        parts += ["Status: error", f"Error Type: {run.error_type}"]
    return "\t".join(parts)


def tail(lines: Iterable[str]) -> str:
    """X-Amz-Log-Result: the last 4 KB of the log of one invocation, in base64."""
    text = "\n".join(lines) + "\n"
    return base64.b64encode(text.encode()[-TAIL_BYTES:]).decode()


Dimensions = Mapping[str, str]
_NO_DIMENSIONS: Dimensions = {}


def dimension_sets(
    function: str, qualifier: str | None, is_alias: bool, version: str | None
) -> list[Dimensions]:
    """The combinations Lambda publishes; ``FunctionName`` with ``ExecutedVersion`` alone is not one."""
    resource = f"{function}:{qualifier}" if qualifier and qualifier != "$LATEST" else function
    sets: list[Dimensions] = [
        _NO_DIMENSIONS,
        {"FunctionName": function},
        {"FunctionName": function, "Resource": resource},
    ]
    if is_alias and version is not None:
        sets.append({"FunctionName": function, "Resource": resource, "ExecutedVersion": version})
    return sets


def measurements(run: Run) -> list[tuple[str, float, str]]:
    """Name, value, unit; Errors is 0 when all went well, so that a rate can be computed."""
    return [
        ("Invocations", 1.0, "Count"),
        ("Errors", 1.0 if run.is_error else 0.0, "Count"),
        ("Duration", run.seconds * 1000, "Milliseconds"),
    ]
