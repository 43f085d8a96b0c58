"""What a function of the twin never has, read as AWS reads it where nobody set it.

Whoever compares a function with what it should be asks for all of these (Terraform's provider does at every
refresh). To answer "not set" pretends nothing: there is no operation here that could set them.
"""

from __future__ import annotations

from greenshift.twin.awslambda import errors
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
    def get_function_recursion_config(self, context: CallContext, request: Request) -> Response:
        self.found(request)
        return {"RecursiveLoop": "Terminate"}

    @operation
    def get_runtime_management_config(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        version = self.described(function, target.qualifier)
        return {"UpdateRuntimeOn": "Auto", "FunctionArn": self.place.arn(function.name, version.number)}

    @operation
    def get_provisioned_concurrency_config(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        self.checked_qualifier(function, target.qualifier)
        raise errors.provisioned_concurrency_not_found()

    @operation
    def list_provisioned_concurrency_configs(self, context: CallContext, request: Request) -> Response:
        self.found(request)
        return {"ProvisionedConcurrencyConfigs": []}

    @operation
    def get_function_url_config(self, context: CallContext, request: Request) -> Response:
        function, target = self.found(request)
        self.checked_qualifier(function, target.qualifier)
        raise errors.resource_not_found()

    @operation
    def list_function_url_configs(self, context: CallContext, request: Request) -> Response:
        self.found(request)
        return {"FunctionUrlConfigs": []}

    @operation
    def list_event_source_mappings(self, context: CallContext, request: Request) -> Response:
        return {"EventSourceMappings": []}
