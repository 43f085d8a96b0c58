"""One Lambda function as a user describes it: where its code is, how it runs, how it is tested.

``directory``, ``runtime`` and ``handler`` may be left out: they are filled in from what lies on disk
(``directories.py``), so everyone who reads a loaded ``FunctionSettings`` finds all three.
"""

from __future__ import annotations

import re
from typing import Literal, Self

from pydantic import JsonValue, field_validator, model_validator

from greenshift.contract.names import RESERVED_KEYS
from greenshift.contract.runtimes import RUNTIMES
from greenshift.settings.alarms import AlarmOverride
from greenshift.settings.fields import Section, section, setting, whole
from greenshift.settings.identifiers import check_layers, check_security_groups, check_subnets
from greenshift.settings.rollouts import Rollout
from greenshift.settings.safety import FunctionSafety
from greenshift.settings.sections import RETENTION_ALLOWED, checked_retention
from greenshift.settings.violation import Violation

# A key becomes part of names in six services and of file names; the strictest of them decides.
KEY_PATTERN = re.compile(r"[a-z]([a-z0-9_-]{0,38}[a-z0-9])?")
KEY_ALLOWED = (
    "a function key starts with a lower-case letter, holds lower-case letters, digits, '-' and '_', "
    "and has at most 40 characters"
)

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
# file.function; Ruby's file.Module::Class.method; Java's class::method; .NET's assembly::class::method.
_HANDLER = re.compile(r"[\w./:-]+\.\w+|[\w.$]+::[\w.$+`]+(::\w+)?")
# Lambda developer guide, "Lambda quotas".
_MOST_LAYERS = 5


class SmokeSettings(Section):
    enabled: bool = setting(
        True, "Invoke a new version once before it gets traffic.", allowed="true or false"
    )
    event: dict[str, JsonValue] | None = setting(
        None,
        "The event of that invocation; none means an event the code can recognise.",
        allowed="a JSON object",
        example={"warmUp": True},
    )
    when_code_fails: Literal["fail", "pass"] = setting(
        "fail",
        "What an unhandled error of the code in that invocation does: the release fails, with the error "
        "shown; or it passes for a refusal of the event. A version that cannot be loaded fails either way.",
        allowed="fail or pass",
    )


class VpcSettings(Section):
    """The network a function is put into; without ids it runs in none."""

    subnet_ids: tuple[str, ...] = setting(
        (), "The subnets.", allowed="a list of subnet ids", example=["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
    )
    security_group_ids: tuple[str, ...] = setting(
        (), "The security groups.", allowed="a list of security group ids", example=["sg-0a1b2c3d"]
    )

    @field_validator("subnet_ids")
    @classmethod
    def _are_subnets(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        check_subnets(value)
        return value

    @field_validator("security_group_ids")
    @classmethod
    def _are_security_groups(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        check_security_groups(value)
        return value

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if bool(self.subnet_ids) != bool(self.security_group_ids):
            missing = "securityGroupIds" if self.subnet_ids else "subnetIds"
            raise Violation("a VPC needs subnets and security groups", at=(missing,))
        return self

    def __bool__(self) -> bool:
        return bool(self.subnet_ids)


class FunctionSettings(Section):
    directory: str = setting(
        "",
        "Where the code is, from the project root. Default: functions/<key>.",
        allowed="a directory in the project",
        example="functions/charge",
    )
    package_type: Literal["Zip", "Image"] | None = setting(
        None,
        "Whether it is released as a zip or as a container image, built from the directory's Dockerfile. "
        "Default: Image where there is a Dockerfile and no handler; else Zip.",
        allowed="Zip or Image",
        example="Zip",
    )
    runtime: str = setting(
        "",
        "Lambda's runtime identifier. Default: told by the files.",
        allowed=f"one of {', '.join(RUNTIMES)}",
        example="nodejs22.x",
    )
    handler: str = setting(
        "",
        "file.function. Default: index.handler or handler.handler; for provided.al2023 bootstrap.",
        allowed="<file>.<function>",
        example="index.handler",
    )
    memory: int = whole(256, "Memory in MB.", 128, 10240, "MB")
    timeout: int = whole(10, "Seconds one invocation may take.", 1, 900, "seconds")
    environment: dict[str, str] = setting(
        {},
        "Environment variables of the function. Configured as a secret, they stay secret in Pulumi's state.",
        allowed="a mapping of names to text",
        example={"LIMIT": "3"},
    )
    architecture: Literal["x86_64", "arm64"] = setting(
        "x86_64", "The processor the function runs on.", allowed="x86_64 or arm64"
    )
    rollout: Rollout | None = setting(
        None,
        "How traffic moves to a new version of this function. Default: rollout, for all of them.",
        allowed="a rollout strategy",
        example="Canary10Percent5Minutes",
    )
    test: str | None = setting(
        None,
        "Command that tests the function, run in its directory.",
        allowed="a command",
        example="npm test",
    )
    build: str | None = setting(
        None,
        "Command that builds it, run before the tests; esbuild, with flags or without, bundles the handler. "
        "Default: esbuild for a handler in TypeScript below a tsconfig.json.",
        allowed="a command",
        example="npm run build",
    )
    exclude: tuple[str, ...] = setting(
        (), "Files to leave out of the package, as globs.", allowed="a list of globs", example=["*.md"]
    )
    # 0 would switch the function off, and with it the test that precedes traffic.
    reserved_concurrency: int | None = whole(
        None,
        "Invocations at a time that are set aside for this function, and its limit.",
        1,
        100000,
        example=50,
    )
    layers: tuple[str, ...] = setting(
        (),
        "Layers, by the ARNs of their versions; for the twin they must be published there.",
        allowed="a list of at most 5 ARNs of layer versions",
        example=["arn:aws:lambda:eu-west-1:123456789012:layer:certificates:3"],
        max_length=_MOST_LAYERS,
    )
    vpc: VpcSettings = section(VpcSettings, "The network the function is put into.")
    tracing: bool = setting(
        False, "Whether X-Ray traces the function.", allowed="true or false", example=True
    )
    ephemeral_storage: int = whole(512, "The function's /tmp in MB.", 512, 10240, "MB")
    log_retention_days: int | None = setting(
        None,
        "Days CloudWatch Logs keeps its lines. Default: logs.retentionDays.",
        allowed=RETENTION_ALLOWED,
        example=90,
    )
    alarm: AlarmOverride = section(AlarmOverride, "When a new version of this function counts as bad.")
    smoke: SmokeSettings = section(SmokeSettings, "The invocation that precedes traffic.")
    safety: FunctionSafety = section(FunctionSafety, "What may break this function's live version.")

    @field_validator("runtime")
    @classmethod
    def _known_runtime(cls, value: str) -> str:
        if value not in RUNTIMES:
            raise Violation(f"known runtimes are {', '.join(RUNTIMES)}")
        return value

    @field_validator("handler")
    @classmethod
    def _handler_names_a_function(cls, value: str) -> str:
        if value != "bootstrap" and not _HANDLER.fullmatch(value):
            raise Violation("write <file>.<function>, for example index.handler")
        return value

    @field_validator("layers")
    @classmethod
    def _are_layer_versions(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        check_layers(value)
        return value

    @field_validator("log_retention_days")
    @classmethod
    def _retention_exists(cls, value: int | None) -> int | None:
        return checked_retention(value) if value is not None else None

    @field_validator("environment")
    @classmethod
    def _variables_lambda_accepts(cls, value: dict[str, str]) -> dict[str, str]:
        for name in value:
            _check_variable(name)
        if sum(len(name.encode()) + len(text.encode()) for name, text in value.items()) > _ENVIRONMENT_BYTES:
            raise Violation("all variables of a function together have at most 4 KB")
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
