"""Whole releases: the controller's handlers in this process, everything they call on a real twin."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from support.accounts.release_account import BAD, BASE, BROKEN, GOOD, KEYS, Account, ended, good

from greenshift.contract.statuses import State, Status
from greenshift.release import recorder
from greenshift.testing import start_twin


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with start_twin(speed=300) as twin:
        yield Account(twin, tmp_path_factory.mktemp("targets"))


def test_two_functions_are_published_shifted_and_recorded(account: Account) -> None:
    before = account.versions()
    id_ = account.publish(good("one"))

    published = account.release(id_)
    assert published.status is Status.PUBLISHED, published
    assert account.versions() == before

    done = account.shift_until(id_, ended)

    assert done.status is Status.SUCCEEDED, done
    assert account.versions() == {item.key: (item.to_version, {}) for item in done.functions}
    assert {key: account.watched(key) for key in KEYS} == {i.key: i.to_version for i in done.functions}
    rows = account.ledger.history(f"{BASE}-charge").rows
    assert [(row.release, row.status) for row in rows[:1]] == [(id_, State.SHIFTED)]
    assert hooks_of(account, done.functions[0].deployment_id or "") == {
        "BeforeAllowTraffic": "Succeeded",
        "AllowTraffic": "Succeeded",
        "AfterAllowTraffic": "Succeeded",
    }


def hooks_of(account: Account, deployment_id: str) -> dict[str, str]:
    codedeploy = account.twin.client("codedeploy")
    (target,) = codedeploy.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
    found = codedeploy.get_deployment_target(deploymentId=deployment_id, targetId=target)
    events = found["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"]
    return {event["lifecycleEventName"]: event["status"] for event in events}


def test_the_same_code_again_moves_nothing_until_a_setting_changes(account: Account) -> None:
    same = good("same")
    account.shift_until(account.publish(same), ended)
    before = account.versions()

    done = account.shift_until(account.publish(same), ended)

    assert done.status is Status.UNCHANGED
    assert account.versions() == before

    account.functions.update_function_configuration(
        FunctionName=f"{BASE}-charge", Environment={"Variables": {"LIMIT": uuid4().hex}}
    )
    done = account.shift_until(account.publish(same), ended)
    assert done.status is Status.SUCCEEDED
    assert [item.key for item in done.changed] == ["charge"]


def test_a_version_that_does_not_start_is_refused_before_any_traffic(account: Account) -> None:
    before = account.versions()
    id_ = account.publish(good("half") | {"refund": BROKEN.format(answer="x")})

    failed = account.release(id_)

    assert failed.status is Status.FAILED
    assert "refund: version" in (failed.reason or "") and "Runtime.ImportModuleError" in (failed.reason or "")
    assert account.versions() == before


def test_an_alarm_on_one_function_takes_both_back(account: Account) -> None:
    before = account.versions()
    id_ = account.publish(good("new") | {"charge": BAD.format(answer="charge fails")})

    stop = account.traffic("charge")
    try:
        done = account.shift_until(id_, ended)
    finally:
        stop()

    assert done.status is Status.ROLLED_BACK, done
    assert done.alarm == f"{BASE}-charge-errors"
    # CodeDeploy says ALARM_ACTIVE; the alarm's own event may have been quicker.
    assert (done.reason or "").startswith(f"charge: alarm {BASE}-charge-errors fired"), done.reason
    assert account.versions() == before
    assert {key: account.watched(key) for key in KEYS} == {key: before[key][0] for key in KEYS}
    assert {item.state for item in done.functions} == {State.ROLLED_BACK}


def test_a_fix_goes_out_although_the_last_release_was_alarmed(account: Account) -> None:
    done = account.shift_until(account.publish(good("the fix")), ended)

    assert done.status is Status.SUCCEEDED, done


def test_a_release_abandoned_while_shifting_is_taken_back_and_announced_once(account: Account) -> None:
    before = account.versions()
    account.messages()
    id_ = account.publish(good("abandoned"))
    account.shift_until(id_, lambda _: is_split(account))
    detail = {"pipeline": BASE, "execution-id": id_, "state": "STOPPED", "version": 1}
    event = {
        "id": str(uuid4()),
        "source": "aws.codepipeline",
        "detail-type": "CodePipeline Pipeline Execution State Change",
        "detail": detail,
    }

    for _ in range(2):
        recorder.record(event, lambda: 300.0, account.clients, account.targets)

    done = account.release(id_)
    assert (done.status, done.reason) == (Status.ROLLED_BACK, "the pipeline execution was stopped")
    assert account.versions() == before
    assert account.messages() == [f"{BASE}: rolled back"]


def in_two_threads(call: Callable[[], None]) -> None:
    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_every_job_delivered_twice_at_once_makes_one_deployment_per_function(account: Account) -> None:
    id_, artifact = str(uuid4()), account.build(good("twice"))
    in_two_threads(lambda: account.job("publish", id_, artifact))
    if (
        account.release(id_).status is Status.PUBLISHING
    ):  # the one who was kept out tells CodePipeline to come again
        account.job("publish", id_, artifact)
    deadline = time.monotonic() + 60
    while not account.release(id_).is_ended and time.monotonic() < deadline:
        in_two_threads(lambda: account.job("shift", id_))

    codedeploy = account.twin.client("codedeploy")
    assert account.release(id_).status is Status.SUCCEEDED
    for key in KEYS:
        group = {"applicationName": BASE, "deploymentGroupName": f"{BASE}-{key}"}
        ids = codedeploy.list_deployments(**group)["deployments"]
        infos = [codedeploy.get_deployment(deploymentId=one)["deploymentInfo"] for one in ids]
        told = [info.get("description") for info in infos]  # CodeDeploy's own rollbacks have none
        assert told.count(f"greenshift {id_} {key}") == 1


def is_split(account: Account) -> bool:
    return any(weights for _, weights in account.versions().values())


def test_the_next_release_takes_an_abandoned_one_back_first(account: Account) -> None:
    before = account.versions()
    abandoned = account.publish(good("left alone"))
    account.shift_until(abandoned, lambda _: is_split(account))

    done = account.shift_until(account.publish(good("the next")), ended)

    assert account.release(abandoned).status is Status.ROLLED_BACK
    assert f"{done.id} followed" in (account.release(abandoned).reason or "")
    assert done.status is Status.SUCCEEDED
    assert {item.key: item.from_version for item in done.functions} == {k: v for k, (v, _) in before.items()}


def test_a_revert_that_was_published_during_the_shift_it_reverts_moves_traffic_back(account: Account) -> None:
    account.shift_until(account.publish(good("original")), ended)
    original = account.versions()
    mistake = account.publish(good("mistake"))
    account.shift_until(mistake, lambda _: is_split(account))
    revert = account.publish(good("original"))
    if is_split(account):  # on a very busy machine the shift may be over by now; what follows holds anyway
        assert {item.state for item in account.release(revert).functions} == {State.UNCHANGED}
    assert account.shift_until(mistake, ended).status is Status.SUCCEEDED

    assert account.shift_until(revert, ended).status is Status.SUCCEEDED

    assert account.versions() == original


class Killed(BaseException):
    """The end of a process, as far as the code in it can tell: nothing catches it."""


def test_a_controller_that_dies_each_time_it_publishes_fails_its_release(account: Account) -> None:
    artifact, release_id = account.build(good("never")), str(uuid4())
    deaths: list[str] = []

    def die(**_: object) -> None:
        deaths.append("here")
        raise Killed

    events = account.clients.of("lambda").meta.events
    events.register("before-call.lambda.PublishVersion", die)
    deadline = time.monotonic() + 60
    try:
        while not (deaths and account.release(release_id).is_ended):
            assert time.monotonic() < deadline, account.release(release_id)
            with contextlib.suppress(Killed):
                account.job("publish", release_id, artifact)
    finally:
        events.unregister("before-call.lambda.PublishVersion", die)

    ended = account.release(release_id)
    assert (ended.status, ended.reason) == (
        Status.FAILED,
        "publishing was interrupted 12 times in a row",
    )
    assert {item.state for item in ended.functions} <= {State.PUBLISHED, State.UNCHANGED}


def test_a_failed_publish_can_be_retried_but_not_by_a_duplicate_delivery(account: Account) -> None:
    id_, job = str(uuid4()), str(uuid4())
    account.job("publish", id_, "no/such/artifact", job)
    assert account.release(id_).status is Status.FAILED
    artifact = account.build(good("retried"))

    account.job("publish", id_, artifact, job)
    assert account.release(id_).status is Status.FAILED

    account.job("publish", id_, artifact)
    assert account.release(id_).status is Status.PUBLISHED


def test_one_bad_package_refuses_the_whole_release_and_publishes_nothing(account: Account) -> None:
    def published() -> list[list[str]]:
        listed = [account.functions.list_versions_by_function(FunctionName=f"{BASE}-{key}") for key in KEYS]
        return [[version["Version"] for version in answer["Versions"]] for answer in listed]

    before = published()
    artifact = account.build(good("fine") | {"refund": GOOD}, {"refund": "main.py"})
    id_ = str(uuid4())
    account.job("publish", id_, artifact)

    assert account.release(id_).reason == (
        "nothing was published: refund: handler 'app.handler' (python3.13) needs"
        " app.py or app/__init__.py; the zip has main.py"
    )
    assert published() == before
