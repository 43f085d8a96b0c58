"""``FunctionArgs``: what only the program knows of one function, beside its settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pulumi
import pulumi_aws as aws

from greenshift.errors import UsageError
from greenshift.settings import Settings

PolicyInput: TypeAlias = "aws.iam.Policy | str | Mapping[str, Any] | pulumi.Output[str]"
"""A policy resource, the ARN of one, or a document: text, a mapping (with outputs inside), or an output."""


@dataclass(frozen=True, kw_only=True)
class FunctionArgs:
    """Values that may be outputs of other resources; each is added to what the settings say.

    For example:

        greenshift.DeliveryPipeline.from_config(
            functions={
                "charge": greenshift.FunctionArgs(
                    environment={"TABLE": table.name},
                    policies=[policy],
                )
            }
        )

    Everything else of a function stands in the settings.
    """

    environment: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Environment variables; they go before the settings' own of the same name."""
    policies: Sequence[PolicyInput] = ()
    """What the function's role may do. A document becomes a managed policy of the stack."""
    layers: Sequence[pulumi.Input[str]] = ()
    """ARNs of layer versions, behind those of the settings."""
    subnet_ids: Sequence[pulumi.Input[str]] = ()
    """With ``security_group_ids``: the function's VPC, instead of the settings'."""
    security_group_ids: Sequence[pulumi.Input[str]] = ()
    """With ``subnet_ids``."""


def refuse_unknown(given: Mapping[str, FunctionArgs], settings: Settings) -> None:
    """A program gives only to functions of the settings, which every command knows."""
    for key in given:
        if key not in settings.functions:
            known = ", ".join(sorted(settings.functions))
            raise UsageError(
                f"functions[{key!r}]: greenshift:functions has no such function; there are: {known}",
                hint=f"declare it in Pulumi.yaml: greenshift:functions: {{value: {{{key}: {{}}}}}}",
            )


def document_text(policy: str | Mapping[str, Any] | pulumi.Output[str]) -> pulumi.Input[str]:
    """A document as the text IAM takes."""
    return pulumi.Output.json_dumps(policy) if isinstance(policy, Mapping) else policy
