"""A deployed stack: its outputs, the way to AWS, and the names that follow from the outputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from greenshift.contract.arns import Arns
from greenshift.contract.names import PipelineNames
from greenshift.verify.aws import Aws
from greenshift.view import FunctionOutputs, StackOutputs


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

    @cached_property
    def names(self) -> PipelineNames:
        return PipelineNames(self.outputs.pipeline)

    @cached_property
    def arns(self) -> Arns:
        return Arns.beside(self.outputs.topic_arn)

    @property
    def table_arn(self) -> str:
        return self.arns.table(self.outputs.table)

    @property
    def bucket_arn(self) -> str:
        return self.arns.bucket(self.outputs.bucket)
