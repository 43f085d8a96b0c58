"""`greenshift rollback`, `release --now` and what goes wrong on the way back, on a twin whose clock the test
moves.
"""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from support.accounts.hard_account import ORDERS, HardAccount, hooks_of, is_split
from support.accounts.release_account import BAD, BASE, BROKEN, KEYS, ended, good

from greenshift.contract.release import Release
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import State, Status
from greenshift.testing import start_twin


@pytest.fixture(scope="module")
def on_the_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HardAccount]:
    with start_twin(clock="manual") as twin:
        yield HardAccount(twin, tmp_path_factory.mktemp("targets"))


@pytest.fixture
def account(on_the_twin: HardAccount) -> HardAccount:
    """All at once by default, since what shifts slowly is not the matter here; nothing is under way."""
    on_the_twin.sets(ORDERS, "OK")
    on_the_twin.deploy(at_once=KEYS)
    on_the_twin.clients.pause = lambda _: on_the_twin.step()
    on_the_twin.messages()
    return on_the_twin


def shipped(account: HardAccount, *answers: str) -> list[Release]:
    done = [account.ship(good(answer)) for answer in answers]
    assert {release.status for release in done} == {Status.SUCCEEDED}, done
    return done


def to_versions(release: Release) -> dict[str, str]:
    return {item.key: item.to_version for item in release.functions}


def slowly(account: HardAccount, answer: str) -> str:
    """A release that is half-way."""
    account.deploy()
    id_ = account.publish(good(answer))
    account.shift_until(id_, lambda _: is_split(account))
    return id_


# Where a rollback goes


def test_a_rollback_brings_back_what_was_live_before_the_last_release(account: HardAccount) -> None:
    one, two = shipped(account, "one", "two")

    done = account.rolled_back()

    assert (done.status, account.live()) == (Status.SUCCEEDED, to_versions(one))
    assert (done.mode, done.by, done.why) == (Mode.ROLLBACK, "Ada", "refunds fail")
    assert done.transitions[0].cause == f"undoing release {two.id[:8]}, asked for by Ada"
    assert {item.key: (item.from_version, item.state) for item in done.functions} == {
        key: (version, State.SHIFTED) for key, version in to_versions(two).items()
    }
    assert {key: account.watched(key) for key in KEYS} == to_versions(one)
    assert hooks_of(account, done.functions[0].deployment_id or "")["BeforeAllowTraffic"] == "Succeeded"
    (subject,) = account.messages()
    assert subject.endswith("succeeded")
    assert account.ledger.history(f"{BASE}-charge").rows[0].release == done.id


def test_a_rollback_goes_to_the_release_it_is_told(account: HardAccount) -> None:
    one, _, _ = shipped(account, "old", "newer", "newest")

    done = account.rolled_back(to=one.id)

    assert (done.status, account.live()) == (Status.SUCCEEDED, to_versions(one))


def test_after_a_rollback_the_next_release_goes_from_there(account: HardAccount) -> None:
    one, _ = shipped(account, "kept", "undone")
    account.rolled_back()

    (fix,) = shipped(account, "the fix")

    assert {item.key: item.from_version for item in fix.functions} == to_versions(one)


def test_a_rollback_is_not_undone_by_another(account: HardAccount) -> None:
    one, _ = shipped(account, "first", "second")
    back = account.rolled_back()

    why = account.refused_rollback()

    assert account.live() == to_versions(one)
    assert f"{back.id[:17]}, is a rollback itself" in why
    assert f"greenshift rollback --undo {one.id[:8]}" in why


def test_what_a_rollback_made_live_again_is_undone_by_name(account: HardAccount) -> None:
    before, one, two = shipped(account, "at the start", "then", "now")
    back = account.rolled_back()
    assert f"--undo {two.id[:8]}" not in account.refused_rollback(undo=two.id)

    plan = account.asks(errand="plan", undo="live")
    done = account.rolled_back(undo=one.id)

    assert (plan["refused"], plan["undoes"]["id"], plan["through"]["id"]) == ("", one.id, back.id)
    assert (done.status, account.live()) == (Status.SUCCEEDED, to_versions(before))


def test_versions_that_are_gone_are_refused_by_name(account: HardAccount) -> None:
    one, two = shipped(account, "to be pruned", "stays")
    gone = to_versions(one)["refund"]
    account.functions.delete_function(FunctionName=f"{BASE}-refund", Qualifier=gone)

    why = account.refused_rollback()

    assert account.live() == to_versions(two)
    assert why == f"these versions do not exist any more: refund {gone}; release the commit again"
    assert account.asks(errand="plan")["refused"] == why
    assert not any(subject.endswith("failed") for subject in account.messages())


def test_a_release_that_is_not_in_the_ledger_is_refused(account: HardAccount) -> None:
    why = account.refused_rollback(to="no-such-release")

    assert why == "the ledger has no release no-such-release: `greenshift history` lists them"


# What it says before it does anything


def test_a_plan_names_the_release_it_undoes_and_each_functions_versions(account: HardAccount) -> None:
    one, two = shipped(account, "plan one", "plan two")

    plan = account.asks(errand="plan")

    assert (plan["refused"], plan["undoes"]["id"]) == ("", two.id)
    assert {each["key"]: (each["from"], each["to"]) for each in plan["functions"]} == {
        key: (to_versions(two)[key], to_versions(one)[key]) for key in KEYS
    }
    assert plan["after"] == []
    assert account.live() == to_versions(two)


def test_a_plan_tells_of_newer_releases_that_left_nothing(account: HardAccount) -> None:
    _, two = shipped(account, "still good", "good")
    failed = account.ship(dict.fromkeys(KEYS, BROKEN))

    plan = account.asks(errand="plan")

    assert plan["undoes"]["id"] == two.id
    assert [(each["id"], each["status"]) for each in plan["after"]] == [(failed.id, "FAILED")]


def test_a_plan_of_a_release_under_way_goes_from_where_it_is_going(account: HardAccount) -> None:
    (one,) = shipped(account, "before it")
    under_way = slowly(account, "planned half-way")

    plan = account.asks(errand="plan")

    assert plan["undoes"]["id"] == under_way
    going = to_versions(account.release(under_way))
    assert {each["key"]: (each["from"], each["to"]) for each in plan["functions"]} == {
        key: (going[key], to_versions(one)[key]) for key in KEYS
    }
    account.rolled_back()


def test_a_rollback_of_another_release_than_one_was_told_of_is_refused(account: HardAccount) -> None:
    one, two = shipped(account, "told of", "came since")

    why = account.refused_rollback(undo=one.id)

    assert why == f"the release to undo was {one.id} when you were asked, and is {two.id} by now: ask again"
    assert account.live() == to_versions(two)


# A rollback and other releases


def test_a_release_under_way_is_what_a_rollback_undoes(account: HardAccount) -> None:
    (one,) = shipped(account, "before")
    under_way = slowly(account, "half-way")

    done = account.rolled_back()

    assert account.live() == to_versions(one)
    undone = account.release(under_way)
    assert undone.status is Status.ROLLED_BACK
    assert undone.reason == f"rollback {done.id} was asked for by Ada"
    assert done.status is Status.UNCHANGED  # it was back already
    account.shift(under_way)
    assert account.answer()[0] == "FAILED"


def test_a_rollback_to_an_older_release_takes_the_one_under_way_back_first(account: HardAccount) -> None:
    one, _ = shipped(account, "older", "old")
    under_way = slowly(account, "half-way there")

    done = account.rolled_back(to=one.id)

    assert account.release(under_way).status is Status.ROLLED_BACK
    assert (done.status, account.live()) == (Status.SUCCEEDED, to_versions(one))


def rolled_back_while(account: HardAccount, something: Callable[[], None]) -> Release:
    """A rollback to gated code, and what happens while its first hook runs."""

    def pause(_: float) -> None:
        if account.gate.exists():
            something()
            account.gate.unlink()
        account.step()

    account.gate.touch()
    account.clients.pause = pause
    return account.rolled_back()


def test_a_release_that_comes_during_a_rollback_waits_for_its_end(account: HardAccount) -> None:
    one = account.ship(account.gated("the base"))
    shipped(account, "the mistake")
    coming = account.publish(good("coming"))
    told: list[tuple[str, str]] = []

    def job_comes() -> None:
        account.shift(coming)
        told.append(account.answer())

    back = rolled_back_while(account, job_comes)

    assert (back.status, to_versions(back)) == (Status.SUCCEEDED, to_versions(one))
    (verdict, summary), *_ = told
    assert verdict == "CONTINUE"
    assert summary.startswith(f"waiting for the end of release {back.id}")
    done = account.shift_until(coming, ended)
    assert (done.status, account.live()) == (Status.SUCCEEDED, to_versions(done))
    # It began where the rollback ended; and the next one knows who ended last, although that began first.
    assert {item.key: item.from_version for item in done.functions} == to_versions(one)
    shipped(account, "after both")


def test_a_rollback_and_a_release_at_the_same_moment_never_mix(account: HardAccount) -> None:
    shipped(account, "whole one", "whole two")
    coming, back = account.publish(good("whole three")), f"rollback-{uuid4()}"

    at_once(
        lambda: account.errand(errand="rollback", id=back, by="Ada", why="x"),
        lambda: account.shift_until(coming, ended),
    )

    sets = [to_versions(row) for row in account.ledger.releases(BASE, 4).rows if row.status.is_ended]
    assert account.live() in sets
    assert {account.release(back).is_ended, account.release(coming).is_ended} == {True}
    assert_no_overlap(account, account.release(back), account.release(coming))


def at_once(*calls: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
        assert not thread.is_alive()


def assert_no_overlap(account: HardAccount, *releases: Release) -> None:
    """No deployment of one was created before those of the other had ended."""
    spans = []
    for release in releases:
        ids = [item.deployment_id for item in release.functions if item.deployment_id]
        ids += [item.rollback_deployment_id for item in release.functions if item.rollback_deployment_id]
        found = [account.codedeploy.get_deployment(deploymentId=id_)["deploymentInfo"] for id_ in ids]
        spans += (
            [(min(f["createTime"] for f in found), max(f["completeTime"] for f in found))] if found else []
        )
    spans.sort()
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans)), spans


@pytest.mark.parametrize("is_at_once", [False, True])
def test_the_same_rollback_invoked_twice_is_one_release(account: HardAccount, is_at_once: bool) -> None:
    one, _ = shipped(account, f"once {is_at_once}", f"twice {is_at_once}")
    id_ = f"rollback-{uuid4()}"

    if is_at_once:
        at_once(*[lambda: account.rolled_back(release_id=id_)] * 2)
    else:
        for _ in range(2):
            account.rolled_back(release_id=id_)

    done = account.release(id_)
    assert (done.status, account.live()) == (Status.SUCCEEDED, to_versions(one))
    for key in KEYS:
        assert descriptions(account, key).count(f"greenshift {id_} {key}") == 1
    assert len([subject for subject in account.messages() if "succeeded" in subject]) == 1


def descriptions(account: HardAccount, key: str) -> list[str]:
    group = {"applicationName": BASE, "deploymentGroupName": f"{BASE}-{key}"}
    ids = account.codedeploy.list_deployments(**group)["deployments"]
    infos = [account.codedeploy.get_deployment(deploymentId=id_)["deploymentInfo"] for id_ in ids]
    return [str(info.get("description", "")) for info in infos]


def test_an_alarm_during_a_rollback_takes_that_back_as_well(account: HardAccount) -> None:
    one = account.ship(account.gated("fails by now"))
    (two,) = shipped(account, "works")

    paused = 0

    def alarm_fires(_: float) -> None:
        """For three minutes: nobody calls, so the alarm's own next look says OK, and it is set again."""
        nonlocal paused
        paused += 1
        if paused == 1:
            assert account.watched("charge") == to_versions(one)["charge"]
        account.gate.unlink(missing_ok=True)
        if paused > 3:
            account.step()
            return
        for _ in range(60 // 5):
            account.sets(f"{BASE}-charge-errors", "ALARM")
            account.twin.advance(5)

    account.gate.touch()
    account.clients.pause = alarm_fires
    done = account.rolled_back()

    assert (done.status, done.alarm) == (Status.ROLLED_BACK, f"{BASE}-charge-errors")
    assert "fired" in (done.reason or "")
    assert account.live() == to_versions(two)


# In a hurry


NOW = {"mode": "now", "by": "Ada", "why": "refunds fail", "author": "Grace"}


def test_a_release_in_a_hurry_is_there_at_once_and_watched_for_a_while(account: HardAccount) -> None:
    account.deploy()
    id_ = account.publish(good("in a hurry"), **NOW)

    baking = account.shift_until(id_, lambda release: release.status is Status.BAKING)

    assert account.live() == to_versions(baking)
    shifting = next(item for item in baking.transitions if item.cause.startswith("shifting"))
    assert (baking.since - shifting.at).total_seconds() < 300  # slowly it would be five minutes
    for item in baking.functions:
        assert hooks_of(account, item.deployment_id or "")["BeforeAllowTraffic"] == "Succeeded"
    done = account.shift_until(id_, ended)
    assert done.status is Status.SUCCEEDED
    assert (done.since - baking.since).total_seconds() >= 300
    assert (done.mode, done.by, done.why, done.author) == (Mode.NOW, "Ada", "refunds fail", "Grace")


def test_an_alarm_while_it_is_watched_takes_it_back(account: HardAccount) -> None:
    before = account.live()
    id_ = account.publish(good("too hasty") | {"charge": BAD.format(answer="too hasty")}, **NOW)
    account.shift_until(id_, lambda release: release.status is Status.BAKING)
    account.calls("charge", 5)

    done = account.shift_until(id_, ended)

    assert (done.status, done.alarm, account.live()) == (
        Status.ROLLED_BACK,
        f"{BASE}-charge-errors",
        before,
    )


def test_a_slow_release_gives_way_to_one_in_a_hurry(account: HardAccount) -> None:
    before, slow = account.live(), slowly(account, "slow")
    hasty = account.publish(good("hasty"), **NOW)

    done = account.shift_until(slow, ended)

    assert (done.status, account.live()) == (Status.ROLLED_BACK, before)
    assert done.reason == f"release {hasty} is newer, and takes its place"
    assert account.shift_until(hasty, ended).status is Status.SUCCEEDED


# The way back itself


def test_a_deployment_stopped_without_rollback_ends_all_old(account: HardAccount) -> None:
    """CodeDeploy leaves the alias split and does nothing more: the controller puts it whole."""
    before, id_ = account.live(), slowly(account, "left split")
    charge = account.release(id_).function("charge")
    assert charge is not None
    account.codedeploy.stop_deployment(deploymentId=charge.deployment_id, autoRollbackEnabled=False)

    done = account.shift_until(id_, ended)

    assert (done.status, account.live()) == (Status.ROLLED_BACK, before)
    assert "Stopped" in (done.reason or "")
    assert {key: account.watched(key) for key in KEYS} == before


def test_nobody_is_sent_back_onto_a_version_that_fails_as_well(account: HardAccount) -> None:
    failing = account.ship(good("fine") | {"charge": BAD.format(answer="was bad already")})
    assert failing.status is Status.SUCCEEDED
    account.calls("charge", 4)  # where it comes from fails
    before, id_ = account.live(), account.publish(good("the repair"))
    account.deploy(at_once=["charge"])
    account.shift_until(id_, lambda release: release.functions[0].state is State.SHIFTED)

    account.stops(id_)

    done = account.release(id_)
    charge, refund = done.functions
    assert (done.status, charge.state, refund.state) == (Status.FAILED, State.HALTED, State.ROLLED_BACK)
    assert account.live() == {"charge": charge.to_version, "refund": before["refund"]}
    assert charge.reason == (
        f"{BASE}-charge was left on version {charge.to_version}: version {before['charge']}, where it came "
        "from, failed 4 of 4 calls of the last minutes"
    )
    ((subject, message),) = account.mail()
    assert subject.startswith(f"{BASE}: failed")
    assert re.search("needs you|person is needed", message) and charge.reason in message
    assert account.ship(good("and on from there")).status is Status.SUCCEEDED


def test_a_release_nobody_moves_is_settled_by_an_errand(account: HardAccount) -> None:
    before, id_ = account.live(), slowly(account, "left behind")

    for _ in range(2):
        account.errand(errand="settle", release=id_, reason="nobody moves it")

    done = account.release(id_)
    assert (done.status, done.reason, account.live()) == (Status.ROLLED_BACK, "nobody moves it", before)
    assert account.messages() == [f"{BASE}: rolled back"]


def test_an_errand_for_a_release_that_never_was_changes_nothing(account: HardAccount) -> None:
    before = account.live()

    account.errand(errand="settle", release="no-such-release", reason="x")

    assert account.live() == before


# Somebody stands between two waves


def waiting(account: HardAccount, answer: str) -> str:
    """A release whose first wave has arrived and whose second one waits for approval."""
    account.deploy(waves={"refund": 1}, also=[ORDERS], at_once=KEYS)
    id_ = account.publish(good(answer))
    account.shift_until(id_, lambda release: release.status is Status.WAITING, waves=1)
    charge = account.release(id_).functions[0]
    assert account.answer() == ("SUCCEEDED", f"released charge {charge.from_version} -> {charge.to_version}")
    return id_


def test_an_approved_wave_completes_the_release(account: HardAccount) -> None:
    before = account.live()
    id_ = waiting(account, "approved")
    assert account.live()["refund"] == before["refund"]

    done = account.shift_until(id_, ended, waves=2)

    assert (done.status, account.live()) == (Status.SUCCEEDED, to_versions(done))
    assert account.answer()[0] == "SUCCEEDED"


def test_a_last_wave_is_watched_before_its_job_is_done(account: HardAccount) -> None:
    id_ = waiting(account, "watched")
    account.deploy({"bakeMinutes": 5}, waves={"refund": 1})
    coming = account.publish(good("watched too"))
    account.stops(id_)
    account.shift_until(coming, lambda release: release.status is Status.WAITING, waves=1)

    account.shift_until(coming, lambda release: release.status is Status.BAKING, waves=2)

    assert account.answer()[0] == "CONTINUE"
    assert account.shift_until(coming, ended, waves=2).status is Status.SUCCEEDED


def test_a_rejected_wave_takes_all_back(account: HardAccount) -> None:
    before = account.live()
    id_ = waiting(account, "rejected")

    account.stops(id_)

    assert (account.release(id_).status, account.live()) == (Status.ROLLED_BACK, before)


def test_an_alarm_while_the_approval_waits_takes_all_back(account: HardAccount) -> None:
    before = account.live()
    id_ = waiting(account, "alarmed")
    account.sets(ORDERS, "ALARM")
    detail = {"alarmName": ORDERS, "state": {"value": "ALARM", "reason": "no orders"}}

    account.hears("aws.cloudwatch", "CloudWatch Alarm State Change", detail)

    done = account.release(id_)
    assert (done.status, done.alarm, account.live()) == (Status.ROLLED_BACK, ORDERS, before)
    account.shift(id_, waves=2)  # somebody approves all the same
    assert account.answer()[0] == "FAILED"


def test_a_wave_in_which_nothing_changed_needs_its_approval_all_the_same(account: HardAccount) -> None:
    shipped(account, "as before")
    account.deploy(waves={"refund": 1}, at_once=KEYS)
    before = account.live()
    id_ = account.publish(good("as before") | {"refund": good("only this")["refund"]})

    account.shift_until(id_, lambda release: release.status is Status.WAITING, waves=1)

    assert (account.answer(), account.live()) == (("SUCCEEDED", "nothing changed so far"), before)
    done = account.shift_until(id_, ended, waves=2)
    assert (done.status, account.live()["charge"]) == (Status.SUCCEEDED, before["charge"])
    assert account.live()["refund"] != before["refund"]
