"""An alias that somebody moved: found, put back on the version of the ledger, and on no other."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from greenshift.repair import Patience, Step, propose
from greenshift.repair.runner import Runner


def move(shop: object, key: str, version: str, **weights: float) -> None:
    shop.client("lambda").update_alias(  # type: ignore[attr-defined]
        FunctionName=shop.name(key),  # type: ignore[attr-defined]
        Name="live",
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": weights},
    )


def test_a_split_alias_is_put_whole_on_the_recorded_version(shop) -> None:
    live = shop.live("charge")
    move(shop, "charge", live, **{"1": 0.2})
    assert shop.rules() == ["alias-split"]

    mended, plans = shop.repair()

    (step,) = plans[0].steps
    assert step.will == f"send all traffic of {shop.name('charge')}:live to version {live}"
    assert mended.is_whole and shop.rules() == []
    assert shop.live("charge") == live
    assert shop.repair()[0].outcomes == (), "run again, it finds nothing"


def test_an_alias_off_the_ledger_is_put_back(shop) -> None:
    live = shop.live("refund")
    move(shop, "refund", "1")
    assert shop.rules() == ["alias-off-ledger"]

    mended, _ = shop.repair("alias-off-ledger")

    assert mended.is_whole and shop.live("refund") == live


def test_an_alias_that_was_moved_since_the_plan_is_left_alone(shop) -> None:
    live = shop.live("charge")
    move(shop, "charge", live, **{"1": 0.2})
    (step,) = propose(shop.outputs, shop.client).steps
    move(shop, "charge", "1")

    outcome = Runner(shop.outputs, shop.client, Patience()).perform(step)

    assert not outcome.is_mended and "changed since" in outcome.told
    assert shop.live("charge") == "1"
    shop.repair()
