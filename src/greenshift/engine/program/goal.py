"""One registration of the program: what it wants of one resource, and with which options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from greenshift.engine.program.options import Alias, Options
from greenshift.engine.properties.values import Properties


@dataclass(frozen=True)
class Goal:
    urn: str
    type: str
    name: str
    custom: bool
    inputs: Properties
    parent: str = ""
    provider_version: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: str = ""  # URN::id of an explicit one
    aliases: tuple[Alias, ...] = ()
    options: Options = field(default_factory=Options)
    additional_secret_outputs: tuple[str, ...] = ()
    delete_before_replace: bool | None = None
    protect: bool = False
    retain_on_delete: bool = False
