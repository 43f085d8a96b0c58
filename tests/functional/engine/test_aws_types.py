"""Resource types of the table, each through its whole life on a real twin: created, unchanged, updated,
replaced, imported, deleted. What AWS has of it after each step is read back by its id alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from support.pulumi.type_cases import CASES
from support.pulumi.type_cases.case import Case, resolved

from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.program.goal import Goal
from greenshift.engine.program.options import Options
from greenshift.engine.properties.diff import changed_keys
from greenshift.engine.provider import Found
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.drift import drifted
from greenshift.engine.steps.decide import decide
from greenshift.testing import RunningTwin


@pytest.fixture(scope="module")
def provider(twin: RunningTwin) -> Iterator[AwsProvider]:
    yield AwsProvider(twin.endpoint, twin.region)


def urn_of(type_: str, name: str) -> str:
    return f"urn:pulumi:s::p::{type_}::{name}"


def make(
    provider: AwsProvider, type_: str, inputs: dict[str, Any], name: str
) -> tuple[Found, dict[str, Any]]:
    checked: dict[str, Any] = provider.check(type_, urn_of(type_, name), inputs, None)
    return provider.create(type_, checked), checked


def surroundings(provider: AwsProvider, case: Case, ending: ExitStack) -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = {}
    for name, (type_, inputs) in case.needs.items():
        found, checked = make(provider, type_, resolved(inputs, made), name)
        made[name] = {**found.outputs, "id": found.id}
        ending.callback(provider.delete, type_, found, checked)
    return made


def decided(provider: AwsProvider, case: Case, id_: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    """What the engine makes of a change of inputs."""
    urn = urn_of(case.type, "it")
    state = ResourceState(urn=urn, type=case.type, custom=True, id=id_, inputs=old, outputs=old)
    goal = Goal(urn, case.type, "it", True, new, options=Options())
    return str(decide(goal, provider.check(case.type, urn, new, old), state, provider.spec(case.type)).op)


def there(provider: AwsProvider, case: Case, id_: str, inputs: dict[str, Any]) -> dict[str, Any]:
    """What is there, by its id, over the inputs that made it: equal to them when all of it holds."""
    observed = provider.observe(case.type, case.import_id.format(**{**inputs, "id": id_}))
    assert observed is not None
    assert observed.id == id_
    missing = set(inputs) - set(observed.inputs) - set(case.unseen)
    defaults = {key for key, value in provider.defaults(case.type).items() if inputs.get(key) == value}
    assert not {key for key in missing - defaults if inputs[key] not in (None, "", {}, [])}
    silent = provider.spec(case.type).shared - set(inputs)
    return drifted(inputs, {key: value for key, value in observed.inputs.items() if key not in silent})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.type.rpartition(":")[2])
def test_a_type_lives_from_create_to_import_and_delete(provider: AwsProvider, case: Case) -> None:
    with ExitStack() as ending:
        made = surroundings(provider, case, ending)
        wanted = resolved(case.inputs, made)
        created, inputs = make(provider, case.type, wanted, "it")
        assert created.id
        assert all(created.outputs.get(name) not in (None, "") for name in case.outputs), created.outputs
        found = provider.find(case.type, inputs)
        assert case.stays or found is not None
        assert found is None or found.id == created.id
        assert decided(provider, case, created.id, inputs, wanted) == "same"
        assert there(provider, case, created.id, inputs) == inputs

        if case.update:
            updated = {**inputs, **resolved(case.update, made)}
            assert decided(provider, case, created.id, inputs, updated) == "update"
            after = provider.update(case.type, created, inputs, updated)
            assert after.id == created.id
            assert there(provider, case, created.id, updated) == updated
            seen = provider.read(case.type, after.id, updated)
            assert seen is not None
            once = {key: after.outputs[key] for key in provider.spec(case.type).told_once}
            assert not changed_keys(after.outputs, {**once, **seen.outputs})
            inputs, created = updated, after

        if case.replace:
            other = {**inputs, **resolved(case.replace, made)}
            assert decided(provider, case, created.id, inputs, other) == "replace"
            provider.delete(case.type, created, inputs)
            assert case.stays or provider.find(case.type, inputs) is None
            created, inputs = make(provider, case.type, other, "it")
            assert there(provider, case, created.id, inputs) == inputs

        provider.delete(case.type, created, inputs)
        assert case.stays or provider.find(case.type, inputs) is None
        provider.delete(case.type, created, inputs)  # gone already: not an error
