"""What is asked for past the code: the variables of an execution, and errands past the pipeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from greenshift.components.stages import VARIABLES
from greenshift.contract.errands import Rollback, Settle
from greenshift.contract.rules import Firing, Mode, Moved, Quiet, Rules
from greenshift.release.errands import is_errand, parse_errand
from greenshift.release.errors import Refusal
from greenshift.release.variables import DEFAULTS, Wish, wish_of

NOW = {"mode": "now", "by": "Ada", "why": "refunds fail", "author": "Grace", "aliasMoved": "adopt"}
RULES = Rules(firing=Firing.REFUSE, quiet=Quiet.HOLD, bake_now=timedelta(minutes=3))


def test_the_pipeline_declares_what_the_controller_reads() -> None:
    assert DEFAULTS == VARIABLES


def test_an_execution_that_a_push_started_wishes_nothing() -> None:
    assert wish_of(DEFAULTS) == wish_of({}) == Wish()


def test_what_was_told_is_what_is_wished() -> None:
    assert wish_of(NOW) == Wish(Mode.NOW, "Ada", "refunds fail", "Grace", Moved.ADOPT)


@pytest.mark.parametrize(
    "variables", [{"mode": "rollback"}, {"mode": "NOW!"}, {"aliasMoved": "maybe"}, {"unknown": "x"}]
)
def test_a_value_nobody_knows_is_as_good_as_none(variables: dict[str, str]) -> None:
    assert wish_of(variables) == Wish()


def test_a_wish_stands_over_the_rules_of_the_deployment() -> None:
    assert Wish().over(RULES) == RULES
    assert Wish(moved=Moved.ADOPT).over(RULES) == replace(RULES, moved=Moved.ADOPT)
    assert Wish(Mode.NOW).over(RULES).bake == timedelta(minutes=3)


def test_an_errand_is_told_from_a_job() -> None:
    assert is_errand({"greenshift": {}})
    assert not is_errand({"CodePipeline.job": {}})


def test_errands_are_read() -> None:
    settle = {"errand": "settle", "release": "r1", "reason": "nobody moves it"}
    rollback = {"errand": "rollback", "id": "rollback-1", "to": "r0", "by": "Ada", "why": "refunds fail"}

    assert parse_errand({"greenshift": settle}) == Settle("r1", "nobody moves it")
    assert parse_errand({"greenshift": rollback}) == Rollback("rollback-1", "r0", "Ada", "refunds fail")
    assert parse_errand({"greenshift": {"errand": "rollback", "id": "x"}}) == Rollback("x", "", "", "")


@pytest.mark.parametrize(
    ("errand", "problem"),
    [
        ({}, "errand is missing"),
        ({"errand": "dance"}, "errand is 'dance', expected 'settle', 'rollback', 'plan' or 'ask'"),
        ({"errand": "settle", "reason": "x"}, "release is missing"),
        ({"errand": "rollback"}, "id is missing"),
    ],
)
def test_an_errand_that_cannot_be_carried_out_says_why(errand: dict[str, str], problem: str) -> None:
    with pytest.raises(Refusal, match=problem):
        parse_errand({"greenshift": errand})
