"""What a function of the twin never has, read as AWS reads it where nobody set it.

Whoever compares a function with what it should be asks for all of these (Terraform's provider does at every
refresh). To answer "not set" pretends nothing: there is no operation here that could set them.
"""

from __future__ import annotations

from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.service import CallContext, Request, Response, operation


class UnsetOperations(LambdaBase):
    """API reference: GetFunctionCodeSigningConfig and its kin."""

    @operation
    def get_function_code_signing_config(self, context: CallContext, request: Request) -> Response:
        """Answered with 200 and an empty ARN, unlike its kin, which answer 404."""
        function, _ = self.found(request)
        return {"FunctionName": function.name, "CodeSigningConfigArn": ""}

    @operation
    def get_runtime_management_config(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        version = self.described(function, target.qualifier)
        return {"UpdateRuntimeOn": "Auto", "FunctionArn": self.place.arn(function.name, version.number)}
