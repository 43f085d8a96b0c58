"""The rules of versions, aliases, names and policies, without I/O."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from greenshift.twin.awslambda import policy
from greenshift.twin.awslambda.concurrency import Executions, check_reservation
from greenshift.twin.awslambda.configuration import create_configuration, update_configuration
from greenshift.twin.awslambda.model import Alias, CodePackage, Configuration, Function, Statement
from greenshift.twin.awslambda.names import LATEST, Place, Target, parse_target
from greenshift.twin.awslambda.paging import page_of
from greenshift.twin.awslambda.routing import route
from greenshift.twin.awslambda.runtimes import RUNTIMES, runtime_of
from greenshift.twin.awslambda.versions import delete_version, new_latest, publish
from greenshift.twin.awslambda.weights import check_routing, choose_version
from greenshift.twin.service import ServiceError

PLACE = Place("123456789012", "us-east-1")
ROLE = "arn:aws:iam::123456789012:role/r"


def package(letter: str) -> CodePackage:
    return CodePackage(letter * 64, letter * 43 + "=", 10)


def function(versions: int = 0) -> Function:
    configuration = Configuration("python3.13", "app.handler", ROLE)
    made = Function("pay", new_latest(configuration, package("a"), 1.0))
    for index in range(versions):
        made.latest = new_latest(configuration, package("abcdef"[index]), 1.0)
        publish(made, None, 1.0)
    return made


def refusal(call: object, *arguments: object) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        call(*arguments)  # type: ignore[operator]
    return caught.value


@pytest.mark.parametrize(
    ("text", "qualifier", "expected"),
    [
        ("pay", None, Target("pay")),
        ("pay:live", None, Target("pay", "live")),
        ("pay:$LATEST", None, Target("pay", "$LATEST")),
        ("pay", "3", Target("pay", "3")),
        ("pay:3", "3", Target("pay", "3")),
        ("123456789012:function:pay", None, Target("pay")),
        ("123456789012:function:pay:7", None, Target("pay", "7")),
        ("arn:aws:lambda:us-east-1:123456789012:function:pay", "live", Target("pay", "live")),
        ("arn:aws:lambda:us-east-1:123456789012:function:pay:live", None, Target("pay", "live")),
    ],
)
def test_a_function_may_be_named_in_every_form(text: str, qualifier: str | None, expected: Target) -> None:
    assert parse_target(text, qualifier, PLACE) == expected


def test_two_different_qualifiers_are_refused() -> None:
    assert "derived qualifier" in refusal(parse_target, "pay:live", "3", PLACE).message


def test_a_function_of_another_region_is_not_found() -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:pay"
    assert refusal(parse_target, arn, None, PLACE).status == 404


def test_publishing_twice_without_a_change_returns_the_same_version() -> None:
    made = function()
    first, is_first_new = publish(made, "one", 1.0)
    again, is_again_new = publish(made, "two", 2.0)

    assert (is_first_new, is_again_new) == (True, False)
    assert first == again and again.configuration.description == "one"


def test_a_changed_setting_alone_makes_a_new_version() -> None:
    made = function(versions=1)
    changed = replace(made.latest.configuration, environment={"A": "1"})
    made.latest = new_latest(changed, made.latest.code, 2.0)

    assert publish(made, None, 2.0)[0].number == "2"


def test_a_version_number_is_never_used_again() -> None:
    made = function(versions=2)
    delete_version(made, "2", PLACE)

    assert publish(made, None, 3.0)[0].number == "3"


def test_a_version_behind_a_weight_cannot_be_deleted() -> None:
    made = function(versions=2)
    made.aliases["live"] = Alias("live", "1", "", {"2": 0.1}, "r")

    for number in ("1", "2"):
        error = refusal(delete_version, made, number, PLACE)
        assert (error.code, error.status) == ("ResourceConflictException", 409)
    assert list(made.versions) == ["1", "2"]


@pytest.mark.parametrize(
    ("version", "weights", "code", "words"),
    [
        ("1", {"2": 0.5, "3": 0.1}, "InvalidParameterValueException", "greater than 1"),
        ("$LATEST", {"1": 0.1}, "InvalidParameterValueException", "$LATEST"),
        ("1", {"$LATEST": 0.1}, "InvalidParameterValueException", "$LATEST"),
        ("1", {"1": 0.1}, "InvalidParameterValueException", "already included"),
        ("1", {"2": 1.1}, "InvalidParameterValueException", "between 0.0 and 1.0"),
        ("1", {"2": -0.1}, "InvalidParameterValueException", "between 0.0 and 1.0"),
        ("1", {"9": 0.1}, "ResourceNotFoundException", ":9"),
        ("9", {}, "ResourceNotFoundException", ":9"),
    ],
)
def test_a_wrong_routing_is_refused(version: str, weights: dict[str, float], code: str, words: str) -> None:
    error = refusal(check_routing, function(versions=3), version, weights, PLACE)

    assert error.code == code
    assert words in error.message


@pytest.mark.parametrize(("version", "weights"), [("$LATEST", {}), ("1", {"2": 0.0}), ("2", {"1": 1.0})])
def test_a_right_routing_is_accepted(version: str, weights: dict[str, float]) -> None:
    check_routing(function(versions=2), version, weights, PLACE)


@pytest.mark.parametrize("change", [{"role": ROLE + "2"}, {"dead_letter_arn": "arn:aws:sqs:x:1:q"}])
def test_both_versions_of_a_weighted_alias_must_agree(change: dict[str, str]) -> None:
    made = function(versions=1)
    made.latest = new_latest(replace(made.latest.configuration, **change), package("z"), 2.0)
    publish(made, None, 2.0)

    assert "same" in refusal(check_routing, made, "1", {"2": 0.1}, PLACE).message


@pytest.mark.parametrize(("weight", "expected"), [(0.0, 0), (1.0, 1000)])
def test_a_weight_of_nothing_or_all_leaves_no_chance(weight: float, expected: int) -> None:
    alias = Alias("live", "1", "", {"2": weight}, "r")
    random = Random(1)

    assert sum(choose_version(alias, random) == "2" for _ in range(1000)) == expected


def test_the_weight_goes_to_the_additional_version() -> None:
    alias = Alias("live", "1", "", {"2": 0.1}, "r")
    random = Random(2)

    assert 800 < sum(choose_version(alias, random) == "2" for _ in range(10_000)) < 1200


def test_an_update_under_way_runs_the_previous_code_until_it_ends() -> None:
    made = function()
    made.previous, made.busy_until = made.latest, 10.0
    made.latest = new_latest(made.latest.configuration, package("b"), 5.0)

    assert route(made, None, PLACE, Random(), 9.9).version is made.previous
    assert route(made, None, PLACE, Random(), 10.0).version is made.latest


def test_a_route_names_the_function_as_the_caller_did() -> None:
    made = function(versions=1)
    made.aliases["live"] = Alias("live", "1", "", {}, "r")
    base = "arn:aws:lambda:us-east-1:123456789012:function:pay"

    arns = [route(made, q, PLACE, Random(), 0.0).invoked_arn for q in (None, "live", "1", LATEST)]
    assert arns == [base, f"{base}:live", f"{base}:1", f"{base}:$LATEST"]


def test_a_policy_for_an_alias_covers_the_alias_only() -> None:
    made = function(versions=1)
    events = "events.amazonaws.com"
    rule = "arn:aws:events:us-east-1:123456789012:rule/*"
    policy.add_statement(made, "live", Statement("s", "lambda:InvokeFunction", events, rule), None)

    nightly = "arn:aws:events:us-east-1:123456789012:rule/nightly"

    def may(qualifier: str | None, service: str, source: str) -> bool:
        return policy.may_service_invoke(made, qualifier, service, source, PLACE.account)

    assert may("live", events, nightly)
    assert not may("live", events, "arn:aws:events:us-east-1:999999999999:rule/nightly")
    assert not may("live", "sns.amazonaws.com", nightly)
    assert not may(None, events, nightly)
    assert not may("1", events, nightly)


def test_reserved_concurrency_of_nothing_refuses_every_execution() -> None:
    made = function()
    made.reserved_concurrency = 0
    error = refusal(Executions(1000).enter, made, [made])

    assert error.status == 429
    assert error.members["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"


def test_executions_are_counted_out_again() -> None:
    made = function()
    made.reserved_concurrency = 1
    executions = Executions(1000)
    executions.enter(made, [made])
    refusal(executions.enter, made, [made])
    executions.leave(made)
    executions.enter(made, [made])

    assert executions.running == {"pay": 1}


def test_what_others_reserve_is_not_there_for_the_rest() -> None:
    greedy, plain = function(), replace(function(), name="plain")
    greedy.reserved_concurrency = 900
    executions = Executions(1000)
    for _ in range(100):
        executions.enter(plain, [greedy, plain])

    error = refusal(executions.enter, plain, [greedy, plain])
    assert error.members["Reason"] == "ConcurrentInvocationLimitExceeded"
    executions.enter(greedy, [greedy, plain])


def test_a_hundred_executions_stay_unreserved() -> None:
    made = function()
    check_reservation(made, 900, [made], 1000)

    assert "minimum value of [100]" in refusal(check_reservation, made, 901, [made], 1000).message


REQUEST = {"FunctionName": "pay", "Runtime": "python3.13", "Handler": "app.handler", "Role": ROLE}


def test_settings_not_given_get_awss_defaults() -> None:
    made = create_configuration(REQUEST)

    assert (made.timeout, made.memory_size, made.ephemeral_storage) == (3, 128, 512)
    assert made.architectures == ("x86_64",)


def test_an_update_keeps_what_it_does_not_mention() -> None:
    made = create_configuration({**REQUEST, "Environment": {"Variables": {"A": "1"}}, "Timeout": 9})
    updated = update_configuration(made, {"MemorySize": 256})

    assert updated == replace(made, memory_size=256)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"Runtime": "dotnet8"}, "The twin runs: nodejs18.x"),
        ({"Runtime": "nodejs16.x"}, "no longer supported"),
        (
            {"Environment": {"Variables": {"AWS_REGION": "x"}}},
            "Reserved keys used in this request: AWS_REGION",
        ),
        ({"Environment": {"Variables": {"A": "x" * 4097}}}, "4KB limit"),
        ({"FileSystemConfigs": [{"Arn": "a", "LocalMountPath": "/mnt/a"}]}, "is not supported by the twin"),
        ({"PackageType": "Image"}, "zip packages only"),
        ({"Handler": ""}, "Handler is mandatory"),
    ],
)
def test_what_cannot_be_configured_is_refused_by_name(changes: dict[str, object], words: str) -> None:
    assert words in refusal(create_configuration, {**REQUEST, **changes}).message


def test_every_runtime_in_the_table_is_found_under_its_name() -> None:
    for name in RUNTIMES:
        try:
            runtime = runtime_of(name)
        except ServiceError as refused:
            assert f"The runtime {name} needs " in str(refused) and "this machine has none" in str(refused)
            continue
        assert runtime.identifier == name
        assert runtime.deprecated < runtime.block_create < runtime.block_update


def test_pages_lose_nothing_when_an_entry_goes_away_in_between() -> None:
    items = [f"f{index:03d}" for index in range(120)]
    first, marker = page_of(items, str, None, 50)
    items.remove(first[-1])
    second, marker = page_of(items, str, marker, 50)
    third, end = page_of(items, str, marker, None)

    assert [*first, *second, *third] == [f"f{index:03d}" for index in range(120)]
    assert end is None


def test_a_marker_this_service_did_not_give_is_refused() -> None:
    assert "Marker" in refusal(page_of, ["a"], str, "é", None).message
