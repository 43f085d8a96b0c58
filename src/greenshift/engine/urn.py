"""Resource names in Pulumi's form: ``urn:pulumi:<stack>::<project>::<parent type>$<type>::<name>``."""

from __future__ import annotations

STACK_TYPE = "pulumi:pulumi:Stack"


def make(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    prefix = qualified_type(parent) if parent else ""
    chain = f"{prefix}${type_}" if prefix and prefix != STACK_TYPE else type_
    return f"urn:pulumi:{stack}::{project}::{chain}::{name}"


def stack_of(urn: str) -> str:
    return urn.split("::", 1)[0].rsplit(":", 1)[-1]


def project_of(urn: str) -> str:
    return urn.split("::", 2)[1]


def qualified_type(urn: str) -> str:
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    return qualified_type(urn).rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    return urn.split("::", 3)[3]
