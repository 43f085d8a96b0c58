"""What is done about a registration, as a table; and in which order things go."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.engine.program.goal import Goal
from greenshift.engine.program.options import Options
from greenshift.engine.properties.values import UNKNOWN, Properties
from greenshift.engine.provider import TypeSpec
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.steps import order
from greenshift.engine.steps.decide import decide
from greenshift.errors import EngineError

SPEC = TypeSpec(
    properties=frozenset({"name", "path", "size", "fixed"}),
    replace=frozenset({"name", "path"}),
    update=frozenset({"size"}),
    identity=("name",),
    volatile=frozenset(),
)
OLD: Properties = {"name": "a", "path": "/", "size": 1}


def goal(**options: Any) -> Goal:
    return Goal(urn="urn:pulumi:s::p::t:m:T::n", type="t:m:T", name="n", custom=True, inputs={}, **options)


def state(**values: Any) -> ResourceState:
    return ResourceState(**{"urn": "urn:pulumi:s::p::t:m:T::n", "type": "t:m:T", "custom": True, **values})


@pytest.mark.parametrize(
    ("old", "new", "options", "op", "delete_first"),
    [
        (None, OLD, {}, "create", False),
        (OLD, OLD, {}, "same", False),
        (OLD, {**OLD, "size": 2}, {}, "update", False),
        (OLD, {**OLD, "size": UNKNOWN}, {}, "update", False),
        (OLD, {**OLD, "name": "b"}, {}, "replace", False),
        (OLD, {**OLD, "name": UNKNOWN}, {}, "replace", False),
        (OLD, {**OLD, "path": "/x"}, {}, "replace", True),
        (OLD, {**OLD, "path": "/x", "name": "b"}, {"delete_before_replace": True}, "replace", True),
        (OLD, {**OLD, "path": "/x"}, {"delete_before_replace": False}, "replace", True),
        (OLD, {**OLD, "size": 2}, {"options": Options(replace_on_changes=("size",))}, "replace", True),
        (OLD, {**OLD, "size": 2}, {"options": Options(replace_on_changes=("*",))}, "replace", True),
        (OLD, {**OLD, "size": 2}, {"options": Options(replace_on_changes=("path",))}, "update", False),
    ],
)
def test_the_decision(
    old: Properties | None, new: Properties, options: dict[str, Any], op: str, delete_first: bool
) -> None:
    decision = decide(goal(**options), new, state(inputs=old) if old is not None else None, SPEC)

    assert (decision.op, decision.delete_first) == (op, delete_first)


def test_a_change_no_call_can_make_is_refused_by_name() -> None:
    with pytest.raises(EngineError, match=r"n \(t:m:T\): changing fixed is not supported"):
        decide(goal(), {**OLD, "fixed": 1, "size": 3}, state(inputs=OLD), SPEC)


def test_what_was_lost_with_another_is_made_again_though_nothing_changed() -> None:
    assert decide(goal(), OLD, state(inputs=OLD), SPEC, lost=True).op == "replace"


def named(name: str, *needs: str, **values: Any) -> ResourceState:
    return state(
        urn=f"urn:pulumi:s::p::t:m:T::{name}", id=name, dependencies=tuple(map(urn, needs)), **values
    )


def urn(name: str) -> str:
    return f"urn:pulumi:s::p::t:m:T::{name}"


def test_resources_are_deleted_in_waves_users_first() -> None:
    found = order.waves([named("base"), named("mid", "base"), named("top", "mid", "base"), named("alone")])

    assert [[item.id for item in wave] for wave in found] == [["top", "alone"], ["mid"], ["base"]]


def test_a_circle_ends_all_the_same() -> None:
    found = order.waves([named("a", "b"), named("b", "a")])

    assert sorted(item.id for wave in found for item in wave) == ["a", "b"]


def test_parents_and_property_dependencies_count_as_needs() -> None:
    child = named("child", parent=urn("parent"))
    user = named("user", property_dependencies={"role": (urn("child"),)})

    assert [wave[0].id for wave in order.waves([named("parent"), child, user])] == ["user", "child", "parent"]


def test_only_what_a_replace_property_ties_is_lost() -> None:
    alias = named("alias", property_dependencies={"name": (urn("function"),)})
    rule = named("on-alias", property_dependencies={"name": (urn("alias"),)})
    reader = named("reader", property_dependencies={"size": (urn("function"),)})

    lost = order.lost_with(
        urn("function"), [named("function"), alias, rule, reader], lambda item: SPEC.replace
    )

    assert [item.id for item in lost] == ["on-alias", "alias"]
