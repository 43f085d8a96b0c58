"""Every hard case of a shift, with every value of its setting, on a twin whose clock the test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.accounts.hard_account import BUSINESS, ORDERS, HardAccount, is_split
from support.accounts.release_account import BASE, BROKEN, KEYS, ended, good

from greenshift.contract.release import Release
from greenshift.contract.statuses import State, Status
from greenshift.testing import start_twin

# Smoke test and hook call the version; synthetic calls come through the alias, as everybody's do.
BAD_WHEN_CALLED = (
    "def handler(event, context):\n"
    "    if context.invoked_function_arn.endswith(':live'): raise RuntimeError('{answer}')\n"
)


@pytest.fixture(scope="module")
def on_the_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HardAccount]:
    with start_twin(clock="manual") as twin:
        yield HardAccount(twin, tmp_path_factory.mktemp("targets"))


@pytest.fixture
def account(on_the_twin: HardAccount) -> HardAccount:
    """With default settings, alarms that are calm, and nothing under way."""
    on_the_twin.sets(ORDERS, "OK")
    on_the_twin.deploy()
    return on_the_twin


def moved(release: Release) -> dict[str, str]:
    return {item.key: item.to_version for item in release.functions}


# The alarm fires already before the shift


def test_refuse_shifts_nothing_while_an_alarm_fires(account: HardAccount) -> None:
    account.deploy({"firing": "refuse"}, also=[ORDERS])
    account.sets(ORDERS, "ALARM")
    before = account.live()

    done = account.ship(good("refuse"))

    assert done.status is Status.FAILED
    assert (done.reason or "").startswith(f"nothing was shifted: alarm {ORDERS} fires already")
    assert account.live() == before
    assert account.answer()[0] == "FAILED"


def test_ignore_until_ok_lets_the_fix_out_and_heeds_the_alarm_once_it_was_ok(account: HardAccount) -> None:
    account.deploy({"firing": "ignore-until-ok"}, also=[ORDERS])
    account.sets(ORDERS, "ALARM")

    done = account.ship(good("the fix"))

    assert (done.status, account.live()) == (Status.SUCCEEDED, moved(done))
    assert {item.ignored for item in done.functions} == {(ORDERS,)}

    before, relapse = account.live(), account.publish(good("relapse"))
    account.shift_until(relapse, lambda _: is_split(account))
    account.sets(ORDERS, "OK")
    account.shift_until(relapse, lambda release: not any(item.ignored for item in release.functions))
    account.sets(ORDERS, "ALARM")
    done = account.shift_until(relapse, ended)
    assert (done.status, done.alarm) == (Status.ROLLED_BACK, ORDERS)
    assert account.live() == before


def test_an_alarm_composed_of_others_is_ignored_like_any(account: HardAccount) -> None:
    account.deploy(also=[BUSINESS])
    account.sets(ORDERS, "ALARM")
    account.twin.advance(60)

    done = account.ship(good("composed"))

    assert done.status is Status.SUCCEEDED, done
    assert {item.ignored for item in done.functions} == {(BUSINESS,)}


def test_proceed_never_heeds_what_fired_before(account: HardAccount) -> None:
    account.deploy({"firing": "proceed"}, also=[ORDERS])
    account.sets(ORDERS, "ALARM")
    id_ = account.publish(good("proceed"))
    account.shift_until(id_, lambda _: is_split(account))
    for state in ("OK", "ALARM"):
        account.sets(ORDERS, state)
        account.shift(id_)

    assert account.shift_until(id_, ended).status is Status.SUCCEEDED


def test_an_alarm_of_ones_own_that_begins_during_the_shift_takes_all_back(account: HardAccount) -> None:
    account.deploy(also=[ORDERS])
    before, id_ = account.live(), account.publish(good("orders fall"))
    account.shift_until(id_, lambda _: is_split(account))
    account.sets(ORDERS, "ALARM")

    done = account.shift_until(id_, ended)

    assert (done.status, done.alarm, account.live()) == (Status.ROLLED_BACK, ORDERS, before)


def test_an_alarm_that_is_told_twice_turns_the_shift_at_once_and_is_noted_once(account: HardAccount) -> None:
    account.deploy(also=[ORDERS])
    before = account.live()
    id_ = account.publish(good("told twice"))
    account.shift_until(id_, lambda release: release.status is Status.SHIFTING and is_split(account))
    account.sets(ORDERS, "ALARM")
    detail = {"alarmName": ORDERS, "state": {"value": "ALARM", "reason": "no orders"}}

    for _ in range(2):
        account.hears("aws.cloudwatch", "CloudWatch Alarm State Change", detail, id_=f"alarm-{id_}")

    done = account.release(id_)
    assert (done.status, done.alarm, account.live()) == (Status.ROLLED_BACK, ORDERS, before)
    assert [item.cause for item in done.transitions].count(f"alarm {ORDERS}: no orders") == 1


# Nobody calls


def test_proceed_takes_no_news_for_good_news(account: HardAccount) -> None:
    account.deploy({"quiet": "proceed"})

    assert account.ship(good("no news")).status is Status.SUCCEEDED


def test_hold_waits_for_a_first_call_of_each_function(account: HardAccount) -> None:
    account.deploy({"quiet": "hold", "holdMinutes": 30})
    id_ = account.publish(good("held"))

    held = account.shift_until(id_, lambda release: release.status is Status.BAKING)
    assert held.transitions[-1].cause.endswith("waiting for somebody to call charge, refund")
    account.calls("charge")
    account.twin.advance(120)
    account.shift(id_)
    assert account.release(id_).status is Status.BAKING
    account.calls("refund")

    done = account.shift_until(id_, ended)
    assert (done.status, account.live()) == (Status.SUCCEEDED, moved(done))


def test_hold_goes_back_when_nobody_calls(account: HardAccount) -> None:
    account.deploy({"quiet": "hold", "holdMinutes": 5})
    before, id_ = account.live(), account.publish(good("uncalled"))
    account.shift_until(id_, lambda release: release.status is Status.BAKING)
    account.calls("charge")
    account.twin.advance(300)

    done = account.shift_until(id_, ended)

    assert (done.status, account.live()) == (Status.ROLLED_BACK, before)
    assert done.reason == "nobody called refund for 0:05:00, so nothing is known of what is new"


def test_synthetic_calls_find_a_version_that_fails(account: HardAccount) -> None:
    """The smoke test passes any version that runs; whether it works is what calls through the alias tell."""
    account.deploy({"quiet": "synthetic", "requests": 20})
    before = account.live()

    done = account.ship(good("uncalled") | {"charge": BAD_WHEN_CALLED.format(answer="always")})

    assert (done.status, done.alarm) == (Status.ROLLED_BACK, f"{BASE}-charge-errors")
    assert account.live() == before


def test_a_bake_judges_by_the_alias_where_its_version_has_no_metrics(account: HardAccount) -> None:
    """So its alarm, which watches the version, is blind as well: here it watches what nobody calls."""
    account.deploy({"bakeMinutes": 9}, at_once=KEYS)
    before = account.live()
    id_ = account.publish(good("blind") | {"charge": BAD_WHEN_CALLED.format(answer="blind")})
    alarm = account.blinds("charge")
    account.clients.has_versions = False
    try:
        account.shift_until(id_, lambda release: release.status is Status.BAKING)
        account.step()
        account.calls("charge", 5)
        done = account.shift_until(id_, ended)
    finally:
        account.clients.has_versions = True
        account.alarms.put_metric_alarm(**alarm)

    assert (done.status, done.reason) == (
        Status.ROLLED_BACK,
        f"charge: version {done.functions[0].to_version} failed 5 of 5 calls",
    )
    assert account.live() == before


# The alias was moved by somebody else


def test_refuse_leaves_a_moved_alias_where_somebody_put_it(account: HardAccount) -> None:
    shipped = account.ship(good("known"))
    assert shipped.status is Status.SUCCEEDED
    before = account.live()
    account.moves("charge", "1")

    done = account.ship(good("after a hand"))

    assert done.status is Status.FAILED
    assert f"is at version 1, the ledger left it at version {before['charge']}" in (done.reason or "")
    assert account.live() == before | {"charge": "1"}
    account.moves("charge", before["charge"])
    assert account.ship(good("after a hand")).status is Status.SUCCEEDED


@pytest.mark.parametrize("wish", [{}, {"aliasMoved": "adopt"}])
def test_adopt_takes_where_it_is_now_as_the_way_back(account: HardAccount, wish: dict[str, str]) -> None:
    """By setting, or by `greenshift release --adopt` for one release."""
    account.deploy({"moved": "refuse" if wish else "adopt"})
    account.moves("charge", "1")
    before, id_ = account.live(), account.publish(good(f"adopted {len(wish)}"), **wish)
    account.shift_until(id_, lambda _: is_split(account))

    account.stops(id_)

    done = account.release(id_)
    assert (done.status, account.live()) == (Status.ROLLED_BACK, before)
    assert account.ship(good(f"adopted {len(wish)}"), **wish).status is Status.SUCCEEDED


def test_an_alias_moved_in_the_middle_stays_there_and_the_rest_goes_back(
    account: HardAccount,
) -> None:
    before, id_ = account.live(), account.publish(good("in the middle"))
    account.shift_until(id_, lambda _: is_split(account))
    account.moves("charge", "1")

    account.stops(id_)

    done = account.release(id_)
    assert (done.status, account.live()) == (Status.FAILED, before | {"charge": "1"})
    states = {item.key: item.state for item in done.functions}
    assert states == {"charge": State.FAILED, "refund": State.ROLLED_BACK}
    assert "somebody else moved it" in (done.reason or "")
    refused = account.ship(good("and on"))
    assert refused.status is Status.FAILED
    assert f"is at version 1, the ledger left it at version {before['charge']}" in (refused.reason or "")
    account.moves("charge", before["charge"])
    assert account.ship(good("and on")).status is Status.SUCCEEDED


# A newer commit arrives mid-shift


def test_finish_lets_the_older_release_end_first(account: HardAccount) -> None:
    older = account.publish(good("older"))
    account.shift_until(older, lambda _: is_split(account))
    newer = account.publish(good("newer"))

    assert account.shift_until(older, ended).status is Status.SUCCEEDED
    assert account.shift_until(newer, ended).status is Status.SUCCEEDED
    assert account.live() == moved(account.release(newer))


def test_supersede_takes_the_older_release_back_and_begins_the_newer(account: HardAccount) -> None:
    account.deploy({"newer": "supersede"})
    before, older = account.live(), account.publish(good("superseded"))
    account.shift_until(older, lambda _: is_split(account))
    newer = account.publish(good("supersedes"))

    done = account.shift_until(older, ended)

    assert (done.status, account.live()) == (Status.ROLLED_BACK, before)
    assert done.reason == f"release {newer} is newer, and takes its place"
    assert account.shift_until(newer, ended).status is Status.SUCCEEDED


# Nothing but settings changed


def test_a_changed_setting_alone_is_a_release_of_that_function(account: HardAccount) -> None:
    same = good("the same")
    account.ship(same)
    account.functions.update_function_configuration(
        FunctionName=f"{BASE}-charge", Environment={"Variables": {"LIMIT": "7"}}
    )

    done = account.ship(same)

    assert done.status is Status.SUCCEEDED
    assert {item.key: item.state for item in done.functions} == {
        "charge": State.SHIFTED,
        "refund": State.UNCHANGED,
    }
    live = account.functions.get_function_configuration(
        FunctionName=f"{BASE}-charge", Qualifier=account.live()["charge"]
    )
    assert live["Environment"]["Variables"] == {"LIMIT": "7"}


# Waves


def test_the_second_wave_begins_when_the_first_has_arrived(account: HardAccount) -> None:
    account.deploy(waves={"refund": 1})
    before, id_ = account.live(), account.publish(good("wave by wave"))

    first = account.shift_until(id_, lambda release: release.functions[0].state is State.SHIFTED)

    began = account.codedeploy.get_deployment(deploymentId=first.functions[0].deployment_id or "")
    assert began["deploymentInfo"]["status"] == "Succeeded"
    assert account.versions()["refund"][0] == before["refund"]
    done = account.shift_until(id_, ended)
    assert (done.status, account.live()) == (Status.SUCCEEDED, moved(done))


def test_what_fails_in_the_second_wave_takes_the_first_back(account: HardAccount) -> None:
    account.deploy(waves={"refund": 1}, also=[ORDERS], at_once=["charge"])
    before, id_ = account.live(), account.publish(good("both or none"))
    under_way = account.shift_until(id_, lambda _: is_split(account))
    assert [item.state for item in under_way.functions] == [State.SHIFTED, State.SHIFTING]
    account.sets(ORDERS, "ALARM")

    done = account.shift_until(id_, ended)

    assert (done.status, account.live()) == (Status.ROLLED_BACK, before)


def test_a_release_whose_first_version_does_not_start_never_reaches_a_wave(account: HardAccount) -> None:
    account.deploy(waves={"refund": 1})
    before = account.live()

    id_ = account.publish(good("broken") | {"refund": BROKEN.format(answer="x")})

    assert (account.release(id_).status, account.live()) == (Status.FAILED, before)
