"""What became of a call that a killed run had begun: found in the account, and told from what is known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.program.program_spec import Program
from greenshift.engine.properties.values import Value
from greenshift.engine.provider import Found
from greenshift.engine.state.checkpoint import ResourceState
from greenshift.engine.state.record import Memory
from greenshift.engine.state.recovery import recover
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.steps.providers import Providers

PERMISSION = "aws:lambda/permission:Permission"
LIVE = {"statementId": "events", "function": "pay", "qualifier": "live"}


class Account(AwsProvider):
    """The table as it is, over permissions that are held in memory."""

    def __init__(self, *permissions: Mapping[str, str]) -> None:
        super().__init__("http://127.0.0.1:1", "us-east-1")
        self._permissions = permissions

    def find(self, type_: str, inputs: Mapping[str, Value]) -> Found | None:
        assert type_ == PERMISSION
        if any(inputs == each for each in self._permissions):
            return Found(str(inputs["statementId"]), {"statementId": inputs["statementId"]})
        return None


def permission(name: str, inputs: Mapping[str, Value], id_: str = "") -> ResourceState:
    urn = f"urn:pulumi:local::shop::{PERMISSION}::{name}"
    return ResourceState(urn, PERMISSION, custom=True, id=id_, inputs=dict(inputs))


def recovered(account: Account, known: ResourceState | None, begun: ResourceState) -> Snapshot:
    snapshot = Snapshot()
    if known is not None:
        snapshot.put(known)
    snapshot.begin("creating", begun)
    program = Program(Path("/nowhere"), "shop", "local", {})
    recover(snapshot, Memory(snapshot), Providers(program, snapshot, lambda _: account, "us-east-1"))
    assert snapshot.creating == {}
    return snapshot


def test_what_was_made_is_taken_into_the_state_by_its_id() -> None:
    begun = permission("pay", LIVE)

    assert recovered(Account(LIVE), None, begun).resources[begun.urn].id == "events"
    assert recovered(Account(), None, begun).resources == {}


def test_a_permission_of_the_same_id_on_another_function_is_another_one() -> None:
    other = {**LIVE, "function": "ship"}
    known, begun = permission("pay", LIVE, "events"), permission("ship", other)

    found = recovered(Account(LIVE, other), known, begun)

    assert {state.name: state.id for state in found.resources.values()} == {"pay": "events", "ship": "events"}


def test_a_permission_of_the_same_id_on_another_qualifier_is_another_one() -> None:
    whole = {"statementId": "events", "function": "pay"}
    known, begun = permission("live", LIVE, "events"), permission("whole", whole)

    found = recovered(Account(LIVE, whole), known, begun)

    assert sorted(state.name for state in found.resources.values()) == ["live", "whole"]


def test_what_another_resource_of_the_state_made_is_not_taken_twice() -> None:
    known, begun = permission("pay", LIVE, "events"), permission("again", LIVE)

    assert list(recovered(Account(LIVE), known, begun).resources) == [known.urn]
