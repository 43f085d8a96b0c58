"""Names of strategies: read, written, refused, and matched with AWS's nine configs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.errors import GreenshiftError
from greenshift.rollout import (
    AllAtOnce,
    Canary,
    Linear,
    Strategy,
    StrategyError,
    parse_strategy,
    predefined_config,
    text,
)

NINE = {
    "CodeDeployDefault.LambdaCanary10Percent5Minutes": Canary(10, 5),
    "CodeDeployDefault.LambdaCanary10Percent10Minutes": Canary(10, 10),
    "CodeDeployDefault.LambdaCanary10Percent15Minutes": Canary(10, 15),
    "CodeDeployDefault.LambdaCanary10Percent30Minutes": Canary(10, 30),
    "CodeDeployDefault.LambdaLinear10PercentEvery1Minute": Linear(10, 1),
    "CodeDeployDefault.LambdaLinear10PercentEvery2Minutes": Linear(10, 2),
    "CodeDeployDefault.LambdaLinear10PercentEvery3Minutes": Linear(10, 3),
    "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes": Linear(10, 10),
    "CodeDeployDefault.LambdaAllAtOnce": AllAtOnce(),
}

canaries = st.builds(Canary, st.integers(1, 99), st.integers(1, 2880))
# At 99 % the whole shift is one interval; at 1 % it is 99, so 29 minutes is the longest that always fits.
linears = st.builds(Linear, st.integers(1, 99), st.integers(1, 29))
any_strategy = st.one_of(st.just(AllAtOnce()), canaries, linears)


@pytest.mark.parametrize(("name", "strategy"), NINE.items())
def test_each_predefined_config_is_read_and_found_again(name: str, strategy: Strategy) -> None:
    assert parse_strategy(name) == strategy
    assert parse_strategy(name.removeprefix("CodeDeployDefault.Lambda")) == strategy
    assert predefined_config(strategy) == name


@given(any_strategy)
def test_text_and_parse_are_inverse(strategy: Strategy) -> None:
    assert parse_strategy(text(strategy)) == strategy


@given(any_strategy)
def test_only_the_nine_have_a_predefined_config(strategy: Strategy) -> None:
    assert (predefined_config(strategy) is None) == (strategy not in NINE.values())


def test_one_minute_is_singular_and_both_forms_are_read() -> None:
    assert text(Linear(20, 1)) == "Linear20PercentEvery1Minute"
    assert text(Linear(20, 2)) == "Linear20PercentEvery2Minutes"
    assert parse_strategy("Linear20PercentEvery1Minutes") == Linear(20, 1)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "canary10percent5minutes",
        "Canary",
        "Canary10Percent",
        "Canary10PercentEvery5Minutes",
        "Linear10Percent5Minutes",
        "Canary010Percent5Minutes",
        "Canary-10Percent5Minutes",
        "Canary10Percent5Minutes ",
        "Canary\u0661\u0660Percent5Minutes",
        "AllAtOnce10Percent",
        "OneAtATime",
        "CodeDeployDefault.OneAtATime",
        "CodeDeployDefault.Lambda",
    ],
)
def test_a_text_that_is_no_strategy_is_refused_by_name(name: str) -> None:
    with pytest.raises(StrategyError) as caught:
        parse_strategy(name)

    assert caught.value.text == name
    assert repr(name) in caught.value.message
    assert "Canary10Percent5Minutes" in caught.value.hint


def test_an_invented_predefined_config_is_refused_with_the_way_out() -> None:
    with pytest.raises(StrategyError, match=r"drop 'CodeDeployDefault\.Lambda'"):
        parse_strategy("CodeDeployDefault.LambdaCanary20Percent5Minutes")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Canary0Percent5Minutes", "1 to 99, not 0"),
        ("Canary100Percent5Minutes", "1 to 99, not 100"),
        ("Linear0PercentEvery1Minute", "1 to 99, not 0"),
        ("Linear100PercentEvery1Minute", "1 to 99, not 100"),
        ("Canary10Percent0Minutes", "at least 1 minute, not 0"),
        ("Linear10PercentEvery0Minutes", "at least 1 minute, not 0"),
        ("Canary10Percent2881Minutes", "takes 2881 minutes"),
        ("Linear1PercentEvery30Minutes", "takes 2970 minutes"),
        ("Linear10PercentEvery321Minutes", "takes 2889 minutes"),
    ],
)
def test_numbers_out_of_bounds_are_refused_with_the_number(name: str, reason: str) -> None:
    with pytest.raises(StrategyError, match=reason):
        parse_strategy(name)


@pytest.mark.parametrize(
    "name",
    [
        "Canary1Percent1Minute",
        "Canary99Percent2880Minutes",
        "Linear1PercentEvery29Minutes",
        "Linear10PercentEvery320Minutes",
        "Linear99PercentEvery2880Minutes",
    ],
)
def test_the_last_allowed_numbers_are_read(name: str) -> None:
    assert text(parse_strategy(name)) == name


def test_an_invalid_strategy_cannot_be_made_at_all() -> None:
    with pytest.raises(StrategyError):
        Canary(-1, 5)
    with pytest.raises(StrategyError):
        Linear(10, -1)


def test_the_error_is_both_a_users_error_and_a_value_error() -> None:
    with pytest.raises(StrategyError) as caught:
        Canary(0, 5)

    assert isinstance(caught.value, GreenshiftError)
    assert isinstance(caught.value, ValueError)
