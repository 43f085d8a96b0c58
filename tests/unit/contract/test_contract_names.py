"""Names: what they look like, that they fit, and that two stacks never share one."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenshift.contract.names import Names, PipelineNames

ACCOUNT, REGION = "123456789012", "ap-southeast-1"
PAYMENTS = Names("payments", "prod")
# API references: the longest name each service takes.
LIMITS = {
    "pipeline": 100,
    "application": 100,
    "build_project": 150,
    "ledger": 255,
    "topic": 256,
    "connection": 32,
    "controller": 64,
    "recorder": 64,
    "before_hook": 64,
    "after_hook": 64,
}


def every_name(names: Names, keys: list[str]) -> dict[str, list[str]]:
    """All physical names of a stack, by the namespace they must be unique in."""
    return {
        "lambda": [*names.control_functions, *(names.function(key) for key in keys)],
        "alarms": [names.alarm(key) for key in keys],
        "groups": [f"{names.application}/{names.deployment_group(key)}" for key in keys],
        "configs": [names.deployment_config("Canary7Percent3Minutes")],
        "roles": [
            *(names.role(each) for each in ("pipeline", "build", "codedeploy", "controller", "recorder")),
            *(names.role(f"{moment}-hook") for moment in ("before", "after")),
            *(names.function_role(key) for key in keys),
        ],
        "policies": [names.policy(each) for each in ("pipeline", "build", "controller", "hook", "function")],
        "rules": [names.rule(each) for each in ("executions", "deployments", "alarms")],
        "pipelines": [names.pipeline],
        "projects": [names.build_project],
        "tables": [names.ledger],
        "topics": [names.topic],
        "connections": [names.connection],
        "buckets": [names.bucket(ACCOUNT, REGION)],
    }


def test_a_plain_stack_has_plain_names() -> None:
    assert PAYMENTS.pipeline == PAYMENTS.application == PAYMENTS.connection == "payments-prod"
    assert PAYMENTS.build_project == "payments-prod-build"
    assert PAYMENTS.ledger == "payments-prod-ledger"
    assert PAYMENTS.topic == "payments-prod-releases"
    assert PAYMENTS.bucket(ACCOUNT, REGION) == "payments-prod-artifacts-123456789012-ap-southeast-1"
    assert PAYMENTS.function("charge") == PAYMENTS.deployment_group("charge") == "payments-prod-charge"
    assert PAYMENTS.alarm("charge") == "payments-prod-charge-errors"
    assert PAYMENTS.controller == "payments-prod-controller"
    assert PAYMENTS.recorder == "payments-prod-recorder"
    assert PAYMENTS.before_hook == "CodeDeployHook_payments-prod-before"
    assert PAYMENTS.after_hook == "CodeDeployHook_payments-prod-after"


def test_a_project_may_have_hyphens_and_stays_plain() -> None:
    assert Names("payments-api", "prod").function("charge") == "payments-api-prod-charge"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((Names("a", "b-c"), "d"), (Names("a-b", "c"), "d")),
        ((Names("a", "b"), "c-d"), (Names("a-b", "c"), "d")),
        ((Names("A", "b"), "c"), (Names("a", "b"), "c")),
        ((Names("a.b", "c"), "d"), (Names("a-b", "c"), "d")),
    ],
)
def test_what_a_hyphen_or_a_letter_would_confuse_is_told_apart(
    one: tuple[Names, str], other: tuple[Names, str]
) -> None:
    assert one[0].function(one[1]) != other[0].function(other[1])


def test_a_name_is_the_same_today_and_tomorrow() -> None:
    assert Names("payments", "prod-eu").base == "payments-prod-eu-82beb2"
    assert PAYMENTS.function("send-receipt") == "payments-prod-send-receipt-d7e173"


words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,60}", fullmatch=True)
short_words = st.from_regex(r"[a-c-]{1,5}", fullmatch=True).filter(lambda text: text.strip("-") == text)
keys = st.from_regex(r"[a-z]([a-z0-9_-]{0,38}[a-z0-9])?", fullmatch=True)
stacks = st.builds(Names, st.one_of(words, short_words), st.one_of(words, short_words))


@given(stacks, stacks, st.lists(st.one_of(keys, short_words), max_size=3), st.lists(short_words, max_size=3))
def test_two_stacks_never_share_a_name(one: Names, other: Names, own: list[str], others: list[str]) -> None:
    if one == other:
        return

    mine, theirs = every_name(one, own), every_name(other, others)

    for namespace, names in mine.items():
        assert not set(names) & set(theirs[namespace]), namespace


@given(stacks, st.lists(st.one_of(keys, short_words), unique=True, max_size=5))
def test_one_stack_never_uses_a_name_twice(names: Names, own: list[str]) -> None:
    for namespace, found in every_name(names, own).items():
        assert len(set(found)) == len(found), namespace


@given(stacks, keys)
def test_every_name_fits_its_service(names: Names, key: str) -> None:
    for attribute, limit in LIMITS.items():
        assert len(getattr(names, attribute)) <= limit, attribute
    assert len(names.function(key)) <= 64
    assert len(names.alarm(key)) <= 255
    assert len(names.function_role(key)) <= 64
    assert len(names.deployment_config("Linear10PercentEvery10Minutes")) <= 100
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", names.bucket(ACCOUNT, REGION))
    assert re.fullmatch(r"[a-z0-9][a-z0-9_-]{1,149}", names.build_project)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", names.function(key))


@given(stacks, keys)
def test_the_base_and_a_hyphen_begin_every_function_of_the_stack(names: Names, key: str) -> None:
    assert names.function(key).startswith(f"{names.base}-")
    assert names.before_hook.startswith(f"CodeDeployHook_{names.base}-")


@pytest.mark.parametrize("stack", ["prod", "pr-17", "a" * 60])
def test_who_knows_the_pipeline_alone_finds_what_was_deployed(stack: str) -> None:
    deployed = Names("shop", stack)
    found = PipelineNames(deployed.pipeline)

    assert found.control_functions == deployed.control_functions
    assert found.bucket("123456789012", "eu-west-1") == deployed.bucket("123456789012", "eu-west-1")
    for name in ("application", "build_project", "ledger", "topic", "connection", "webhook", "hooks"):
        assert getattr(found, name) == getattr(deployed, name)
