"""Old versions after releases on a twin: which are deleted, which stay, and that nothing else is lost."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from support.accounts.release_account import BASE, KEYS, Account, ended, good

from greenshift.contract.release import Release
from greenshift.contract.statuses import Status
from greenshift.release import recorder
from greenshift.release.services.clients import Clients
from greenshift.testing import start_twin

CHARGE = f"{BASE}-charge"


class Pruned(Account):
    """An account whose releases are told to the recorder, as EventBridge does."""

    made_by = "up"

    def rules(self, **versions: Any) -> None:
        targets = json.loads(self.targets.read_text())
        targets["versions"] = {"prune": True, "keep": 1, "keepDays": 0} | versions
        self.targets.write_text(json.dumps(targets))

    def released(self, answer: str = "", sources: dict[str, str] | None = None) -> Release:
        """One release that goes well; the recorder is told of it, and what it keeps is left."""
        done = self.shift_until(self.publish(sources or good(answer or uuid4().hex)), ended)
        assert done.status is Status.SUCCEEDED, done
        self.tell(done)
        return done

    def tell(self, release: Release, remaining: float = 300.0, clients: Clients | None = None) -> None:
        detail = {"pipeline": BASE, "execution-id": release.id, "state": "SUCCEEDED", "version": 1}
        event = {
            "id": str(uuid4()),
            "source": "aws.codepipeline",
            "detail-type": "CodePipeline Pipeline Execution State Change",
            "detail": detail,
        }
        recorder.record(event, lambda: remaining, clients or self.clients, self.targets)

    def all_of(self, key: str = "charge") -> list[int]:
        """The numbered versions that exist."""
        pages = self.functions.get_paginator("list_versions_by_function").paginate(
            FunctionName=f"{BASE}-{key}"
        )
        found = [version["Version"] for page in pages for version in page["Versions"]]
        assert "$LATEST" in found
        return sorted(int(version) for version in found if version != "$LATEST")


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pruned]:
    with start_twin(speed=600) as twin:
        yield Pruned(twin, tmp_path_factory.mktemp("targets"))


@pytest.fixture(autouse=True)
def usual(account: Pruned) -> None:
    account.rules()


def number(release: Release, key: str = "charge") -> tuple[int, int]:
    item = release.function(key)
    assert item is not None
    return int(item.from_version), int(item.to_version)


def test_what_no_rollback_can_need_goes_and_both_sides_of_the_last_release_stay(account: Pruned) -> None:
    for _ in range(3):
        account.released()
    last = account.released()

    # Version 1 was not published by a release: it is not ours to delete.
    assert account.all_of() == [1, *number(last)]
    assert account.all_of("refund") == [1, *number(last, "refund")]


def test_a_rollback_to_each_release_within_the_count_finds_every_version(account: Pruned) -> None:
    account.rules(keep=3)
    done = [account.released() for _ in range(5)]

    kept = account.all_of()
    for release in done[-3:]:
        assert set(number(release)) <= set(kept)
    assert number(done[0])[1] not in kept


def test_young_versions_stay_whatever_the_count(account: Pruned) -> None:
    account.rules(keepDays=1)
    before = account.all_of()
    for _ in range(3):
        account.released()

    assert len(account.all_of()) == len(before) + 3


def test_a_version_any_alias_names_stays_as_weight_too(account: Pruned) -> None:
    account.rules(prune=False)
    first, second, third, *_ = [account.released() for _ in range(4)]
    named, weighted, free = number(first)[1], number(second)[1], number(third)[1]
    account.functions.create_alias(
        FunctionName=CHARGE,
        Name="kept",
        FunctionVersion=str(named),
        RoutingConfig={"AdditionalVersionWeights": {str(weighted): 0.1}},
    )
    account.rules()
    account.released()

    assert {named, weighted} <= set(account.all_of())
    account.functions.delete_alias(FunctionName=CHARGE, Name="kept")
    account.released()
    assert not {named, weighted, free} & set(account.all_of())


def test_failed_releases_do_not_use_up_the_count_and_their_versions_go_in_time(account: Pruned) -> None:
    good_one = account.released()
    for _ in range(2):
        failed = account.publish(good(uuid4().hex) | {"refund": "import nothing_of_the_kind\n"})
        assert account.release(failed).status is Status.FAILED
    assert set(number(good_one)) <= set(account.all_of())

    last = account.released()

    assert account.all_of() == [1, *number(last)]


def test_switched_off_nothing_goes(account: Pruned) -> None:
    account.rules(prune=False)
    before = account.all_of()
    account.released()

    assert len(account.all_of()) == len(before) + 1


def test_a_function_that_did_not_change_is_not_looked_at(account: Pruned) -> None:
    sources = good(uuid4().hex)
    account.released(sources=sources)
    asked = calls_of(account, "ListVersionsByFunction")
    account.released(sources=sources | good(uuid4().hex) | {"refund": sources["refund"]})

    assert asked() == [CHARGE]


def calls_of(account: Pruned, operation: str) -> Callable[[], list[str]]:
    names: list[str] = []
    account.clients.of("lambda").meta.events.register(
        f"provide-client-params.lambda.{operation}",
        lambda params, **_: names.append(params["FunctionName"]),
    )
    return lambda: names


def test_a_deletion_that_is_refused_is_logged_and_done_by_the_next_release(
    account: Pruned, caplog: pytest.LogCaptureFixture
) -> None:
    account.released()
    before = account.all_of()
    id_ = account.publish(good(uuid4().hex))
    done = account.shift_until(id_, ended)

    with caplog.at_level(logging.WARNING, "greenshift"):
        account.tell(done, clients=without_deletion(account))

    stays = [record.message for record in caplog.records if "stays until its next release" in record.message]
    assert any(f"{CHARGE}: version {before[1]}" in line and "DeleteFunction" in line for line in stays)
    assert account.release(id_).status is Status.SUCCEEDED
    assert before[1] in account.all_of()
    last = account.released()
    assert account.all_of() == [1, *number(last)]


def without_deletion(account: Pruned) -> Clients:
    iam, name = account.twin.client("iam"), uuid4().hex
    anybody = {"Effect": "Allow", "Principal": {"AWS": account.twin.account}, "Action": "sts:AssumeRole"}
    statements = [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "lambda:DeleteFunction", "Resource": "*"},
    ]
    trust, policy = (
        json.dumps({"Version": "2012-10-17", "Statement": each}) for each in (anybody, statements)
    )
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
    made = account.twin.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
    session = boto3.session.Session(
        made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"], account.twin.region
    )
    return Clients(session, account.twin.endpoint)


def test_without_time_nothing_goes_and_the_end_is_announced_all_the_same(account: Pruned) -> None:
    account.released()
    for _ in range(10):  # what the tests before this one were told, ten at a time
        if not account.messages():
            break
    before = account.all_of()
    done = account.shift_until(account.publish(good(uuid4().hex)), ended)

    account.tell(done, remaining=20.0)

    assert account.messages() == [f"{BASE}: succeeded"]
    assert account.all_of() == [*before, number(done)[1]]


def test_one_run_deletes_a_bounded_number_and_the_next_goes_on(account: Pruned) -> None:
    for turn in range(45):
        account.functions.update_function_configuration(
            FunctionName=CHARGE, Environment={"Variables": {"TURN": str(turn)}}
        )
        account.functions.get_waiter("function_updated_v2").wait(
            FunctionName=CHARGE, WaiterConfig={"Delay": 0.02, "MaxAttempts": 500}
        )
        account.functions.publish_version(FunctionName=CHARGE, Description="greenshift of long ago")
    before = len(account.all_of())
    account.released()
    after_one = len(account.all_of())
    account.released()
    account.released()

    assert before > 45
    assert after_one == before + 1 - 20
    assert len(account.all_of()) == 3
    assert account.all_of("refund")[0] == 1


def test_a_second_telling_deletes_nothing_more_and_the_functions_are_there(account: Pruned) -> None:
    done = account.released()
    before = {key: account.all_of(key) for key in KEYS}

    account.tell(done)

    assert {key: account.all_of(key) for key in KEYS} == before
    assert account.functions.get_function(FunctionName=CHARGE)["Configuration"]["FunctionName"] == CHARGE
