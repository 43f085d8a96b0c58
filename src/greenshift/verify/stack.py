"""A deployed stack: its outputs, the way to AWS, and the names that follow from the outputs.

Names are ``<project>-<stack>-<purpose>``, and the pipeline's own is the part before the purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from greenshift.verify.aws import Aws
from greenshift.view import FunctionOutputs, StackOutputs

HOOK_PREFIX = "CodeDeployHook_"


@dataclass(frozen=True)
class Stack:
    """What every reader is given."""

    outputs: StackOutputs
    aws: Aws

    @property
    def base(self) -> str:
        return self.outputs.pipeline

    @property
    def functions(self) -> tuple[FunctionOutputs, ...]:
        return self.outputs.functions

    @property
    def application(self) -> str:
        return self.base

    @property
    def controller(self) -> str:
        return f"{self.base}-controller"

    @property
    def recorder(self) -> str:
        return f"{self.base}-recorder"

    @property
    def hooks(self) -> dict[str, str]:
        """Moment -> function name."""
        return {moment: f"{HOOK_PREFIX}{self.base}-{moment}" for moment in ("before", "after")}

    @property
    def region(self) -> str:
        return self._topic_arn[3]

    @property
    def account(self) -> str:
        return self._topic_arn[4]

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self._topic_arn[1]}:{service}:{self.region}:{self.account}:{resource}"

    @property
    def table_arn(self) -> str:
        return self.arn("dynamodb", f"table/{self.outputs.table}")

    @property
    def bucket_arn(self) -> str:
        return f"arn:{self._topic_arn[1]}:s3:::{self.outputs.bucket}"

    def function_arn(self, name: str) -> str:
        return self.arn("lambda", f"function:{name}")

    @cached_property
    def _topic_arn(self) -> list[str]:
        # arn:partition:sns:region:account:name
        return self.outputs.topic_arn.split(":")
