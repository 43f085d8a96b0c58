"""The first release on a real twin: from bootstrap code, all at once, and never back to it by a rollback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.accounts.hard_account import HardAccount, is_split
from support.accounts.release_account import BASE, KEYS, ended, good, zipped

from greenshift.contract.release import ReleasedFunction
from greenshift.contract.statuses import Status
from greenshift.testing import start_twin

CANARY, AT_ONCE = (f"CodeDeployDefault.Lambda{name}" for name in ("Canary10Percent5Minutes", "AllAtOnce"))


class NewAccount(HardAccount):
    """As `up` leaves it: no release published anything yet."""

    made_by = "code is owned by releases"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[NewAccount]:
    with start_twin(clock="manual") as twin:
        yield NewAccount(twin, tmp_path)


def config_of(account: NewAccount, item: ReleasedFunction) -> str:
    found = account.codedeploy.get_deployment(deploymentId=item.deployment_id)
    return str(found["deploymentInfo"]["deploymentConfigName"])


def released_before(account: NewAccount, key: str) -> None:
    """As a release would have left it, whose row is not in the ledger any more."""
    name = f"{BASE}-{key}"
    account.twin.advance(5)
    account.functions.update_function_code(FunctionName=name, ZipFile=zipped({"app.py": good("old")[key]}))
    account.twin.advance(5)
    account.functions.publish_version(FunctionName=name, Description="greenshift long-ago")
    account.moves(key, "2")


def forget(account: NewAccount, release_id: str) -> None:
    """Make the ledger's row what it was before rows told which releases were first."""
    for key in KEYS:
        account.twin.client("dynamodb").update_item(
            TableName=f"{BASE}-ledger",
            Key={"deploymentId": {"S": release_id}},
            UpdateExpression="REMOVE #functions.#key.#first",
            ExpressionAttributeNames={"#functions": "functions", "#key": key, "#first": "first"},
        )


def test_from_bootstrap_code_traffic_moves_at_once_and_no_rollback_goes_back_to_it(
    account: NewAccount,
) -> None:
    released = account.ship(good("one"))

    assert not [each.cause for each in released.transitions if "not compared" in each.cause]
    assert (released.status, account.live()) == (Status.SUCCEEDED, dict.fromkeys(KEYS, "2"))
    assert {config_of(account, item) for item in released.functions} == {AT_ONCE}
    for is_known in (True, False):
        if not is_known:
            forget(account, released.id)
        assert "there is nothing to go back to" in account.refused_rollback()
        assert account.live() == dict.fromkeys(KEYS, "2")

    # From here on there is something to protect, and something to go back to.
    two = account.publish(good("two"))
    account.shift_until(two, lambda _: is_split(account))
    account.shift_until(two, ended)
    assert account.rolled_back().status is Status.SUCCEEDED
    assert account.live() == dict.fromkeys(KEYS, "2")


def test_what_a_deployment_published_counts_as_released_once_a_release_made_it_live(
    account: NewAccount,
) -> None:
    """A changed setting publishes a version that is described like bootstrap code, and a release finds it."""
    account.ship(good("one"))
    for key in KEYS:
        name = f"{BASE}-{key}"
        account.functions.update_function_configuration(FunctionName=name, MemorySize=256)
        account.twin.advance(5)
        account.functions.publish_version(FunctionName=name)
    account.ship(good("one"))
    assert account.live() == dict.fromkeys(KEYS, "3")

    three = account.publish(good("three"))

    account.shift_until(three, lambda _: is_split(account))
    account.shift_until(three, ended)


def test_undoing_a_mixed_release_leaves_the_new_function_where_it_is(account: NewAccount) -> None:
    released_before(account, "charge")
    mixed = account.ship(good("two"))
    assert account.live() == {"charge": "3", "refund": "2"}
    assert [config_of(account, item) for item in mixed.functions] == [CANARY, AT_ONCE]

    done = account.rolled_back()

    assert (done.status, account.live()) == (Status.SUCCEEDED, {"charge": "2", "refund": "2"})
    assert done.transitions[0].cause.endswith("refund: nothing to go back to, left as it is")
