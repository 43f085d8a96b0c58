"""Function URLs and provisioned concurrency: kept for each qualifier of a function, and gone with it.

A URL's address is one of this machine, and is served; provisioned concurrency has no effect, as processes
start in milliseconds.
"""

from __future__ import annotations

import hashlib
from typing import Any

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Function
from greenshift.twin.awslambda.names import is_version
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.urls import Address, find
from greenshift.twin.awslambda.wire import timestamp
from greenshift.twin.http_apis.urls import SUFFIX
from greenshift.twin.service import CallContext, Request, Response, operation

_DIGITS = 32


class UrlOperations(LambdaBase):
    """API reference: CreateFunctionUrlConfig, PutProvisionedConcurrencyConfig and their kin."""

    @operation
    def create_function_url_config(self, context: CallContext, request: Request) -> Response:
        function, qualifier = self._place_of(request)
        if qualifier is not None and is_version(qualifier):
            raise errors.invalid("A function URL is of an alias or of the function, not of a version.")
        if qualifier in function.urls:
            raise errors.conflict("FunctionUrlConfig exists for this Lambda function")
        arn = self.place.arn(function.name, qualifier)
        port = self.world.endpoint.rpartition(":")[2]
        address = hashlib.sha256(arn.encode()).hexdigest()[:_DIGITS]
        function.urls[qualifier] = {
            "FunctionUrl": f"http://{address}.{SUFFIX}.localhost:{port}/",
            "FunctionArn": arn,
            "CreationTime": timestamp(self.now()),
            **self._url_settings(request, {"InvokeMode": "BUFFERED"}),
        }
        return {key: value for key, value in function.urls[qualifier].items() if key != "LastModifiedTime"}

    @operation
    def update_function_url_config(self, context: CallContext, request: Request) -> Response:
        url = self._url(request)
        url |= self._url_settings(request, url)
        return dict(url)

    @operation
    def get_function_url_config(self, context: CallContext, request: Request) -> Response:
        return dict(self._url(request))

    @operation
    def delete_function_url_config(self, context: CallContext, request: Request) -> None:
        self._url(request)
        function, qualifier = self._place_of(request)
        del function.urls[qualifier]

    @operation
    def list_function_url_configs(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        return {"FunctionUrlConfigs": [dict(url) for url in function.urls.values()]}

    @operation
    def put_provisioned_concurrency_config(self, context: CallContext, request: Request) -> Response:
        function, qualifier = self._place_of(request)
        if qualifier in (None, "$LATEST"):
            raise errors.invalid("Provisioned Concurrency Configs cannot be applied to unpublished function.")
        wanted = request["ProvisionedConcurrentExecutions"]
        function.provisioned[str(qualifier)] = (wanted, self.now())
        return {"RequestedProvisionedConcurrentExecutions": wanted, "Status": "IN_PROGRESS"}

    @operation
    def get_provisioned_concurrency_config(self, context: CallContext, request: Request) -> Response:
        function, qualifier = self._provisioned(request)
        return _provisioned(*function.provisioned[qualifier])

    @operation
    def delete_provisioned_concurrency_config(self, context: CallContext, request: Request) -> None:
        function, qualifier = self._provisioned(request)
        del function.provisioned[qualifier]

    @operation
    def list_provisioned_concurrency_configs(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        found = [
            {"FunctionArn": self.place.arn(function.name, qualifier), **_provisioned(*kept)}
            for qualifier, kept in sorted(function.provisioned.items())
        ]
        return {"ProvisionedConcurrencyConfigs": found}

    def url_at(self, id_: str) -> Address | None:
        """What is served at an address; nothing once it, or its function, is deleted."""
        return find(self.functions.all(), id_)

    def _place_of(self, request: Request) -> tuple[Function, str | None]:
        function, target = self.found(request)
        return function, self.checked_qualifier(function, target.qualifier)

    def _url(self, request: Request) -> dict[str, Any]:
        function, qualifier = self._place_of(request)
        if qualifier not in function.urls:
            raise errors.resource_not_found()
        return function.urls[qualifier]

    def _url_settings(self, request: Request, before: dict[str, Any]) -> dict[str, Any]:
        names = ("AuthType", "Cors", "InvokeMode")
        kept = {name: request.get(name, before.get(name)) for name in names}
        given = {name: value for name, value in kept.items() if value is not None}
        return {**given, "LastModifiedTime": timestamp(self.now())}

    def _provisioned(self, request: Request) -> tuple[Function, str]:
        function, qualifier = self._place_of(request)
        if qualifier not in function.provisioned:
            raise errors.provisioned_concurrency_not_found()
        return function, str(qualifier)


def _provisioned(wanted: int, at: float) -> dict[str, Any]:
    return {
        "RequestedProvisionedConcurrentExecutions": wanted,
        "AllocatedProvisionedConcurrentExecutions": wanted,
        "AvailableProvisionedConcurrentExecutions": wanted,
        "Status": "READY",
        "LastModified": timestamp(at),
    }
