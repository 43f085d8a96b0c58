"""What came of one invocation, and the payloads Lambda itself writes when the runtime could not.

Payload shapes: observed on AWS (floci-io/floci#3314).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from greenshift.twin.wire.json_text import read_json

# Developer guide, "Lambda quotas": 6 MB for the response of a synchronous invocation.
RESPONSE_LIMIT = 6_291_556


@dataclass(frozen=True)
class Outcome:
    """The payload, and whether it describes an error; ``error_type`` is for the REPORT line."""

    payload: bytes
    is_error: bool = False
    error_type: str = ""
    is_timeout: bool = False


def _error(error_type: str, message: str, *, is_timeout: bool = False) -> Outcome:
    payload = json.dumps({"errorType": error_type, "errorMessage": message}).encode()
    return Outcome(payload, True, error_type, is_timeout)


def responded(payload: bytes) -> Outcome:
    if len(payload) <= RESPONSE_LIMIT:
        return Outcome(payload)
    message = f"Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes)."
    return _error("Function.ResponseSizeTooLarge", message)


def runtime_error(payload: bytes) -> Outcome:
    """An error the runtime reported: passed on as it is."""
    try:
        error_type = str(read_json(payload).get("errorType", ""))
    except (ValueError, AttributeError):
        error_type = ""
    return Outcome(payload, True, error_type or "Runtime.Unknown")


def timed_out(request_id: str, seconds: float) -> Outcome:
    message = f"RequestId: {request_id} Error: Task timed out after {seconds:.2f} seconds"
    return _error("Sandbox.Timedout", message, is_timeout=True)


def exited(request_id: str, return_code: int) -> Outcome:
    """The process ended by itself; asyncio gives a negative code for a signal."""
    message = f"RequestId: {request_id} Error: {exit_reason(return_code)}"
    return _error("Runtime.ExitError", message)


def exit_reason(return_code: int) -> str:
    if return_code == 0:
        return "Runtime exited without providing a reason"
    if return_code == -9:
        return "Runtime exited with error: signal: killed"
    if return_code < 0:
        return f"Runtime exited with error: signal: {-return_code}"
    return f"Runtime exited with error: exit status {return_code}"
