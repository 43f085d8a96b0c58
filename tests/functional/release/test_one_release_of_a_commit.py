"""Of one commit there is one release at a time, however many executions were started for it."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from support.accounts.hard_account import HardAccount
from support.accounts.release_account import BASE, KEYS, ended, good

from greenshift.contract.release import Release
from greenshift.contract.statuses import Status
from greenshift.release.record.asides import Aside, Asides
from greenshift.testing import start_twin


@pytest.fixture(scope="module")
def on_the_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HardAccount]:
    with start_twin(clock="manual") as twin:
        yield HardAccount(twin, tmp_path_factory.mktemp("targets"))


@pytest.fixture
def account(on_the_twin: HardAccount) -> HardAccount:
    on_the_twin.deploy(at_once=KEYS)
    return on_the_twin


def new_commit() -> str:
    return uuid4().hex + "0" * 8


def executed(account: HardAccount, commit: str, answer: str, **variables: str) -> str:
    """An execution of this commit, as far as Publish; its id."""
    id_ = str(uuid4())
    account.clients.codepipeline.commits[id_] = commit
    account.clients.codepipeline.variables[id_] = variables
    account.job("publish", id_, account.build(good(answer)))
    account.twin.advance(2)
    return id_


def released(account: HardAccount, commit: str, answer: str, **variables: str) -> Release:
    return account.shift_until(executed(account, commit, answer, **variables), ended)


def aside(account: HardAccount, id_: str) -> Aside:
    assert account.ledger.release(id_) is None
    found = Asides(account.twin.client("dynamodb"), f"{BASE}-ledger").read(id_)
    assert found is not None
    return found


def rows_of(account: HardAccount, commit: str) -> list[Release]:
    return [row for row in account.ledger.releases(BASE, 100).rows if row.commit == commit]


def stands(account: HardAccount, commit: str) -> str:
    return str(account.asks(errand="ask", commit=commit)["stands"])


def test_a_second_execution_of_a_commit_under_way_steps_aside_and_does_nothing(account: HardAccount) -> None:
    commit = new_commit()
    first = executed(account, commit, "once")
    assert stands(account, commit) == "UNDER_WAY"

    second = executed(account, commit, "once")
    verdict, told = account.answer()
    account.shift(second)

    assert (verdict, told) == ("SUCCEEDED", f"nothing to do: release {first} of {commit[:8]} is under way")
    assert aside(account, second).release == first
    assert account.answer()[0] == "SUCCEEDED"
    account.shift_until(first, ended)
    assert [row.id for row in rows_of(account, commit)] == [first]


def test_a_second_execution_of_a_live_commit_steps_aside_also_when_it_is_asked_twice(
    account: HardAccount,
) -> None:
    commit = new_commit()
    first = released(account, commit, "live")

    second = executed(account, commit, "live")
    account.job("publish", second, account.build(good("live")))

    assert aside(account, second).release == first.id
    assert stands(account, commit) == "LIVE"
    assert len(rows_of(account, commit)) == 1


def test_a_commit_that_went_back_is_refused_until_it_is_asked_for_again(account: HardAccount) -> None:
    released(account, new_commit(), "good")
    commit = new_commit()
    taken_back = released(account, commit, "bad")
    account.rolled_back()
    assert stands(account, commit) == "WENT_BACK"

    refused = executed(account, commit, "bad")

    assert account.answer()[0] == "FAILED"
    because = aside(account, refused).because
    assert aside(account, refused).is_refused
    assert "took it back" in because and because.endswith("greenshift release --again")
    account.hears(
        "aws.codepipeline",
        "CodePipeline Pipeline Execution State Change",
        {"pipeline": BASE, "execution-id": refused, "state": "FAILED", "version": 1},
    )
    assert account.ledger.release(refused) is None, "a refusal is no failed release"
    assert account.messages()[-1:] != ["failed"]

    again = released(account, commit, "bad", again="yes")

    assert again.status is Status.SUCCEEDED
    assert {row.id for row in rows_of(account, commit)} == {taken_back.id, again.id}


def test_a_refusal_names_the_rollback_that_took_the_commit_back_and_not_the_last_one(
    account: HardAccount,
) -> None:
    released(account, new_commit(), "good")
    middle = released(account, new_commit(), "better")
    commit = new_commit()
    released(account, commit, "best")
    first, second = account.rolled_back(), account.rolled_back(undo=middle.id)

    refused = executed(account, commit, "best")

    assert first.id != second.id
    assert first.id in aside(account, refused).because
    assert second.id not in aside(account, refused).because


def test_a_setting_that_changed_makes_a_live_commit_worth_a_release(account: HardAccount) -> None:
    commit = new_commit()
    released(account, commit, "with settings")
    account.functions.update_function_configuration(
        FunctionName=f"{BASE}-charge", Environment={"Variables": {"RATE": uuid4().hex}}
    )
    account.twin.advance(2)
    assert account.asks(errand="ask", commit=commit)["pending"] == ["charge"]

    second = released(account, commit, "with settings")

    assert [item.key for item in second.changed] == ["charge"]
    assert account.asks(errand="ask", commit=commit)["pending"] == []


def test_a_release_in_a_hurry_of_the_commit_under_way_is_one_of_its_own(account: HardAccount) -> None:
    commit = new_commit()
    executed(account, commit, "slow")

    hasty = executed(account, commit, "slow", mode="now", by="Ada", why="fast")

    assert account.ledger.release(hasty) is not None


def test_where_nobody_knows_the_commit_every_execution_is_a_release(account: HardAccount) -> None:
    first, second = executed(account, "", "unknown"), executed(account, "", "unknown")

    assert account.ledger.release(first) and account.ledger.release(second)
