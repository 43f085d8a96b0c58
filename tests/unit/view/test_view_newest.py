"""The first page of the ledger between looks: what may change is read again, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.dynamodb.types import TypeSerializer

from greenshift.view.moments import iso
from greenshift.view.newest import NewestReleases

NOW = datetime(2026, 11, 23, 16, tzinfo=UTC)


@dataclass
class FakeTable:
    """Rows by id -> (status, minutes ago it ended, or None); the last one is the newest."""

    rows: dict[str, tuple[str, float | None]]
    asked: list[list[str]] = field(default_factory=list)
    late: dict[str, int] = field(default_factory=dict)

    def query(self, Limit: int, ExclusiveStartKey: Any = None, **_: Any) -> dict[str, Any]:
        ids = list(reversed(self.rows))
        start = ids.index(ExclusiveStartKey["deploymentId"]["S"]) + 1 if ExclusiveStartKey else 0
        chosen = ids[start : start + Limit]
        answer: dict[str, Any] = {"Items": [self._item(each) for each in chosen]}
        if chosen and chosen[-1] != ids[-1]:
            answer["LastEvaluatedKey"] = {"deploymentId": {"S": chosen[-1]}}
        return answer

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:
        ids = [key["deploymentId"]["S"] for key in RequestItems["ledger"]["Keys"]]
        self.asked.append(ids)
        first = ids[: len(ids) - self.late.get("left over", 0)]
        self.late.clear()
        left = [{"deploymentId": {"S": each}} for each in ids if each not in first]
        answer: dict[str, Any] = {"Responses": {"ledger": [self._item(each) for each in first]}}
        return {**answer, "UnprocessedKeys": {"ledger": {"Keys": left}} if left else {}}

    def _item(self, identifier: str) -> dict[str, Any]:
        status, ended = self.rows[identifier]
        values = {"deploymentId": identifier, "status": status, "startedAt": identifier}
        values |= {"endedAt": iso(NOW - timedelta(minutes=ended))} if ended is not None else {}
        return {name: TypeSerializer().serialize(value) for name, value in values.items()}


def statuses(newest: NewestReleases, *running: str) -> dict[str, str]:
    return {row.id: row.status for row in newest.read(NOW, running).releases}


def reader(table: FakeTable, size: int = 20) -> NewestReleases:
    return NewestReleases(table, "ledger", "shop", size)


def test_ended_releases_are_not_read_again_and_the_others_are() -> None:
    table = FakeTable({"r1": ("SUCCEEDED", 60), "r2": ("SHIFTING", None), "r3": ("SUCCEEDED", 30)})
    newest = reader(table)
    statuses(newest)
    table.rows |= {"r1": ("FAILED", 60), "r2": ("SUCCEEDED", 0)}

    assert statuses(newest) == {"r3": "SUCCEEDED", "r2": "SUCCEEDED", "r1": "SUCCEEDED"}
    assert table.asked == [["r2"]]


def test_one_that_has_just_ended_is_read_for_the_notes_that_come_late() -> None:
    table = FakeTable({"r1": ("SUCCEEDED", 3), "r2": ("SUCCEEDED", 6), "r3": ("SUCCEEDED", 60)})
    newest = reader(table)
    statuses(newest)
    statuses(newest)

    assert table.asked == [["r1"]]


def test_one_whose_stage_is_tried_again_comes_back_to_life() -> None:
    table = FakeTable({"r1": ("FAILED", 60), "r2": ("SUCCEEDED", 30)})
    newest = reader(table)
    statuses(newest)
    table.rows["r1"] = ("SHIFTING", None)

    assert statuses(newest)["r1"] == "FAILED", "nobody said that it runs"
    assert statuses(newest, "r1", "r-without-a-row")["r1"] == "SHIFTING"


def test_the_newest_is_always_seen_as_it_is() -> None:
    """Somebody may repair it long after its end."""
    table = FakeTable({"r1": ("SUCCEEDED", 90), "r2": ("FAILED", 60)})
    newest = reader(table)
    statuses(newest)
    table.rows["r2"] = ("ROLLED_BACK", 60)

    assert statuses(newest)["r2"] == "ROLLED_BACK"
    assert table.asked == []


def test_releases_that_came_since_are_read_back_to_one_that_is_known() -> None:
    table = FakeTable({"r1": ("SUCCEEDED", 60)})
    newest = reader(table, size=3)
    assert list(statuses(newest)) == ["r1"]
    table.rows |= dict.fromkeys(("r2", "r3", "r4"), ("SUCCEEDED", 30))

    assert list(statuses(newest)) == ["r4", "r3", "r2"]


def test_what_a_batch_left_over_is_asked_for_again() -> None:
    table = FakeTable({"r1": ("SHIFTING", None), "r2": ("PUBLISHED", None)})
    newest = reader(table)
    statuses(newest)
    table.late["left over"] = 1
    table.rows = {"r1": ("SUCCEEDED", 0), "r2": ("SHIFTING", None)}

    assert statuses(newest) == {"r2": "SHIFTING", "r1": "SUCCEEDED"}
    assert table.asked == [["r2", "r1"], ["r1"]]


def test_an_empty_ledger_is_an_empty_page_and_its_first_release_appears() -> None:
    table = FakeTable({})
    newest = reader(table)
    assert statuses(newest) == {}
    table.rows["r1"] = ("PUBLISHING", None)

    assert statuses(newest) == {"r1": "PUBLISHING"}
