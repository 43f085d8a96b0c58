"""A Lambda function: as it is configured, as its live version froze it, and where it logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from greenshift.verify.reading.logs import LogGroup, read_log_group
from greenshift.verify.stack import Stack

NOT_FOUND = frozenset({"ResourceNotFoundException"})


@dataclass(frozen=True, kw_only=True)
class Configuration:
    version: str
    state: str
    last_update: str
    role_arn: str
    code_sha256: str = ""
    description: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Function:
    name: str
    table: str
    """The ledger it should know."""
    latest: Configuration
    live: Configuration | None = None
    """What the alias's version froze; None for a function without an alias."""
    log_group_name: str
    log_group: LogGroup | None


def read_function(stack: Stack, name: str, alias: str = "") -> Function:
    latest = stack.aws.call("lambda", "get_function_configuration", FunctionName=name)
    # A function writes elsewhere only when its logging configuration says so.
    group = latest.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
    return Function(
        name=name,
        table=stack.outputs.table,
        latest=configuration(latest),
        live=_live(stack, name, alias) if alias else None,
        log_group_name=group,
        log_group=read_log_group(stack, group),
    )


def configuration(found: Mapping[str, Any]) -> Configuration:
    return Configuration(
        version=found.get("Version", ""),
        state=found.get("State", "Active"),
        last_update=found.get("LastUpdateStatus", "Successful"),
        role_arn=found.get("Role", ""),
        code_sha256=found.get("CodeSha256", ""),
        description=found.get("Description", ""),
        environment=found.get("Environment", {}).get("Variables", {}),
    )


def _live(stack: Stack, name: str, alias: str) -> Configuration | None:
    found = stack.aws.optional(
        NOT_FOUND, "lambda", "get_function_configuration", FunctionName=name, Qualifier=alias
    )
    return None if found is None else configuration(found)
