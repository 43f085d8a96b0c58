"""A stack's outputs, typed: all that is needed to find a deployed pipeline again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from greenshift.errors import GreenshiftError

EXPORTED = frozenset((
    "pipelineName", "deploymentTableName", "artifactBucket", "controllerName", "topicArn", "functions",
))  # fmt: skip
"""The outputs of a stack by which its parts are found; the address of AWS's console is for people."""


@dataclass(frozen=True)
class FunctionOutputs:
    """One function of the stack: physical names, as AWS knows them."""

    key: str
    name: str
    alias_arn: str
    alarm: str
    deployment_group: str
    rollout: str = ""  # absent in a stack deployed before these were outputs
    shift_minutes: int = 0
    """From its first move until the last function has arrived."""
    bake_minutes: int = 0

    @property
    def alias(self) -> str:
        return self.alias_arn.rsplit(":", 1)[1]


@dataclass(frozen=True)
class StackOutputs:
    """What ``DeliveryPipeline`` exports."""

    pipeline: str
    console_url: str
    table: str
    bucket: str
    topic_arn: str
    functions: tuple[FunctionOutputs, ...]
    controller: str = ""  # absent in a stack deployed before it was an output

    @classmethod
    def parse(cls, outputs: Mapping[str, Any]) -> StackOutputs:
        """From the outputs as Pulumi keeps them; an error that says what to do when they are not ours."""
        try:
            functions = tuple(_function(key, value) for key, value in sorted(outputs["functions"].items()))
            return cls(
                pipeline=outputs["pipelineName"],
                console_url=outputs["pipelineConsoleUrl"],
                table=outputs["deploymentTableName"],
                bucket=outputs["artifactBucket"],
                topic_arn=outputs["topicArn"],
                functions=functions,
                controller=outputs.get("controllerName", ""),
            )
        except KeyError as error:
            raise GreenshiftError(
                f"the stack has no output {error.args[0]!r}",
                hint="deploy it, or bring an unfinished deployment to its end, with: greenshift up",
            ) from None


def _function(key: str, value: Mapping[str, Any]) -> FunctionOutputs:
    return FunctionOutputs(
        key=key,
        name=value["name"],
        alias_arn=value["aliasArn"],
        alarm=value["alarm"],
        deployment_group=value["deploymentGroup"],
        rollout=value.get("rollout", ""),
        shift_minutes=int(value.get("shiftMinutes", 0)),
        bake_minutes=int(value.get("bakeMinutes", 0)),
    )
