"""Requests -> ``Configuration``: defaults, merging, and what cannot be configured.

The wire's dictionaries end here. Sources: API reference, CreateFunction and UpdateFunctionConfiguration;
reserved variables: developer guide, "Using environment variables".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Configuration, Logging, VpcConfig
from greenshift.twin.awslambda.runtimes import runtime_of

RESERVED_VARIABLES = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_LAMBDA_RUNTIME_API",
        "LAMBDA_TASK_ROOT",
        "LAMBDA_RUNTIME_DIR",
    }
)

ENVIRONMENT_LIMIT = 4096
MAXIMUM_MEMORY = 10_240

# Members that would change what runs, and that the twin cannot honour: refused rather than ignored.
UNSUPPORTED = (
    "FileSystemConfigs",
    "ImageConfig",
    "CodeSigningConfigArn",
    "TenancyConfig",
    "CapacityProviderConfig",
    "DurableConfig",
    "RuntimeConfig",
    "AcceleratorConfig",
    "PublishTo",
)


def create_configuration(request: Mapping[str, Any]) -> Configuration:
    """The configuration of a CreateFunction request."""
    if request.get("PackageType", "Zip") != "Zip":
        raise errors.unsupported("PackageType Image is not supported: the twin runs zip packages only")
    for required in ("Runtime", "Handler"):
        if not request.get(required):
            raise errors.invalid(
                f"{required} is mandatory for functions created with deployment packages of type Zip."
            )
    base = Configuration(runtime=request["Runtime"], handler=request["Handler"], role=request["Role"])
    architectures = tuple(request.get("Architectures") or base.architectures)
    return replace(update_configuration(base, request), architectures=architectures)


def update_configuration(current: Configuration, request: Mapping[str, Any]) -> Configuration:
    """``current`` with every member the request gives replaced; members not given stay."""
    for member in UNSUPPORTED:
        if request.get(member):
            raise errors.unsupported(f"{member} is not supported by the twin")
    changes: dict[str, Any] = {
        name: request[member] for member, name in _PLAIN.items() if request.get(member) is not None
    }
    changes |= {
        name: read(request[member])
        for member, (name, read) in _NESTED.items()
        if request.get(member) is not None
    }
    updated = replace(current, **changes)
    _check(updated)
    return updated


_PLAIN = {
    "Runtime": "runtime",
    "Handler": "handler",
    "Role": "role",
    "Description": "description",
    "Timeout": "timeout",
    "MemorySize": "memory_size",
    "KMSKeyArn": "kms_key_arn",
}


def _environment(value: Mapping[str, Any]) -> Mapping[str, str] | None:
    """An empty set of variables is a set that was given, and is told again."""
    return dict(value["Variables"]) if value.get("Variables") is not None else None


def _vpc(value: Mapping[str, Any]) -> VpcConfig | None:
    subnets = tuple(value.get("SubnetIds") or ())
    return VpcConfig(subnets, tuple(value.get("SecurityGroupIds") or ())) if subnets else None


def _logging(value: Mapping[str, Any]) -> Logging:
    log_format = value.get("LogFormat") or "Text"
    levels = value.get("ApplicationLogLevel"), value.get("SystemLogLevel")
    if log_format == "JSON":
        return Logging(log_format, value.get("LogGroup"), levels[0] or "INFO", levels[1] or "INFO")
    if any(levels):
        raise errors.invalid(
            "ApplicationLogLevel and SystemLogLevel can only be set for functions whose LogFormat is JSON."
        )
    return Logging(log_format, value.get("LogGroup"))


_NESTED = {
    "Environment": ("environment", _environment),
    "VpcConfig": ("vpc", _vpc),
    "LoggingConfig": ("logging", _logging),
    "DeadLetterConfig": ("dead_letter_arn", lambda value: value.get("TargetArn") or None),
    "TracingConfig": ("tracing_mode", lambda value: value.get("Mode") or "PassThrough"),
    "EphemeralStorage": ("ephemeral_storage", lambda value: value["Size"]),
    "SnapStart": ("snap_start", lambda value: value.get("ApplyOn") or "None"),
}


def _check(configuration: Configuration) -> None:
    runtime_of(configuration.runtime)
    if configuration.memory_size > MAXIMUM_MEMORY:
        raise errors.invalid(
            f"'MemorySize' value failed to satisfy constraint: Member must be <= {MAXIMUM_MEMORY}"
        )
    check_environment(configuration.environment or {})


def check_environment(variables: Mapping[str, str]) -> None:
    reserved = sorted(RESERVED_VARIABLES & variables.keys())
    if reserved:
        raise errors.invalid(
            "Lambda was unable to configure your environment variables because the environment variables "
            "you have provided contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
    # AWS measures the variables as the JSON text it keeps them as, and shows that text.
    text = json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False)
    if len(text.encode()) > ENVIRONMENT_LIMIT:
        raise errors.invalid(
            "Lambda was unable to configure your environment variables because the environment variables "
            f"you have provided exceeded the 4KB limit. String measured: {text}"
        )
