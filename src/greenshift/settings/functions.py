"""One Lambda function as a user describes it: where its code is, how it runs, how it is tested.

``directory``, ``runtime`` and ``handler`` may be left out: they are filled in from what lies on disk
(``directories.py``), so everyone who reads a loaded ``FunctionSettings`` finds all three.
"""

from __future__ import annotations

import re
from typing import Literal

from pydantic import JsonValue, field_validator

from greenshift.settings.fields import Section, section, setting, whole
from greenshift.settings.runtimes import RUNTIMES
from greenshift.settings.strategy import why_impossible
from greenshift.settings.violation import Violation

# A key becomes part of names in six services and of file names; the strictest of them decides.
KEY_PATTERN = re.compile(r"[a-z]([a-z0-9_-]{0,38}[a-z0-9])?")
KEY_ALLOWED = (
    "a function key starts with a lower-case letter, holds lower-case letters, digits, '-' and '_', "
    "and has at most 40 characters"
)
# Greenshift's own functions are named <project>-<stack>-controller and -recorder.
RESERVED_KEYS = ("controller", "recorder")

# Lambda developer guide, "Defined runtime environment variables": these cannot be configured.
_RESERVED_VARIABLES = frozenset(
    (
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    )
)
_OWN_VARIABLE = "DEPLOYMENT_TABLE_NAME"
_VARIABLE_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]+")
_ENVIRONMENT_BYTES = 4096


class SmokeSettings(Section):
    enabled: bool = setting(
        True, "Invoke a new version once before it gets traffic.", allowed="true or false"
    )
    event: dict[str, JsonValue] | None = setting(
        None,
        "The event of that invocation; none means an event the code can recognise.",
        allowed="a JSON object",
    )


class FunctionSettings(Section):
    directory: str = setting(
        "",
        "Where the code is, from the project root. Default: functions/<key>.",
        allowed="a directory in the project",
    )
    runtime: str = setting(
        "",
        "Lambda's runtime identifier. Default: told by the files.",
        allowed=f"one of {', '.join(RUNTIMES)}",
    )
    handler: str = setting(
        "", "file.function. Default: index.handler or handler.handler.", allowed="<file>.<function>"
    )
    memory: int = whole(256, "Memory in MB.", 128, 10240, "MB")
    timeout: int = whole(10, "Seconds one invocation may take.", 1, 900, "seconds")
    environment: dict[str, str] = setting(
        {}, "Environment variables of the function.", allowed="a mapping of names to text"
    )
    architecture: Literal["x86_64", "arm64"] = setting(
        "x86_64", "The processor the function runs on.", allowed="x86_64 or arm64"
    )
    rollout: str | None = setting(
        None, "How traffic moves to a new version of this function.", allowed="a rollout strategy"
    )
    test: str | None = setting(
        None, "Command that tests the function, run in its directory.", allowed="a command"
    )
    build: str | None = setting(None, "Command that builds it, run after the tests.", allowed="a command")
    exclude: tuple[str, ...] = setting(
        (), "Files to leave out of the package, as globs.", allowed="a list of globs"
    )
    smoke: SmokeSettings = section(SmokeSettings, "The invocation that precedes traffic.")

    @field_validator("runtime")
    @classmethod
    def _known_runtime(cls, value: str) -> str:
        if value not in RUNTIMES:
            raise Violation(f"known runtimes are {', '.join(RUNTIMES)}")
        return value

    @field_validator("handler")
    @classmethod
    def _handler_names_a_function(cls, value: str) -> str:
        if not re.fullmatch(r"[\w./-]+\.\w+", value):
            raise Violation("write <file>.<function>, for example index.handler")
        return value

    @field_validator("rollout")
    @classmethod
    def _possible_rollout(cls, value: str | None) -> str | None:
        return checked_rollout(value) if value is not None else None

    @field_validator("environment")
    @classmethod
    def _variables_lambda_accepts(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            _check_variable(name)
        if sum(len(name.encode()) + len(text.encode()) for name, text in value.items()) > _ENVIRONMENT_BYTES:
            raise Violation("all variables of a function together have at most 4 KB")
        return value


def checked_rollout(value: str) -> str:
    reason = why_impossible(value)
    if reason is not None:
        raise Violation(reason)
    return value


def why_bad_key(key: str) -> str | None:
    """Why no function can have this key; None when it can."""
    if key in RESERVED_KEYS:
        return f"{' and '.join(RESERVED_KEYS)} are Greenshift's own functions"
    return None if KEY_PATTERN.fullmatch(key) else KEY_ALLOWED


def _check_variable(name: str) -> None:
    if name == _OWN_VARIABLE:
        raise Violation(f"Greenshift itself sets {_OWN_VARIABLE}", at=(name,))
    if name in _RESERVED_VARIABLES:
        raise Violation("Lambda reserves this name", at=(name,))
    if not _VARIABLE_NAME.fullmatch(name):
        raise Violation("a name starts with a letter and holds letters, digits and '_'", at=(name,))
