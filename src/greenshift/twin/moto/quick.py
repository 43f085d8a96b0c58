"""What moto finds out anew for each request, or each value of one: the same, found once.

Of a release's calls most are of DynamoDB, and most of their time went into this.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from importlib import import_module
from typing import Any


def be_quick() -> None:
    """Once a process, however many twins it sees."""
    from moto.core.serialize import SERVICE_SPECIFIC_SERIALIZERS

    if "dynamodb" in SERVICE_SPECIFIC_SERIALIZERS:
        return
    SERVICE_SPECIFIC_SERIALIZERS["dynamodb"] = {"json": plain_serializer()}
    responses: Any = import_module("moto.core.responses")
    # A class has all its methods by its first request.
    responses.method_names_from_class = cache(responses.method_names_from_class)
    traverser = _nodes().DepthFirstTraverser
    traverser.traverse_node_recursively = walk(traverser.traverse_node_recursively)
    kind = import_module("moto.dynamodb.models.dynamo_type").DynamoType
    kind.size = sized(kind.size)
    validators: Any = import_module("moto.dynamodb.parsing.validators")
    counter = validators.ActionCountValidator
    counter.verify_action_counts = counted_once(counter.verify_action_counts)


@cache
def plain_serializer() -> Any:
    """moto's serializer of JSON, for results that are dictionaries with the names of AWS's model.

    moto tries ten spellings for each member that a value might have: of DynamoDB's values each has one
    of ten members, by its very name.
    """
    from moto.core.serialize import JSONSerializer

    class PlainSerializer(JSONSerializer):
        def _serialize_type_structure(self, serialized: Any, value: Any, shape: Any, key: str) -> None:
            members = shape.members
            is_plain = type(value) is dict and key and value.keys() <= members.keys()
            if not is_plain or shape.is_document_type or self._value_picker.response_transformers:
                super()._serialize_type_structure(serialized, value, shape, key)
                return
            wrapper: dict[str, Any] = {}
            for name, member in members.items():
                member.parent = shape
                if (found := value.get(name)) is not None:
                    self._serialize(wrapper, found, member, name)
            self._default_serialize(serialized, wrapper, shape, key)

    return PlainSerializer


def walk(traverse: Callable[..., Any]) -> Callable[..., Any]:
    """moto asks of each node of an expression anew whether a traverser processes its kind: it always does, or
    never.
    """
    node_class = _nodes().Node

    @wraps(traverse)
    def traverse_node(traverser: Any, node: Any, child_id: int = -1) -> Any:
        kinds: dict[type, bool | None] = traverser.__dict__.setdefault("_is_processed", {})
        kind = type(node)
        if kind not in kinds:
            is_node = isinstance(node, node_class)
            kinds[kind] = isinstance(node, traverser.nodes_to_be_processed()) if is_node else None
        is_processed = kinds[kind]
        if is_processed is None:
            return node
        parent = node.parent
        for number, child in enumerate(node.children or ()):
            traverser.pre_processing_of_child(node, number)
            traverse_node(traverser, child, number)
        if is_processed:
            node = traverser.process(node)
            node.parent = parent
            if parent:
                parent.children[child_id] = node
        return node

    return traverse_node


def counted_once(verify: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """moto counts the clauses below each node of an expression; below the whole of it are all of them."""
    inner = _nodes().UpdateExpression

    @wraps(verify)
    def verify_whole(validator: Any, node: Any) -> Any:
        return node if isinstance(node.parent, inner) else verify(validator, node)

    return verify_whole


def sized(size: Callable[..., int]) -> Callable[..., int]:
    """moto copies a map's values, with all below them, to ask for their sizes; an item's size is asked for
    with each attribute that is set.
    """

    @wraps(size)
    def size_of(value: Any) -> int:
        kind = type(value)
        if not value.is_map() or any(type(each) is not kind for each in value.value.values()):
            return size(value)
        return sum(len(name.encode()) + each.size() for name, each in value.value.items())

    return size_of


def _nodes() -> Any:
    return import_module("moto.dynamodb.parsing.ast_nodes")
