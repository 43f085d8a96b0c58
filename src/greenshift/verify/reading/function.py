"""A Lambda function: as it is configured, as its live version froze it, and where it logs."""

from __future__ import annotations

from dataclasses import dataclass

from greenshift.reading import logs
from greenshift.reading.functions import Configuration, read_configuration
from greenshift.reading.logs import LogGroup
from greenshift.verify.aws import Absent
from greenshift.verify.stack import Stack


@dataclass(frozen=True, kw_only=True)
class Function:
    name: str
    table: str
    """The ledger it should know."""
    latest: Configuration
    live: Configuration | None = None
    """What the alias's version froze; None for a function without an alias."""
    log_group: LogGroup | None


def configuration(stack: Stack, name: str, qualifier: str = "") -> Configuration | None:
    return stack.aws.read(read_configuration, "lambda", name, qualifier)


def read_log_group(stack: Stack, name: str) -> LogGroup | None:
    return stack.aws.read(logs.read_log_group, "logs", name)


def read_function(stack: Stack, name: str, alias: str = "") -> Function:
    latest = configuration(stack, name)
    if latest is None:
        raise Absent(f"there is no function {name}")
    return Function(
        name=name,
        table=stack.outputs.table,
        latest=latest,
        live=configuration(stack, name, alias) if alias else None,
        log_group=read_log_group(stack, latest.log_group),
    )
