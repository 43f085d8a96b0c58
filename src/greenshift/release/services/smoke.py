"""Does a new version run at all? One invocation before it gets traffic.

The status of a failed invocation is still 200; only `FunctionError` tells [API reference: Invoke]. With our
own event, which no handler understands, an ordinary exception proves that the code was loaded and ran: only
errors of the runtime itself count. With an event the user configured, every error counts.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from greenshift.release.targets import Smoke

DEFAULT_EVENT = json.dumps({"greenshift": {"smoke": True}})

# What the runtime itself reports: import, handler, syntax, exit, sandbox time-out … [user guide:
# troubleshooting]. MarshalError is not among them: the handler ran and returned something that is no JSON.
_OF_THE_RUNTIME = re.compile(r"(Runtime|Sandbox|Extension|InvalidEntrypoint|Init)\b")
_RAN = frozenset({"Runtime.MarshalError", "Runtime.UnhandledPromiseRejection"})
# Lambda's log line for an exception thrown while the module was loaded, whose errorType is the user's own
# class.
_INIT_FAILED = re.compile(r"INIT_REPORT[^\n]*Status:\s*(error|timeout)")
# Older time-outs have no errorType, only this text.
_TIMED_OUT = re.compile(r"Task timed out after [\d.]+ seconds")


@dataclass(frozen=True)
class Invocation:
    """What Invoke answered."""

    function_error: str | None  # `Unhandled`, or absent when the function returned
    payload: bytes
    log: str = ""  # the last 4 KB, when asked for and allowed


@dataclass(frozen=True)
class _FunctionError:
    type: str
    message: str


def event_of(smoke: Smoke) -> bytes:
    return (smoke.event or DEFAULT_EVENT).encode()


def verdict(smoke: Smoke, invocation: Invocation) -> str | None:
    """Why this version must not get traffic, or None."""
    if invocation.function_error is None:
        return None
    error = _parse(invocation.payload)
    is_fatal = smoke.event is not None or _could_not_run(error, invocation.log)
    return f"{error.type or invocation.function_error}: {error.message}" if is_fatal else None


def _could_not_run(error: _FunctionError, log: str) -> bool:
    if _INIT_FAILED.search(log) or (not error.type and _TIMED_OUT.search(error.message)):
        return True
    return error.type not in _RAN and _OF_THE_RUNTIME.match(error.type) is not None


def _parse(payload: bytes) -> _FunctionError:
    try:
        content = json.loads(payload)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return _FunctionError("", payload[:200].decode("utf-8", "replace"))
    return _FunctionError(str(content.get("errorType", "")), str(content.get("errorMessage", "")))
