"""Comparing properties: what changed, what is ignored, what may be shown."""

from __future__ import annotations

import pytest

from greenshift.engine.events import PropertyChange
from greenshift.engine.properties import diff, paths
from greenshift.engine.properties.values import UNKNOWN, Archive, Properties, Secret
from greenshift.errors import EngineError


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("functionVersion", ("functionVersion",)),
        ("environment.variables.X", ("environment", "variables", "X")),
        ("stages[0].actions[12].name", ("stages", 0, "actions", 12, "name")),
        ('tags["a.b"]', ("tags", "a.b")),
        ("stages[*].name", ("stages", "*", "name")),
        ("*", ("*",)),
    ],
)
def test_a_property_path_is_read_as_pulumi_writes_it(text: str, keys: tuple[str | int, ...]) -> None:
    assert paths.parse(text) == keys


def test_a_malformed_path_is_refused() -> None:
    with pytest.raises(EngineError, match="is not a property path"):
        paths.parse("stages[")


@pytest.mark.parametrize(
    ("old", "new", "paths", "expected"),
    [
        ({"a": 1}, {"a": 2, "b": 3}, ("a",), {"a": 1, "b": 3}),
        ({}, {"a": 2}, ("a",), {}),
        ({"a": 1}, {}, ("a",), {"a": 1}),
        ({"t": {"x": 1}}, {"t": {"x": 2, "y": 3}}, ("t.x",), {"t": {"x": 1, "y": 3}}),
        ({"s": [{"n": 1}]}, {"s": [{"n": 2}]}, ("s[0].n",), {"s": [{"n": 1}]}),
        ({"s": [{"n": 1}]}, {"s": [{"n": 2}, {"n": 3}]}, ("s[*].n",), {"s": [{"n": 1}, {"n": 3}]}),
        ({"a": 1}, {"a": 2, "b": 3}, ("*",), {"a": 1}),
        ({"e": Secret({"x": 1})}, {"e": Secret({"x": 2, "y": 2})}, ("e.x",), {"e": Secret({"x": 1, "y": 2})}),
        ({"a": 1}, {"a": 2}, ("nothing.like.it",), {"a": 2}),
    ],
)
def test_ignored_paths_keep_their_old_value(
    old: Properties, new: Properties, paths: tuple[str, ...], expected: Properties
) -> None:
    assert diff.ignored(old, new, paths) == expected


@pytest.mark.parametrize(
    ("old", "new", "changed"),
    [
        ({"a": 1}, {"a": 1}, ()),
        ({"a": 1}, {"a": 1.0}, ()),
        ({"a": 1, "b": 2}, {"a": 2}, ("a", "b")),
        ({"a": None}, {}, ()),
        ({"a": "x"}, {"a": UNKNOWN}, ("a",)),
        ({"a": UNKNOWN}, {"a": UNKNOWN}, ("a",)),
        ({"a": Secret("x")}, {"a": "x"}, ()),
        ({"code": Archive("h", path="/one")}, {"code": Archive("h", path="/two")}, ()),
        ({"code": Archive("h")}, {"code": Archive("i")}, ("code",)),
    ],
)
def test_top_level_changes(old: Properties, new: Properties, changed: tuple[str, ...]) -> None:
    assert diff.changed_keys(old, new) == changed


def test_changes_are_told_leaf_by_leaf_and_say_what_replaces() -> None:
    old: Properties = {"name": "a", "tags": {"x": "1", "y": "2"}, "list": [1, 2]}
    new: Properties = {"name": "b", "tags": {"x": "1", "z": "3"}, "list": [1, 5]}

    assert diff.changes(old, new, frozenset({"name"})) == (
        PropertyChange("list[1]", "change", "2", "5"),
        PropertyChange("name", "change", '"a"', '"b"', replaces=True),
        PropertyChange("tags.y", "remove", before='"2"'),
        PropertyChange("tags.z", "add", after='"3"'),
    )


def test_secrets_unknowns_and_long_values_are_shown_as_what_they_are() -> None:
    new: Properties = {
        "a": Secret({"deep": "hush"}),
        "b": UNKNOWN,
        "c": "x" * 200,
        "d": Archive("0123456789abcdef"),
        "e": {"inner": Secret("hush")},
    }

    shown = {change.path: change.after for change in diff.changes({}, new)}

    assert shown["a"] == "[secret]"
    assert shown["b"] == "[known after it is created]"
    assert len(shown["c"]) == 80
    assert shown["d"] == "archive 01234567"
    assert "hush" not in shown["e"]
