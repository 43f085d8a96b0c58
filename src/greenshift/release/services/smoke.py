"""Does a new version run at all? One judgement of one invocation, for Publish and for the before hook.

The status of a failed invocation is still 200; only `FunctionError` tells [API reference: Invoke]. A version
that could not be loaded, or whose process ended or ran out of time, fails whatever the settings say. Whether
an ordinary error of the code does, which may be no more than a refusal of an event it does not know, is a
setting; by default it does.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from greenshift.release.targets import Smoke

DEFAULT_EVENT = json.dumps({"greenshift": {"smoke": True}})

# What the runtime and the sandbox report: import, handler, syntax, exit, time-out … [user guide:
# troubleshooting].
_OF_THE_RUNTIME = re.compile(r"(Runtime|Sandbox|Extension|InvalidEntrypoint|Init)\b")
# Lambda's log lines for an exception thrown while the module was loaded, whose errorType is the user's own
# class. Whether the tail of the log has the first is not documented, so it is not what decides alone.
_INIT_FAILED = re.compile(r"INIT_REPORT[^\n]*Status:\s*(error|timeout)")
_ENDED_BY_LAMBDA = re.compile(
    r"^REPORT [^\n]*Status:\s*(timeout|error\s+Error Type:\s*(Runtime|Sandbox|Extension))", re.M
)
# Older time-outs have no errorType, only this text.
_TIMED_OUT = re.compile(r"Task timed out after [\d.]+ seconds")
_HINT = (
    "when the code refuses an event it does not know, give it one with smoke.event, or let that pass with "
    "smoke.whenCodeFails: pass"
)


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
    is_before_any_event: bool  # Python's runtime names the request it failed in; while loading there is none


def event_of(smoke: Smoke) -> bytes:
    return (smoke.event or DEFAULT_EVENT).encode()


def verdict(smoke: Smoke, invocation: Invocation) -> str | None:
    """Why this version must not get traffic, with what it answered; None when it may."""
    if invocation.function_error is None:
        return None
    error = _parse(invocation.payload)
    told = f"{error.type or invocation.function_error}: {error.message}"
    if _could_not_run(error, invocation.log):
        return told
    return None if smoke.lets_code_fail else f"{told} ({_HINT})"


def _could_not_run(error: _FunctionError, log: str) -> bool:
    if _OF_THE_RUNTIME.match(error.type) or error.is_before_any_event:
        return True
    if _INIT_FAILED.search(log) or _ENDED_BY_LAMBDA.search(log):
        return True
    return not error.type and _TIMED_OUT.search(error.message) is not None


def _parse(payload: bytes) -> _FunctionError:
    try:
        content = json.loads(payload)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        return _FunctionError("", payload[:200].decode("utf-8", "replace"), False)
    type_, message = (str(content.get(name, "")) for name in ("errorType", "errorMessage"))
    return _FunctionError(type_, message, content.get("requestId") == "")
