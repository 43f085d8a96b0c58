"""The ledger's conditional writes and queries, on a real DynamoDB API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.contract.release import Release, ReleasedFunction
from greenshift.contract.rows import function_values
from greenshift.contract.statuses import State, Status
from greenshift.release.errors import ReleaseError, StaleRelease
from greenshift.release.notices.told import Told
from greenshift.release.record.items import to_item
from greenshift.release.record.ledger import Ledger, read_release
from greenshift.testing import start_twin

NOON = datetime(2026, 11, 23, 12, 0, 0, 123000, tzinfo=UTC)
TABLE = "payments-dev-ledger"


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with start_twin(services=set()) as twin:
        client = twin.client("dynamodb")
        client.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "deploymentId", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"}
                for name in ("deploymentId", "pipeline", "function", "startedAt")
            ],
            GlobalSecondaryIndexes=[index("byPipeline", "pipeline"), index("byFunction", "function")],
        )
        yield client


def index(name: str, attribute: str) -> dict[str, object]:
    keys = [
        {"AttributeName": attribute, "KeyType": "HASH"},
        {"AttributeName": "startedAt", "KeyType": "RANGE"},
    ]
    return {"IndexName": name, "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}


@pytest.fixture
def ledger(dynamodb: Any) -> Ledger:
    return Ledger(dynamodb, TABLE, ttl_days=10)


@pytest.fixture
def told(dynamodb: Any) -> Told:
    return Told(dynamodb, TABLE)


CHARGE = ReleasedFunction("charge", "payments-dev-charge", "1", "2", State.PUBLISHED)
REFUND = ReleasedFunction("refund", "payments-dev-refund", "4", "4", State.UNCHANGED)


def release(id_: str, **members: Any) -> Release:
    values = {"pipeline": "payments-dev", "status": Status.PUBLISHING, "started_at": NOON, "since": NOON}
    return Release(id=id_, **(values | members))


def test_a_release_reads_back_as_it_was_written(ledger: Ledger) -> None:
    written = ledger.create(
        release("r-same", commit="abc", message="Fix é", trigger="Webhook").noting(NOON, "began")
    )
    moved = written.with_functions([CHARGE, REFUND]).moved_to(Status.PUBLISHED, NOON, "published charge")
    saved = ledger.save(written, replace(moved, reason="why", alarm="a", abort="b", job="j"))

    assert ledger.release("r-same") == saved
    assert [item.cause for item in saved.transitions] == ["began", "published charge"]


def test_a_release_cannot_be_created_twice(ledger: Ledger) -> None:
    ledger.create(release("r-twice"))

    with pytest.raises(StaleRelease, match="r-twice exists already"):
        ledger.create(release("r-twice"))


def test_of_two_writers_who_read_the_same_revision_one_wins(ledger: Ledger) -> None:
    read = ledger.create(release("r-race"))
    ledger.save(read, read.moved_to(Status.PUBLISHED, NOON, "first"))

    with pytest.raises(StaleRelease, match="revision 0 is gone"):
        ledger.save(read, read.moved_to(Status.FAILED, NOON, "second"))

    assert read_release(ledger, "r-race").status is Status.PUBLISHED


def test_who_stood_still_until_others_ended_the_release_changes_no_row(ledger: Ledger) -> None:
    first = ledger.create(release("still", functions=(CHARGE,)))
    first = ledger.save(first, first.with_functions([replace(CHARGE, state=State.SHIFTING)]))
    left_behind = replace(CHARGE, state=State.ROLLING_BACK)
    ended = replace(CHARGE, state=State.ROLLED_BACK)

    last = ledger.save(first, replace(first, functions=(ended,), status=Status.ROLLED_BACK, ended_at=NOON))
    for read in (first, replace(first, revision=first.revision - 1)):
        with pytest.raises(StaleRelease):
            ledger.save(read, replace(read, functions=(left_behind,)))

    found = ledger.release("still")
    assert found is not None
    assert (found.status, found.revision) == (Status.ROLLED_BACK, last.revision)
    (row,) = [row for row in ledger.history(CHARGE.name).rows if row.release == "still"]
    assert row.status is State.ROLLED_BACK


def test_who_comes_after_one_that_died_while_it_ended_the_release_may_write_its_rows(
    ledger: Ledger, dynamodb: Any
) -> None:
    first = ledger.create(release("died", functions=(CHARGE,)))
    ended = replace(CHARGE, state=State.ROLLED_BACK)
    dying = replace(first, functions=(ended,), status=Status.ROLLED_BACK, ended_at=NOON)
    row = to_item(function_values(replace(dying, revision=1), ended, timedelta(days=1)))
    dynamodb.put_item(TableName=TABLE, Item=row)  # the release's own row was not written any more

    leased = ledger.acquire(first, "next", NOON, 60)
    assert leased is not None
    ledger.save(leased, replace(leased, functions=(replace(CHARGE, state=State.ROLLING_BACK),)))

    (row,) = [row for row in ledger.history(CHARGE.name).rows if row.release == "died"]
    assert row.status is State.ROLLING_BACK


def test_a_lease_keeps_others_out_until_it_runs_out(ledger: Ledger) -> None:
    held = ledger.acquire(ledger.create(release("r-lease")), "one", NOON, 60)

    assert held is not None
    assert ledger.acquire(held, "two", NOON + timedelta(seconds=59), 60) is None
    taken = ledger.acquire(held, "two", NOON + timedelta(seconds=60), 60)
    assert taken is not None and taken.lease is not None and taken.lease.owner == "two"


def test_a_note_counts_once_per_event_and_disturbs_no_writer(ledger: Ledger) -> None:
    read = ledger.create(release("r-note"))
    noted = [ledger.note(read, "event-1", NOON, "alarm") for _ in range(2)]
    ledger.save(read, read.moved_to(Status.PUBLISHED, NOON, "published"))

    assert noted == [True, False]
    assert [item.cause for item in read_release(ledger, "r-note").transitions] == ["alarm", "published"]


def test_a_note_of_somebody_who_is_behind_carries_the_status_of_now_and_counts_once(ledger: Ledger) -> None:
    behind = ledger.create(release("r-behind", status=Status.ROLLING_BACK))
    ledger.save(behind, behind.moved_to(Status.ROLLED_BACK, NOON, "back"))

    noted = [ledger.note(behind, "event-1", NOON, "alarm") for _ in range(2)]

    assert noted == [True, False]
    story = [(item.status, item.cause) for item in read_release(ledger, "r-behind").transitions]
    assert story == [("ROLLED_BACK", "back"), ("ROLLED_BACK", "alarm")]


def test_a_note_never_makes_a_release(ledger: Ledger) -> None:
    assert ledger.note(release("r-none"), "event-1", NOON, "x") is False
    assert ledger.release("r-none") is None


def test_one_end_is_announced_once_and_a_later_end_again(ledger: Ledger, told: Told) -> None:
    ended = ledger.create(replace(release("r-end", status=Status.FAILED), ended_at=NOON))
    later = replace(ended, ended_at=NOON + timedelta(minutes=5))

    claims = [told.claim(ended, NOON), told.claim(ended, NOON)]
    told.keep(ended)
    much_later = NOON + timedelta(hours=1)

    assert claims == [True, False]
    assert [told.claim(ended, much_later), told.claim(later, NOON)] == [False, True]


def test_a_later_end_is_told_whatever_became_of_the_one_before(ledger: Ledger, told: Told) -> None:
    ended = ledger.create(replace(release("r-again", status=Status.FAILED), ended_at=NOON))
    told.claim(ended, NOON)

    assert told.claim(replace(ended, ended_at=NOON + timedelta(minutes=5)), NOON)


def test_an_announcer_that_died_is_followed_by_another(ledger: Ledger, told: Told) -> None:
    ended = ledger.create(replace(release("r-died", status=Status.FAILED), ended_at=NOON))
    told.claim(ended, NOON)

    claims = [told.claim(ended, NOON + timedelta(seconds=later)) for later in (30, 60, 61)]

    assert claims == [False, True, False]


def test_a_returned_notice_can_be_claimed_again(ledger: Ledger, told: Told) -> None:
    ended = ledger.create(replace(release("r-back", status=Status.FAILED), ended_at=NOON))
    told.claim(ended, NOON)
    told.give_back(ended)

    assert told.claim(ended, NOON)


def test_a_request_for_approval_is_told_once(ledger: Ledger, told: Told) -> None:
    ledger.create(release("r-asks"))

    before = told.was_asked("r-asks", "event-1")
    told.keep_asked("r-asks", "event-1")

    assert [before, told.was_asked("r-asks", "event-1"), told.was_asked("r-asks", "event-2")] == [
        False,
        True,
        False,
    ]


def test_asking_for_an_abort_makes_the_writer_read_again(ledger: Ledger) -> None:
    read = ledger.create(release("r-abort", status=Status.SHIFTING))
    ledger.request_abort("r-abort", "the pipeline was stopped")
    ledger.request_abort("r-abort", "a second reason")

    assert read_release(ledger, "r-abort").abort == "the pipeline was stopped"
    with pytest.raises(StaleRelease):
        ledger.save(read, read.moved_to(Status.SUCCEEDED, NOON, "done"))


def test_an_ended_release_cannot_be_aborted(ledger: Ledger) -> None:
    ledger.create(replace(release("r-over", status=Status.SUCCEEDED), ended_at=NOON))

    with pytest.raises(StaleRelease, match="r-over has ended"):
        ledger.request_abort("r-over", "too late")


def test_releases_of_a_pipeline_come_newest_first_page_by_page(ledger: Ledger) -> None:
    for hour in range(5):
        started = NOON + timedelta(hours=hour)
        ledger.create(release(f"r-page-{hour}", pipeline="paged", started_at=started, since=started))

    first = ledger.releases("paged", limit=3)
    second = ledger.releases("paged", limit=3, start=first.next)

    assert [row.id for row in first.rows] == ["r-page-4", "r-page-3", "r-page-2"]
    assert [row.id for row in second.rows] == ["r-page-1", "r-page-0"]
    assert second.next is None


def test_a_changed_function_has_a_history_and_an_unchanged_one_has_no_row(ledger: Ledger) -> None:
    read = ledger.create(release("r-rows"))
    mine = replace(CHARGE, name="payments-dev-mine")
    published = ledger.save(read, read.with_functions([mine, REFUND]))
    shifted = replace(mine, state=State.SHIFTED, deployment_id="d-1")
    done = published.with_functions([shifted]).moved_to(Status.SUCCEEDED, NOON + timedelta(minutes=1), "done")
    ledger.save(published, done)

    (row,) = ledger.history("payments-dev-mine").rows
    assert (row.release, row.status, row.deployment_id, row.ended_at) == (
        "r-rows",
        State.SHIFTED,
        "d-1",
        NOON + timedelta(minutes=1),
    )
    assert ledger.history("payments-dev-refund").rows == ()


def test_a_snapshot_stays_in_the_functions_row_and_out_of_the_releases(ledger: Ledger) -> None:
    begun = ledger.create(release("r-snapshot"))
    published = replace(CHARGE, name="fn-snapshot", snapshot='{"role":"r"}')
    ledger.save(begun, begun.with_functions([published]))
    read = read_release(ledger, "r-snapshot")
    failed = replace(published, state=State.ROLLED_BACK, reason="why", snapshot=None)

    ledger.save(read, read.with_functions([failed]))

    assert [item.snapshot for item in read.functions] == [None]
    (row,) = ledger.history("fn-snapshot").rows
    assert (row.status, row.reason, row.snapshot) == (State.ROLLED_BACK, "why", '{"role":"r"}')
    again = replace(failed, state=State.SHIFTING, reason=None)
    current = read_release(ledger, "r-snapshot")
    ledger.save(current, current.with_functions([again]))
    (row,) = ledger.history("fn-snapshot").rows
    assert (row.status, row.reason, row.snapshot) == (State.SHIFTING, None, '{"role":"r"}')


def test_a_function_that_turns_out_unchanged_has_its_row_corrected(ledger: Ledger) -> None:
    other = replace(CHARGE, name="payments-dev-other")
    read = ledger.create(release("r-corrected"))
    published = ledger.save(read, read.with_functions([other]))
    ledger.save(published, published.with_functions([replace(other, state=State.UNCHANGED)]))

    assert [row.status for row in ledger.history("payments-dev-other").rows] == [State.UNCHANGED]


def test_a_row_of_a_users_function_is_not_a_release(ledger: Ledger, dynamodb: Any) -> None:
    dynamodb.put_item(TableName=TABLE, Item={"deploymentId": {"S": "payment#1"}, "amount": {"N": "3"}})

    assert ledger.release("payment#1") is None
    with pytest.raises(ReleaseError, match="greenshift history"):
        read_release(ledger, "payment#1")


def test_rows_expire_after_the_configured_days(ledger: Ledger, dynamodb: Any) -> None:
    ledger.create(release("r-ttl"))
    row = dynamodb.get_item(TableName=TABLE, Key={"deploymentId": {"S": "r-ttl"}})["Item"]

    assert row["expiresAt"] == {"N": str(int((NOON + timedelta(days=10)).timestamp()))}


def test_a_release_of_200_functions_fits_into_one_item(ledger: Ledger) -> None:
    many = [
        replace(
            CHARGE,
            key=f"function-{n:03}",
            name=f"payments-production-function-{n:03}",
            deployment_id="d-ABCDEFGHI",
            state=State.FAILED,
            reason="d-ABCDEFGHI Stopped, ALARM_ACTIVE: alarm x: " + "y" * 400,
        )
        for n in range(200)
    ]
    read = ledger.create(release("r-many"))

    saved = ledger.save(read, read.with_functions(many))

    assert len(read_release(ledger, "r-many").changed) == 200
    assert saved.revision == 1
