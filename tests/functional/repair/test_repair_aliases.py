"""An alias that somebody moved: found, put back on the version of the ledger, and on no other."""

from __future__ import annotations

from typing import Any

import pytest

from greenshift.repair import Outcome, Patience, Refused, fix, propose
from greenshift.repair.runner import Runner


def move(shop: Any, key: str, version: str, **weights: float) -> None:
    shop.client("lambda").update_alias(
        FunctionName=shop.name(key),
        Name="live",
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": weights},
    )


def test_a_split_alias_is_put_whole_on_the_recorded_version(shop: Any) -> None:
    live = shop.live("charge")
    move(shop, "charge", live, **{"1": 0.2})
    assert shop.rules() == ["alias-split"]

    fixed, plans = shop.repair()

    (step,) = plans[0].steps
    assert step.will == f"send all traffic of {shop.name('charge')}:live to version {live}"
    assert fixed.is_whole and shop.rules() == []
    assert shop.live("charge") == live
    assert shop.repair()[0].outcomes == (), "run again, it finds nothing"


def test_an_alias_off_the_ledger_is_put_back(shop: Any) -> None:
    live = shop.live("refund")
    move(shop, "refund", "1")
    assert shop.rules() == ["alias-off-ledger"]

    fixed, _ = shop.repair("alias-off-ledger")

    assert fixed.is_whole and shop.live("refund") == live
    assert shop.rules() == []


def test_an_alias_that_was_moved_since_the_plan_is_left_alone(shop: Any) -> None:
    move(shop, "charge", shop.live("charge"), **{"1": 0.2})
    (step,) = propose(shop.outputs, shop.client).steps
    move(shop, "charge", "1")

    outcome = Runner(shop.outputs, shop.client, Patience()).perform(step)

    assert not outcome.is_fixed and "changed since" in outcome.told
    assert shop.live("charge") == "1"
    assert shop.repair()[0].is_whole


def test_an_alias_is_not_moved_while_the_pipeline_runs(shop: Any) -> None:
    live = shop.live("charge")
    move(shop, "charge", live, **{"1": 0.2})
    (step,) = propose(shop.outputs, shop.client).steps
    execution = shop.start()

    outcome = Runner(shop.outputs, shop.client, Patience()).perform(step)

    assert not outcome.is_fixed and execution in outcome.told
    assert shop.alias("charge")["RoutingConfig"]["AdditionalVersionWeights"] == {"1": 0.2}
    shop.client("codepipeline").stop_pipeline_execution(
        pipelineName=shop.outputs.pipeline, pipelineExecutionId=execution, abandon=True
    )
    shop.ended(execution)
    shop.notified(execution)
    assert shop.repair()[0].is_whole


def test_a_recorded_version_that_is_gone_is_left_to_a_person(shop: Any) -> None:
    live = shop.live("charge")
    move(shop, "charge", "1")
    shop.client("lambda").delete_function(FunctionName=shop.name("charge"), Qualifier=live)
    assert shop.rules() == ["alias-off-ledger"]

    fixed, plans = shop.repair()

    (refused,) = fixed.left.refused
    assert isinstance(refused, Refused) and f"version {live}" in refused.why
    assert (plans, fixed.is_whole, shop.live("charge")) == ([], False, "1")


def test_a_repair_that_was_interrupted_goes_on_where_it_stopped(shop: Any) -> None:
    live = {key: shop.live(key) for key in ("charge", "refund")}
    for key, version in live.items():
        move(shop, key, version, **{"1": 0.2})

    def interrupt(outcome: Outcome) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fix(shop.outputs, shop.client, agree=lambda plan: True, tell=interrupt)
    assert shop.rules() == ["alias-split"], "one of the two is fixed"

    assert shop.repair()[0].is_whole
    assert {key: shop.live(key) for key in live} == live


def test_nothing_is_changed_without_agreement(shop: Any) -> None:
    move(shop, "charge", shop.live("charge"), **{"1": 0.2})
    before = shop.alias("charge")["RevisionId"]

    fixed = fix(shop.outputs, shop.client, agree=lambda plan: False, tell=lambda outcome: None)

    assert (fixed.is_declined, fixed.is_whole, fixed.outcomes) == (True, False, ())
    assert shop.alias("charge")["RevisionId"] == before
    shop.repair()
