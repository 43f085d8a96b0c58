"""Releases that nobody brings to an end, and the versions they leave: settled by the controller, deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from greenshift.repair import Patience
from greenshift.repair.runner import Runner
from greenshift.repair.steps import DeleteVersion

BROKEN = "import a_module_nobody_packaged\n\ndef handler(event, context):\n    return 1\n"


def changed(mark: str) -> str:
    return f"def handler(event, context):\n    return {{'ok': '{mark}'}}\n"


@contextmanager
def closed(shop: Any, stage: str) -> Iterator[None]:
    """The door to a stage is closed by hand, as a person does to look before a shift."""
    place = {"pipelineName": shop.outputs.pipeline, "stageName": stage, "transitionType": "Inbound"}
    shop.client("codepipeline").disable_stage_transition(**place, reason="let me look first")
    try:
        yield
    finally:
        shop.client("codepipeline").enable_stage_transition(**place)


def abandon(shop: Any, execution: str) -> None:
    shop.client("codepipeline").stop_pipeline_execution(
        pipelineName=shop.outputs.pipeline, pipelineExecutionId=execution, abandon=True, reason="by hand"
    )
    assert shop.ended(execution) == "Stopped"


def is_split(shop: Any, key: str) -> bool:
    return bool(shop.alias(key).get("RoutingConfig", {}).get("AdditionalVersionWeights"))


def has_status(shop: Any, execution: str, status: str) -> bool:
    row = shop.row(execution)
    return row is not None and row.status == status


def test_a_release_abandoned_in_its_shift_goes_back_and_gets_its_end(
    shop: Any, until: Callable[..., Any]
) -> None:
    live = {key: shop.live(key) for key in ("charge", "refund")}
    shop.deafen(deaf=True)
    for key in live:
        shop.write(key, changed("half way"), "Half way")
    with shop.shifting_slowly():
        execution = shop.start()
        until(lambda: all(is_split(shop, key) for key in live), "the first step of the canaries")
        abandon(shop, execution)
        shop.time.jump(minutes=16)
        until(lambda: "release-without-end" in shop.rules(), "the canaries' end")

        fixed, plans = shop.repair()

    assert [step.finding.rule for step in plans[0].steps] == ["release-without-end"]
    assert all(later.after.endswith("has ended") for later in plans[0].later)
    assert fixed.is_whole and shop.rules() == []
    assert shop.row(execution).status == "ROLLED_BACK"
    assert shop.row(execution).reason == "repaired: its execution has ended"
    assert {key: shop.live(key) for key in live} == live
    shop.notified(execution)


def test_a_release_abandoned_before_its_shift_ends_and_its_versions_go(
    shop: Any, until: Callable[..., Any]
) -> None:
    before = {key: shop.versions(key) for key in ("charge", "refund")}
    shop.deafen(deaf=True)
    for key in before:
        shop.write(key, changed("never shifted"), "Never shifted")
    with closed(shop, "Shift"):
        execution = shop.start()
        until(lambda: has_status(shop, execution, "PUBLISHED"), "the new versions")
        abandon(shop, execution)
    shop.time.jump(minutes=16)
    assert shop.rules() == ["orphan-version", "orphan-version", "release-without-end"]

    fixed, plans = shop.repair()

    assert [step.finding.rule for step in plans[0].steps] == ["release-without-end"]
    assert [later.finding.rule for later in plans[0].later] == ["orphan-version"] * 2
    assert fixed.is_whole and shop.rules() == []
    assert shop.row(execution).status == "FAILED"
    assert {key: shop.versions(key) for key in before} == before
    shop.notified(execution)


def test_a_release_whose_controller_died_is_found_by_its_lease(shop: Any, until: Callable[..., Any]) -> None:
    shop.write("charge", changed("died"), "Died")
    with closed(shop, "Shift"):
        execution = shop.start()
        until(lambda: has_status(shop, execution, "PUBLISHED"), "the new version")
        assert shop.rules() == []
        lease_ran_out(shop, execution, timedelta(minutes=31))
        assert shop.rules() == ["release-without-end"]

        fixed, _ = shop.repair()

        assert fixed.is_whole and shop.row(execution).status == "FAILED"
    assert shop.ended(execution) == "Failed"
    shop.notified(execution)
    assert set(shop.rules()) == {"orphan-version"}
    assert shop.repair()[0].is_whole


def lease_ran_out(shop: Any, execution: str, ago: timedelta) -> None:
    """What an invocation leaves that was killed in the middle of a visit."""
    now = datetime.fromtimestamp(shop.twin.twin.clock.time(), UTC)
    until = (now - ago).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    shop.client("dynamodb").update_item(
        TableName=shop.outputs.table,
        Key={"deploymentId": {"S": execution}},
        UpdateExpression="SET leaseOwner = :owner, leaseUntil = :until",
        ExpressionAttributeValues={":owner": {"S": "killed"}, ":until": {"S": until}},
    )


def test_versions_of_a_failed_release_are_deleted_and_no_other(shop: Any) -> None:
    before = {key: shop.versions(key) for key in ("charge", "refund")}
    shop.write("charge", BROKEN, "Broken")
    shop.write("refund", changed("beside a broken one"), "Beside a broken one")
    execution = shop.start()
    assert shop.ended(execution) == "Failed"
    shop.notified(execution)
    orphans = {f"{key}:{new}" for key in before for new in set(shop.versions(key)) - set(before[key])}
    assert any(orphan.startswith("charge:") for orphan in orphans)
    assert shop.rules() == ["orphan-version"] * len(orphans)

    fixed, _ = shop.repair()

    assert fixed.is_whole and shop.rules() == []
    assert {key: shop.versions(key) for key in before} == before


@pytest.mark.parametrize("key", ["charge", "refund"])
def test_a_version_that_got_traffic_since_is_not_deleted(shop: Any, key: str) -> None:
    name, live = shop.name(key), shop.live(key)

    outcome = Runner(shop.outputs, shop.client, Patience()).perform(step_of(DeleteVersion(name, live)))

    assert not outcome.is_fixed and "the alias live sends it traffic" in outcome.told
    assert live in shop.versions(key)


def step_of(action: DeleteVersion) -> Any:
    from greenshift.checks import Finding
    from greenshift.repair import Step

    finding = Finding(rule="orphan-version", level="hint", what="", why="", fix="")
    return Step(finding, "", "", action)
