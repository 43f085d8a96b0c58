"""What lives outside versions: reserved concurrency, tags, retries of asynchronous invocations, quotas."""

from __future__ import annotations

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.concurrency import check_reservation, unreserved
from greenshift.twin.awslambda.model import EventInvokeConfig, Function
from greenshift.twin.awslambda.names import parse_target
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.paging import page_of
from greenshift.twin.awslambda.tags import checked_tags
from greenshift.twin.awslambda.wire import event_invoke_response
from greenshift.twin.service import CallContext, Request, Response, operation


class SettingsOperations(LambdaBase):
    """API reference: PutFunctionConcurrency, TagResource, PutFunctionEventInvokeConfig and their kin."""

    @operation
    def put_function_concurrency(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        amount = request["ReservedConcurrentExecutions"]
        limit = self.settings.account_concurrency
        check_reservation(function, amount, self.functions.all(), limit)
        function.reserved_concurrency = amount
        return {"ReservedConcurrentExecutions": amount}

    @operation
    def get_function_concurrency(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        if function.reserved_concurrency is None:
            return {}
        return {"ReservedConcurrentExecutions": function.reserved_concurrency}

    @operation
    def delete_function_concurrency(self, context: CallContext, request: Request) -> None:
        function, _ = self.found(request)
        function.reserved_concurrency = None

    @operation
    def put_function_recursion_config(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        function.recursive_loop = request["RecursiveLoop"]
        return {"RecursiveLoop": function.recursive_loop}

    @operation
    def get_function_recursion_config(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        return {"RecursiveLoop": function.recursive_loop}

    @operation
    def tag_resource(self, context: CallContext, request: Request) -> None:
        tags = self._tags_of(request)
        wanted = checked_tags({**tags, **request["Tags"]})
        tags.clear()
        tags.update(wanted)

    @operation
    def untag_resource(self, context: CallContext, request: Request) -> None:
        tags = self._tags_of(request)
        for key in request["TagKeys"]:
            tags.pop(key, None)

    @operation
    def list_tags(self, context: CallContext, request: Request) -> Response:
        return {"Tags": dict(self._tags_of(request))}

    @operation
    def get_account_settings(self, context: CallContext, request: Request) -> Response:
        functions = self.functions.all()
        size = sum(version.code.size for function in functions for version in function.all_versions())
        limit = self.settings.account_concurrency
        return {
            "AccountLimit": {
                "TotalCodeSize": 80_530_636_800,
                "CodeSizeUnzipped": 262_144_000,
                "CodeSizeZipped": 52_428_800,
                "ConcurrentExecutions": limit,
                "UnreservedConcurrentExecutions": unreserved(functions, limit),
            },
            "AccountUsage": {"TotalCodeSize": size, "FunctionCount": len(functions)},
        }

    @operation
    def put_function_event_invoke_config(self, context: CallContext, request: Request) -> Response:
        return self._configure_events(request, EventInvokeConfig(self.now()))

    @operation
    def update_function_event_invoke_config(self, context: CallContext, request: Request) -> Response:
        function, qualifier = self._qualified(request)
        return self._configure_events(request, self._event_config(function, qualifier))

    @operation
    def get_function_event_invoke_config(self, context: CallContext, request: Request) -> Response:
        function, qualifier = self._qualified(request)
        config = self._event_config(function, qualifier)
        return event_invoke_response(function, qualifier, config, self.place)

    @operation
    def delete_function_event_invoke_config(self, context: CallContext, request: Request) -> None:
        function, qualifier = self._qualified(request)
        self._event_config(function, qualifier)
        del function.event_invoke[qualifier]

    @operation
    def list_function_event_invoke_configs(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        configs = sorted(function.event_invoke.items(), key=lambda pair: pair[0] or "")
        page, marker = page_of(
            configs, lambda pair: pair[0] or "$LATEST", request.get("Marker"), request.get("MaxItems")
        )
        found = [event_invoke_response(function, qualifier, config, self.place) for qualifier, config in page]
        return {"FunctionEventInvokeConfigs": found} | ({"NextMarker": marker} if marker else {})

    def _configure_events(self, request: Request, base: EventInvokeConfig) -> Response:
        function, qualifier = self._qualified(request)
        destinations = request.get("DestinationConfig") or {}
        success = destinations.get("OnSuccess", {}).get("Destination")
        failure = destinations.get("OnFailure", {}).get("Destination")
        config = EventInvokeConfig(
            self.now(),
            request.get("MaximumRetryAttempts", base.maximum_retry_attempts),
            request.get("MaximumEventAgeInSeconds", base.maximum_event_age),
            success or base.on_success,
            failure or base.on_failure,
        )
        function.event_invoke[qualifier] = config
        return event_invoke_response(function, qualifier, config, self.place)

    def _event_config(self, function: Function, qualifier: str | None) -> EventInvokeConfig:
        config = function.event_invoke.get(qualifier)
        if config is None:
            arn = self.place.arn(function.name, qualifier or "$LATEST")
            raise errors.event_config_not_found(arn)
        return config

    def _qualified(self, request: Request) -> tuple[Function, str | None]:
        function, target = self.found(request)
        qualifier = None if target.qualifier == "$LATEST" else target.qualifier
        return function, self.checked_qualifier(function, qualifier)

    def _tags_of(self, request: Request) -> dict[str, str]:
        """The tags of a function or of an event source mapping."""
        _, is_mapping, uuid = str(request["Resource"]).partition(":event-source-mapping:")
        if not is_mapping:
            return self._tagged(request).tags
        return self.tags_of_mapping(uuid)

    def _tagged(self, request: Request) -> Function:
        target = parse_target(request["Resource"], None, self.place)
        if target.qualifier:
            raise errors.invalid(
                "Tags on function aliases and versions are not supported. Please specify a function ARN."
            )
        return self.functions.find(target)
