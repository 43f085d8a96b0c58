"""What a stack costs: quantities from its resources, dollars from the table, nothing left out in silence."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from greenshift.cost import Assumptions, Estimate, Resource, Stack, estimate, read_prices, read_stack
from greenshift.cost.estimate import total
from greenshift.errors import GreenshiftError, UsageError

ROOT = "urn:pulumi:prod::shop::greenshift:index:DeliveryPipeline$"
METRICS = [{"expression": "100 * errors / calls"}, {"metric": {}}, {"metric": {}}]
ASSUMED = Assumptions(shift_minutes=9, releases=10)


def resource(type_: str, name: str, *, of_a_function: bool = False, **inputs: Any) -> Resource:
    parent = "greenshift:index:ServiceFunction$" if of_a_function else ""
    return Resource(f"{ROOT}{parent}{type_}::{name}", type_, inputs)


def action(category: str, owner: str = "AWS") -> dict[str, str]:
    return {"category": category, "owner": owner}


def resources(functions: int = 2, *approvals: str) -> list[Resource]:
    before = [{"actions": [action("Approval")]} for _ in approvals]
    stages = [{"actions": [action("Source"), action("Source")]}, {"actions": [action("Build")]}]
    stages += [{"actions": [action("Invoke")]}, *before, {"actions": [action("Invoke")]}]
    found = [
        resource("aws:codepipeline/pipeline:Pipeline", "pipeline", stages=stages),
        resource("aws:codebuild/project:Project", "project",
                 environment={"computeType": "BUILD_GENERAL1_SMALL"}),
        resource("aws:lambda/function:Function", "controller-function", memorySize=1024.0,
                 ephemeralStorage={"size": 2048.0}),
        resource("aws:dynamodb/table:Table", "table", pointInTimeRecovery={"enabled": True}),
        resource("aws:iam/role:Role", "controller-role"),
    ]  # fmt: skip
    for number in range(functions):
        of = {"of_a_function": True}
        found += [
            resource("aws:lambda/function:Function", f"f{number}-function", memorySize=512.0, **of),
            resource(
                "aws:cloudwatch/metricAlarm:MetricAlarm", f"f{number}-alarm", metricQueries=METRICS, **of
            ),
        ]
    return found


def told(stack: Stack, functions: int | None = None, **assumed: Any) -> Estimate:
    return estimate(stack, replace(ASSUMED, **assumed), read_prices(), functions)


def quantity(found: Estimate, what: str) -> float:
    lines = [*found.at_rest, *found.per_release, *found.stored, *found.of_calls]
    return next(line.quantity for line in lines if line.what == what)


def test_an_alarm_is_paid_for_by_its_metrics_and_a_plain_one_has_one() -> None:
    own = resource("aws:cloudwatch/metricAlarm:MetricAlarm", "orders", metricName="Orders")

    found = told(read_stack([*resources(3), own]))

    assert quantity(found, "alarms") == 7
    assert next(line.dollars for line in found.at_rest if line.what == "alarms") == pytest.approx(0.70)


def test_each_action_is_paid_for_in_whole_minutes_and_an_approval_is_not() -> None:
    # Two sources, 2.5 minutes of build, 38 s of Publish, and a Shift a little beyond its nine minutes.
    for approvals in ((), ("before",)):
        found = told(read_stack(resources(2, *approvals)), build_minutes=2.5)
        assert quantity(found, "pipeline") == 1 + 1 + 3 + 1 + 10
        assert found.pipeline_minutes == {"Source": 2, "Build": 3, "Publish": 1, "Shift": 10}
        assert quantity(found, "build") == 3


def test_so_many_functions_cost_what_as_many_like_these_would() -> None:
    two, forty = told(read_stack(resources(2)), 40), told(read_stack(resources(40)))

    assert total(two.at_rest) == pytest.approx(total(forty.at_rest))
    assert total(two.per_release) == pytest.approx(total(forty.per_release))
    assert two.functions == forty.functions == 40


def test_what_releases_leave_stored_is_no_part_of_a_month_at_rest() -> None:
    none, some = (told(read_stack(resources(2)), releases=releases) for releases in (0, 600))

    assert none.at_rest == some.at_rest
    assert none.stored == ()
    assert quantity(some, "artifacts of a month's releases") == pytest.approx(
        60 * quantity(told(read_stack(resources(2)), releases=10), "artifacts of a month's releases")
    )


def test_the_month_is_rest_releases_what_they_leave_and_calls() -> None:
    found = told(read_stack(resources()), calls=1_000_000, call_ms=200)

    assert quantity(found, "calls") == 1_000_000
    assert quantity(found, "calls, memory") == pytest.approx(1_000_000 * 0.2 * 0.5)
    releases = 10 * total(found.per_release) + total(found.stored)
    assert found.month == pytest.approx(total(found.at_rest) + releases + total(found.of_calls))
    assert told(read_stack(resources())).of_calls == ()


def test_what_has_no_price_is_told_and_counts_for_nothing() -> None:
    queue = resource("aws:sqs/queue:Queue", "orders")
    plain, other = told(read_stack(resources())), told(read_stack([*resources(), queue, queue]))
    assert plain.not_priced == ()
    assert other.not_priced == ("2 x aws:sqs/queue:Queue",)
    assert other.month == pytest.approx(plain.month)

    large = told(replace(read_stack(resources()), compute_type="BUILD_GENERAL1_2XLARGE"))
    assert large.not_priced == ("no price build.BUILD_GENERAL1_2XLARGE",)
    assert next(line for line in large.per_release if line.what == "build").dollars is None


def test_every_price_says_its_unit_and_where_it_was_read() -> None:
    table = read_prices()

    assert (table.region, table.as_of[:2]) == ("us-east-1", "20")
    for name, price in table.prices.items():
        assert price.per, name
        assert price.source.startswith("https://aws.amazon.com/"), name
        # A unit that counts in thousands or millions says so.
        assert (price.count > 1) == ("million" in price.per or "1,000" in price.per), name


def test_a_file_of_prices_replaces_those_that_stand_in_it(tmp_path: Path) -> None:
    file = tmp_path / "eu.json"
    price = {"dollars": 0.2, "per": "metric of an alarm and month", "source": "https://example.org"}
    file.write_text(json.dumps({"asOf": "2027-01-01", "region": "eu-x", "prices": {"alarm": price}}))

    found = read_prices(file)

    assert (found.as_of, found.region, found.prices["alarm"].each) == ("2027-01-01", "eu-x", 0.2)
    assert found.prices["pipeline"] == read_prices().prices["pipeline"]


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"asOf": "x", "region": "y", "prices": {"alarm": {"dollars": "many"}}}',
     '{"asOf": "x", "region": "y", "prices": {"alarm": {"dollars": -1, "per": "a", "source": "b"}}}'],
)  # fmt: skip
def test_a_file_that_is_no_table_of_prices_is_refused_by_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "prices.json"
    file.write_text(text)

    with pytest.raises(UsageError, match=r"prices\.json is no table of prices"):
        read_prices(file)
    with pytest.raises(UsageError, match="is no table of prices"):
        read_prices(tmp_path / "absent.json")


def test_a_stack_that_is_none_of_ours_is_refused() -> None:
    with pytest.raises(GreenshiftError, match="no pipeline that releases functions"):
        read_stack([resource("aws:s3/bucket:Bucket", "b")])
