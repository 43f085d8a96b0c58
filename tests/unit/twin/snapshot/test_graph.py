"""A state as JSON and back: what is one stays one, circles are closed, and nothing else gets in or out."""

from __future__ import annotations

import asyncio
import json
import re
import threading
import uuid
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from ipaddress import IPv4Address
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.twin.alarms.statistics import Aggregate
from greenshift.twin.awslambda.model import Alias
from greenshift.twin.callers.principal import Principal
from greenshift.twin.codedeploy.progress import Phase
from greenshift.twin.snapshot.errors import Unkeepable, Unreadable
from greenshift.twin.snapshot.reading import Reader
from greenshift.twin.snapshot.writing import Writer
from greenshift.twin.sqs.model import Message, Settings
from greenshift.twin.sqs.queue import Queue

ALIAS = "greenshift.twin.awslambda.model:Alias"


def written(outside: dict[int, str] | None = None, **roots: Any) -> tuple[dict[str, Any], dict[str, bytes]]:
    blobs: dict[str, bytes] = {}

    def keep(content: bytes) -> str:
        name = str(len(blobs))
        blobs[name] = content
        return name

    document = Writer(keep, outside or {}).document(roots)
    found: dict[str, Any] = json.loads(json.dumps(document))
    return found, blobs


def nowhere(name: str) -> Any:
    raise LookupError(name)


def again(**roots: Any) -> dict[str, Any]:
    document, blobs = written(**roots)
    return Reader(blobs.__getitem__, nowhere).roots(document)


def read(*nodes: list[Any]) -> Any:
    """What is made of nodes by hand; the first is the root."""
    return Reader({}.__getitem__, nowhere).roots({"roots": {"root": [0]}, "nodes": list(nodes)})["root"]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
KEYS = st.text() | st.integers() | st.tuples(st.text(), st.integers())
VALUES = st.recursive(
    SCALARS | st.binary() | st.datetimes(timezones=st.just(UTC)) | st.decimals(allow_nan=False),
    lambda each: (
        st.lists(each)
        | st.dictionaries(KEYS, each)
        | st.tuples(each, each)
        | st.frozensets(st.text())
        | st.sets(st.integers())
        | st.builds(deque, st.lists(each))
    ),
)


@given(VALUES)
def test_any_value_is_read_as_it_was_written(value: Any) -> None:
    assert again(value=value)["value"] == value


@pytest.mark.parametrize(
    "value",
    [
        OrderedDict(b=1, a=2), Counter("aab"), defaultdict(list, {"a": [1]}), deque([1, 2], maxlen=3),
        bytearray(b"\x00"), date(2026, 1, 2), timedelta(days=1, microseconds=5), Decimal("1.50"),
        Path("/somewhere"), uuid.uuid4(), ZoneInfo("Europe/Berlin"), re.compile("a+", re.IGNORECASE),
        IPv4Address("10.0.0.1"), float("inf"), 2**80, "\ud800", datetime(2026, 1, 2),
        Principal("role", "arn", "session"), Phase.ENDED,
        {Principal("role", "arn"): [Principal("role", "arn")]},
    ],
)  # fmt: skip
def test_a_value_of_each_kind_is_read_as_it_was_written(value: Any) -> None:
    found = again(value=value)["value"]

    assert (type(found), found) == (type(value), value)


def test_what_a_mapping_makes_and_how_much_a_queue_holds_stay() -> None:
    found = again(made=defaultdict(list), bounded=deque([1], maxlen=2))
    found["made"]["a"].append(1)
    found["bounded"].extend([2, 3])

    assert found == {"made": {"a": [1]}, "bounded": deque([2, 3])}


def test_an_order_that_was_changed_is_the_order() -> None:
    ordered = OrderedDict(a=1, b=2)
    ordered.move_to_end("a")

    assert list(again(ordered=ordered)["ordered"]) == ["b", "a"]
    assert again(ordered=ordered)["ordered"].popitem() == ("a", 1)


def test_what_stands_in_two_places_is_one_object_and_a_circle_is_closed() -> None:
    shared: dict[str, Any] = {"n": 1}
    shared["self"] = shared
    found = again(a=[shared], b=(shared,))

    assert found["a"][0] is found["b"][0] is found["a"][0]["self"]


def test_objects_are_there_with_slots_and_attributes_and_their_own_state() -> None:
    queue = Queue("q", "arn", Settings(is_fifo=True), {}, 1.0, 1.0)
    message = Message("id", "body", 1.0, 1, {}, {}, 4, "who", group="g")
    queue._keep(message, 5.0)
    measured = Aggregate("Count")
    measured.add(3.0)
    found = again(queue=queue, message=message, measured=measured)

    assert found["queue"].next_change() == 5.0
    assert found["queue"]._messages["id"] is found["message"]
    assert (found["measured"].count, found["measured"].sample()) == (1.0, [3.0])


def test_an_event_a_lock_and_a_file_are_there_again() -> None:
    rung = asyncio.Event()
    rung.set()
    file = SpooledTemporaryFile(1000)  # noqa: SIM115 - it is read below
    file.write(b"x" * 100)
    found = again(rung=rung, lock=threading.Lock(), file=file)

    assert found["rung"].is_set()
    assert found["lock"].acquire(blocking=False)
    with file, found["file"] as read_again:
        assert file.tell() == 100, "whoever reads it goes on where it was"
        read_again.seek(0)
        assert read_again.read() == b"x" * 100


def test_what_is_there_by_itself_is_named_and_not_written() -> None:
    outside = object()
    document, blobs = written({id(outside): "the world"}, a=[outside])
    found = Reader(blobs.__getitem__, {"the world": "another world"}.__getitem__).roots(document)

    assert found["a"] == ["another world"]


class Other:
    """Nobody's state."""


@pytest.mark.parametrize(
    ("value", "named"),
    [
        (lambda: None, "builtins:function"), (Other(), "Other"), (Counter, "builtins:type"),
        ("".join, "builtins:builtin_function_or_method"), (ValueError("a"), "ValueError"),
        (defaultdict(lambda: 1), "a defaultdict of"),
    ],
)  # fmt: skip
def test_what_no_file_holds_is_refused_with_the_way_to_it(value: Any, named: str) -> None:
    with pytest.raises(Unkeepable, match=rf"functions/0/hidden holds .*{named}"):
        written(functions=[{"hidden": value}])


@pytest.mark.parametrize(
    "name",
    [
        "os:system", "subprocess:Popen", "builtins:eval", "posix:system", "builtins:object",
        "types:FunctionType", "greenshift.twin.server:Twin", "greenshift.twin.processes.nursery:Nursery",
        "moto.server:main",
        "moto.core.responses:BaseResponse", "moto.s3.responses:S3Response", "moto.s3.models:s3_backends",
        "greenshift.twin.awslambda.model:uuid.UUID", "greenshift.twin.awslambda.model:Mapping",
        "greenshift.twin.awslambda.model:Function.serving_latest", "greenshift.twin.awslambda.model:",
        ":", "",
    ],
)  # fmt: skip
def test_a_file_gets_no_object_of_a_class_that_is_not_state(name: str) -> None:
    for node in (["object", name, None, {}], ["object", name, [], {}], ["enum", name, "A"]):
        with pytest.raises(Unreadable):
            read(node)


@pytest.mark.parametrize(
    "nodes",
    [
        [["reduce", "os", "system"]], [["list", [7]]], [["list", [-1]]], [["list", [0, 0]]],
        [["list", ["a"]]], [["tuple", [0]]], [[]], [7], ["list"], [["dict", 1]],
        [["dict", [1], 2], ["list"]], [["default", "eval"]], [["bytes", "../../etc/passwd"]],
        [["outside", "moto/os"]], [["pattern", "(", 0]], [["zone", "../etc"]],
        [["method", [1], "get"], ["dict"]], [["method", [1], "__reduce__"], ["list"]],
        [["object", ALIAS, None, {"name": "a"}]], [["object", ALIAS, [], {}]], [["object", ALIAS, None, 7]],
        [["enum", "greenshift.twin.codedeploy.progress:Phase", "__class__"]], [["spooled", 1]],
        [["span", "x"]],
        [["frozenset", [1]], ["list"]], [["moment", 7]], [["event", True, 1]],
        [["tuple", [number + 1]] for number in range(1000)] + [["tuple"]],
    ],
)  # fmt: skip
def test_nodes_that_nobody_wrote_are_refused(nodes: list[Any]) -> None:
    with pytest.raises(Unreadable):
        read(*nodes)


def test_an_attribute_of_a_file_is_an_item_of_the_object_and_changes_nothing_else() -> None:
    alias = Alias("live", "1", "", {}, "r")
    document, blobs = written(alias=alias)
    attributes = next(node for node in document["nodes"] if node[0] == "object")[3]
    attributes |= {"__class__": "x", "__dict__": "y", "versions": "z"}
    found = Reader(blobs.__getitem__, nowhere).roots(document)["alias"]

    assert type(found) is Alias
    assert found == alias
