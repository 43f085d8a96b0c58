"""What is found once is what moto finds each time."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.core.serialize import JSONSerializer, XFormedAttributePicker
from moto.core.utils import get_service_model
from moto.dynamodb.exceptions import TooManyClauses
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.parsing import ast_nodes
from moto.dynamodb.parsing.expressions import UpdateExpressionParser
from moto.dynamodb.parsing.validators import ActionCountValidator

from greenshift.twin.moto.quick import counted_once, plain_serializer, sized, walk

MODEL = get_service_model("dynamodb")
KNOWN = st.one_of(
    st.text(max_size=5).map(lambda text: {"S": text}),
    st.integers().map(lambda number: {"N": str(number)}),
    st.binary(max_size=5).map(lambda data: {"B": base64.b64encode(data).decode()}),
    st.booleans().map(lambda value: {"BOOL": value}),
    st.just({"NULL": True}),
    st.lists(st.text(max_size=3), min_size=1, max_size=3).map(lambda texts: {"SS": texts}),
)
# Nothing that AWS knows: moto finds a value by other spellings, too, and so must whoever replaces it.
ODD = st.sampled_from([{"s": "x"}, {"S": "x", "other": 1}, {"bool": True}, {}, {"S": None}])


def nested(leaves: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def inside(values: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
        lists = st.lists(values, max_size=3).map(lambda found: {"L": found})
        maps = st.dictionaries(st.text(max_size=3), values, max_size=3).map(lambda found: {"M": found})
        return st.one_of(lists, maps)

    return st.recursive(leaves, inside, max_leaves=8)


def serialized(serializer: Any, operation: str, result: object) -> Any:
    made = serializer(operation_model=MODEL.operation_model(operation), value_picker=XFormedAttributePicker())
    return json.loads(made.serialize(result)["body"])


@given(st.dictionaries(st.text(max_size=3), nested(KNOWN | ODD), max_size=4))
def test_an_item_is_written_as_moto_writes_it(item: dict[str, Any]) -> None:
    found = {"Items": [item], "Count": 1, "LastEvaluatedKey": item}

    assert serialized(plain_serializer(), "Query", found) == serialized(JSONSerializer, "Query", found)
    assert serialized(plain_serializer(), "GetItem", {"Item": item}) == serialized(
        JSONSerializer, "GetItem", {"Item": item}
    )


def test_a_table_is_written_as_moto_writes_it() -> None:
    table = {
        "TableName": "a", "table_status": "ACTIVE", "CreationDateTime": 1.5,
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"attribute_name": "at"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": None},
    }  # fmt: skip

    written = serialized(plain_serializer(), "DescribeTable", {"Table": table})

    assert written == serialized(JSONSerializer, "DescribeTable", {"Table": table})
    assert written["Table"]["TableStatus"] == "ACTIVE"


@given(nested(KNOWN))
def test_a_value_is_as_large_as_moto_counts(value: dict[str, Any]) -> None:
    counts = getattr(DynamoType.size, "__wrapped__", DynamoType.size)

    assert sized(counts)(DynamoType(value)) == counts(DynamoType(value))


class Noting(ast_nodes.DepthFirstTraverser):
    """Processes one kind of node, and notes all it meets."""

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self.met: list[Any] = []

    def _processing_map(self) -> dict[type, Any]:
        return {self._kind: self._note}

    def pre_processing_of_child(self, parent_node: Any, child_id: int) -> None:
        self.met.append((type(parent_node).__name__, child_id))

    def _note(self, node: Any) -> Any:
        self.met.append(type(node).__name__)
        return (
            ast_nodes.NoneExistingPath(creatable=False)
            if self._kind is ast_nodes.ExpressionAttributeValue
            else node
        )


@pytest.mark.parametrize(
    "kind",
    [ast_nodes.UpdateExpression, ast_nodes.ExpressionAttributeValue, ast_nodes.UpdateExpressionSetAction],
)
@pytest.mark.parametrize(
    "expression",
    ["SET a = :a", "SET a = if_not_exists(b, :b), c.d[1] = :c REMOVE e, f ADD g :d", "DELETE a :a, b :b"],
)
def test_an_expression_is_walked_as_moto_walks_it(kind: type, expression: str) -> None:
    moto = ast_nodes.DepthFirstTraverser.traverse_node_recursively
    told = []
    for traverse in (getattr(moto, "__wrapped__", moto), walk(moto)):
        noting, tree = Noting(kind), UpdateExpressionParser.make(expression)
        noting.traverse_node_recursively = traverse.__get__(noting)  # type: ignore[method-assign]
        told.append((noting.met, shape(noting.traverse_node_recursively(tree))))

    assert told[0] == told[1]
    assert told[0][0]


@pytest.mark.parametrize(
    ("expression", "refused"),
    [
        ("SET a = :a, b = :b REMOVE c, d ADD e :e DELETE f :f", ""),
        ("SET a = :a SET b = :b", "SET"),
        ("REMOVE a SET b = :b REMOVE c", "REMOVE"),
        ("ADD a :a REMOVE b, c ADD d :d", "ADD"),
        ("SET a = if_not_exists(a, :a), b = :b REMOVE c SET d = :d", "SET"),
    ],
)
def test_a_clause_that_comes_twice_is_refused_as_by_moto(expression: str, refused: str) -> None:
    verify = ActionCountValidator.verify_action_counts
    told = []
    for each in (getattr(verify, "__wrapped__", verify), counted_once(verify)):
        validator = ActionCountValidator()
        validator.verify_action_counts = each.__get__(validator)  # type: ignore[method-assign]
        try:
            validator.traverse(UpdateExpressionParser.make(expression))
            told.append("")
        except TooManyClauses as error:
            told.append(str(error))

    assert told[0] == told[1]
    assert refused in told[1] and bool(refused) == bool(told[1])


def shape(node: Any) -> Any:
    """The tree as names, with each parent."""
    if not isinstance(node, ast_nodes.Node):
        return node
    return type(node).__name__, type(node.parent).__name__, [shape(child) for child in node.children or ()]
