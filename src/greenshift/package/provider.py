"""Pulumi's side of the package: a program asks for a component by its type, and it is made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider

from greenshift import __version__
from greenshift.components.program_context import stack_context
from greenshift.errors import GreenshiftError
from greenshift.package import schema
from greenshift.package.arguments import settings_of
from greenshift.package.parts import PARTS, Order, Part
from greenshift.settings import Settings


class Package(Provider):
    """All components. Made once, and asked for each component of a program."""

    def __init__(self) -> None:
        super().__init__(__version__, schema.document({name: part.schema for name, part in PARTS.items()}))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Any,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        part = _part(resource_type)
        given = settings_of(inputs, schema.setting_names())
        settings = Settings.from_pulumi(given=given.config, given_secrets=given.secret)
        options = options or pulumi.ResourceOptions()
        context = lambda: stack_context(settings, _provider(options))  # noqa: E731
        made, outputs = part.make(Order(name, settings, inputs, options, context))
        return ConstructResult(made.urn, {key: each for key, each in outputs.items() if each is not None})


def _part(resource_type: str) -> Part:
    name = resource_type.rsplit(":", 1)[-1]
    if name not in PARTS or schema.token_of(name) != resource_type:
        raise GreenshiftError(
            f"there is no {resource_type} in this package", hint=f"there are {', '.join(PARTS)}"
        )
    return PARTS[name]


def _provider(options: pulumi.ResourceOptions) -> pulumi.InvokeOptions:
    """The AWS provider that the component is to use; without one, the default one."""
    given = options.providers if isinstance(options.providers, Mapping) else {}
    return pulumi.InvokeOptions(provider=given.get("aws"))
