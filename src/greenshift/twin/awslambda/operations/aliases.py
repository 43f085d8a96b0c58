"""Aliases: the pointers that releases move."""

from __future__ import annotations

from collections.abc import Mapping

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Alias, new_id
from greenshift.twin.awslambda.operations.base import LambdaBase
from greenshift.twin.awslambda.paging import page_of
from greenshift.twin.awslambda.versions import check_revision, find_alias
from greenshift.twin.awslambda.weights import check_routing
from greenshift.twin.awslambda.wire import alias_response
from greenshift.twin.service import CallContext, Request, Response, operation


class AliasOperations(LambdaBase):
    """API reference: CreateAlias and its kin."""

    @operation
    def create_alias(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        name = request["Name"]
        if name in function.aliases:
            raise errors.alias_exists(self.place.arn(function.name, name))
        weights = _weights(request) or {}
        check_routing(function, request["FunctionVersion"], weights, self.place)
        alias = Alias(name, request["FunctionVersion"], request.get("Description") or "", weights, new_id())
        function.aliases[name] = alias
        return alias_response(function, alias, self.place)

    @operation
    def get_alias(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        return alias_response(function, find_alias(function, request["Name"], self.place), self.place)

    @operation
    def update_alias(self, context: CallContext, request: Request) -> Response:
        """Members not given stay as they are, the weights too; an empty map of weights clears them."""
        function, _ = self.found(request)
        current = find_alias(function, request["Name"], self.place)
        check_revision(request.get("RevisionId"), current.revision_id, "alias")
        given = _weights(request)
        version = request.get("FunctionVersion") or current.version
        weights = current.weights if given is None else given
        check_routing(function, version, weights, self.place)
        description = request.get("Description", current.description)
        alias = Alias(current.name, version, description, weights, new_id())
        function.aliases[alias.name] = alias
        return alias_response(function, alias, self.place)

    @operation
    def delete_alias(self, context: CallContext, request: Request) -> None:
        """Deleting an alias that does not exist succeeds."""
        function, _ = self.found(request)
        function.aliases.pop(request["Name"], None)
        function.policies.pop(request["Name"], None)
        function.event_invoke.pop(request["Name"], None)

    @operation
    def list_aliases(self, context: CallContext, request: Request) -> Response:
        function, _ = self.found(request)
        wanted = request.get("FunctionVersion")
        aliases = [a for a in function.aliases.values() if wanted is None or wanted in a.versions()]
        page, marker = page_of(aliases, lambda a: a.name, request.get("Marker"), request.get("MaxItems"))
        response: Response = {"Aliases": [alias_response(function, alias, self.place) for alias in page]}
        return response | ({"NextMarker": marker} if marker else {})


def _weights(request: Request) -> Mapping[str, float] | None:
    """The weights a request gives; None when it says nothing about routing."""
    routing = request.get("RoutingConfig")
    if routing is None:
        return None
    return {
        version: float(weight) for version, weight in (routing.get("AdditionalVersionWeights") or {}).items()
    }
