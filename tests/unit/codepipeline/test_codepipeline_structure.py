"""What CreatePipeline refuses, one row for each rule."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from greenshift.twin.codepipeline.declaration import completed, masked, parse
from greenshift.twin.codepipeline.validate import check_structure
from greenshift.twin.service import ServiceError

Document = dict[str, Any]
STRUCTURE, STAGE = "InvalidStructureException", "InvalidStageDeclarationException"
ACTION, BLOCKER = "InvalidActionDeclarationException", "InvalidBlockerDeclarationException"


def type_id(category: str, provider: str, owner: str = "AWS", version: str = "1") -> dict[str, str]:
    return {"category": category, "owner": owner, "provider": provider, "version": version}


def source(name: str = "Source", output: str = "Code") -> Document:
    return {
        "name": name,
        "actionTypeId": type_id("Source", "S3"),
        "configuration": {"S3Bucket": "b", "S3ObjectKey": "k"},
        "outputArtifacts": [{"name": output}],
    }


def build(name: str = "Build", inputs: tuple[str, ...] = ("Code",), **members: Any) -> Document:
    return {
        "name": name,
        "actionTypeId": type_id("Build", "CodeBuild"),
        "configuration": {"ProjectName": "project"},
        "inputArtifacts": [{"name": artifact} for artifact in inputs],
        **members,
    }


def good() -> Document:
    return {
        "name": "p",
        "roleArn": "arn:aws:iam::123456789012:role/r",
        "artifactStore": {"type": "S3", "location": "bucket"},
        "stages": [
            {"name": "Source", "actions": [source()]},
            {"name": "Build", "actions": [build(outputArtifacts=[{"name": "Built"}], namespace="BuildVars")]},
        ],
    }


def rule(
    name: str, provider: str = "VariableCheck", inputs: tuple[str, ...] = (), **members: Any
) -> Document:
    """A rule; what is not the name of a member is a key of its configuration, gone when None."""
    keys = {
        "VariableCheck": {"Variable": "a", "Operator": "EQ", "Value": "a"},
        "LambdaInvoke": {"FunctionName": "f"},
        "CloudWatchAlarm": {"AlarmName": "a"},
    }.get(provider, {})
    given = {**keys, **{key: value for key, value in members.items() if key != "region"}}
    return {
        "name": name,
        "ruleTypeId": {"category": "Rule", "owner": "AWS", "provider": provider, "version": "1"},
        "configuration": {key: value for key, value in given.items() if value is not None},
        "inputArtifacts": [{"name": artifact} for artifact in inputs],
        **{key: value for key, value in members.items() if key == "region"},
    }


RULES = tuple(rule(name) for name in ("one", "two", "three", "four", "five"))


def condition(
    document: Document, kind: str, *rules: Document, result: str | None = None, also: Document | None = None
) -> None:
    declared = {"rules": list(rules), **({"result": result} if result else {})}
    stage(document, **{kind: {"conditions": [declared], **(also or {})}})


def check(document: Document) -> None:
    check_structure(parse(document), "us-east-1")


def action(document: Document, **members: Any) -> None:
    document["stages"][1]["actions"][0].update(members)


def add_action(document: Document, added: Document) -> None:
    document["stages"][1]["actions"].append(added)


def stage(document: Document, **members: Any) -> None:
    document["stages"][1].update(members)


def both_stores(document: Document) -> None:
    document["artifactStores"] = {"us-east-1": document["artifactStore"]}


def only_far_store(document: Document) -> None:
    document["artifactStores"] = {"eu-west-1": document.pop("artifactStore")}


def late_source(document: Document) -> None:
    add_action(document, source("Late", "Other"))


REFUSED: list[tuple[str, Callable[[Document], object], str, str]] = [
    ("both stores", both_stores, STRUCTURE, "not both"),
    ("no store", lambda d: d.pop("artifactStore"), STRUCTURE, "must be given"),
    ("no store here", only_far_store, STRUCTURE, "us-east-1"),
    ("one stage", lambda d: d["stages"].pop(), STRUCTURE, "minimum of two stages"),
    (
        "too many stages",
        lambda d: d["stages"].extend({"name": f"S{i}", "actions": [build(f"B{i}")]} for i in range(49)),
        STRUCTURE,
        "51 stages",
    ),
    ("stage name twice", lambda d: stage(d, name="Source"), STAGE, "'Source' is used more than once"),
    ("empty stage", lambda d: stage(d, actions=[]), STAGE, "has 0 actions"),
    ("crowded stage", lambda d: stage(d, actions=[build(f"B{i}") for i in range(51)]), STAGE, "51 actions"),
    ("first stage builds", lambda d: d["stages"][0]["actions"].append(build()), STAGE, "only source actions"),
    ("source later", late_source, STAGE, "'Late'"),
    ("blocker", lambda d: stage(d, blockers=[{"name": "b", "type": "Schedule"}]), BLOCKER, "reserved"),
    ("condition of no rule", lambda d: condition(d, "beforeEntry"), STAGE, "beforeEntry"),
    ("six rules", lambda d: condition(d, "onSuccess", *RULES, rule("six")), STAGE, "6 rules"),
    ("rule twice", lambda d: condition(d, "onSuccess", rule("r"), rule("r")), STAGE, "unique"),
    ("rules nobody checks", lambda d: condition(d, "onSuccess", rule("r", "Commands")), ACTION, "Commands"),
    ("rule without a key", lambda d: condition(d, "onSuccess", rule("r", Value=None)), ACTION, "'Value'"),
    ("rule elsewhere", lambda d: condition(d, "onSuccess", rule("r", region="eu-1")), ACTION, "eu-1"),
    (
        "rule's artifact",
        lambda d: condition(d, "onSuccess", rule("r", "LambdaInvoke", inputs=("No",))),
        ACTION,
        "'No'",
    ),
    (
        "entry that rolls back",
        lambda d: condition(d, "beforeEntry", *RULES, result="ROLLBACK"),
        STAGE,
        "FAIL or SKIP",
    ),
    ("success that skips", lambda d: condition(d, "onSuccess", *RULES, result="SKIP"), STAGE, "SKIP"),
    (
        "alarm that skips",
        lambda d: condition(d, "beforeEntry", rule("r", "CloudWatchAlarm"), result="SKIP"),
        STAGE,
        "CloudWatchAlarm",
    ),
    (
        "retry and conditions",
        lambda d: condition(d, "onFailure", *RULES, also={"result": "RETRY"}),
        STAGE,
        "retries",
    ),
    (
        "rollback of sources",
        lambda d: d["stages"][0].update(onFailure={"result": "ROLLBACK"}),
        STAGE,
        "source stage",
    ),
    (
        "rollback in PARALLEL",
        lambda d: (d.update(executionMode="PARALLEL"), stage(d, onFailure={"result": "ROLLBACK"})),
        STAGE,
        "PARALLEL",
    ),
    ("skip on failure", lambda d: stage(d, onFailure={"result": "SKIP"}), STAGE, "skipped"),
    ("action name twice", lambda d: add_action(d, build()), ACTION, "'Build' is used more than once"),
    (
        "unknown provider",
        lambda d: action(d, actionTypeId=type_id("Deploy", "ECS")),
        ACTION,
        "Deploy/AWS/ECS/1",
    ),
    (
        "unknown version",
        lambda d: action(d, actionTypeId=type_id("Build", "CodeBuild", version="2")),
        ACTION,
        "not supported by the twin",
    ),
    ("other region", lambda d: action(d, region="eu-west-1"), ACTION, "cross-region"),
    ("time-out of a build", lambda d: action(d, timeoutInMinutes=5), ACTION, "manual approvals"),
    ("no input", lambda d: action(d, inputArtifacts=[]), ACTION, "0 input artifacts"),
    (
        "two outputs of S3",
        lambda d: d["stages"][0]["actions"][0]["outputArtifacts"].append({"name": "X"}),
        ACTION,
        "2 output artifacts",
    ),
    (
        "missing key",
        lambda d: action(d, configuration={}),
        ACTION,
        "missing required configuration 'ProjectName'",
    ),
    (
        "unknown key",
        lambda d: action(d, configuration={"ProjectName": "p", "Projct": "q"}),
        ACTION,
        "unknown configuration 'Projct'",
    ),
    (
        "foreign primary source",
        lambda d: action(d, configuration={"ProjectName": "p", "PrimarySource": "Other"}),
        ACTION,
        "'Other'",
    ),
    (
        "output twice",
        lambda d: action(d, outputArtifacts=[{"name": "Code"}]),
        ACTION,
        "declared more than once",
    ),
    ("unmade input", lambda d: action(d, inputArtifacts=[{"name": "Nope"}]), ACTION, "'Nope'"),
    ("own output", lambda d: action(d, inputArtifacts=[{"name": "Built"}]), ACTION, "does not run before"),
    (
        "input from the same runOrder",
        lambda d: add_action(d, build("Later", inputs=("Built",))),
        ACTION,
        "does not run before",
    ),
    ("namespace twice", lambda d: add_action(d, build("B2", namespace="BuildVars")), ACTION, "more than one"),
    ("reserved namespace", lambda d: action(d, namespace="codepipeline"), ACTION, "reserved"),
    ("namespace of an artifact", lambda d: action(d, namespace="Code"), ACTION, "name of an artifact"),
    ("variable twice", lambda d: d.update(variables=[{"name": "v"}, {"name": "v"}]), STRUCTURE, "'v'"),
    (
        "trigger on S3",
        lambda d: d.update(triggers=[{"gitConfiguration": {"sourceActionName": "Source"}}]),
        STRUCTURE,
        "CodeStarSourceConnection",
    ),
]


def test_a_sound_structure_is_accepted() -> None:
    check(good())


@pytest.mark.parametrize(
    ("spoil", "code", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
)
def test_a_structure_that_breaks_a_rule_is_refused(
    spoil: Callable[[Document], object], code: str, words: str
) -> None:
    document = good()
    spoil(document)

    with pytest.raises(ServiceError) as caught:
        check(document)

    assert caught.value.code == code
    assert words in caught.value.message


def test_a_build_with_two_inputs_must_name_its_primary_source() -> None:
    document = good()
    document["stages"][0]["actions"].append(source("Kit", "BuildKit"))
    action(document, inputArtifacts=[{"name": "Code"}, {"name": "BuildKit"}])

    with pytest.raises(ServiceError, match="PrimarySource must name"):
        check(document)

    action(document, configuration={"ProjectName": "p", "PrimarySource": "Code"})
    check(document)


def test_an_input_made_earlier_in_the_same_stage_is_accepted() -> None:
    document = good()
    add_action(document, build("Later", inputs=("Built",), runOrder=2))

    check(document)


def test_a_map_of_stores_with_one_for_this_region_is_accepted() -> None:
    document = good()
    document["artifactStores"] = {"us-east-1": document.pop("artifactStore")}

    check(document)

    assert parse(document).store_in("us-east-1").bucket == "bucket"


def test_defaults_are_written_out_as_get_pipeline_shows_them() -> None:
    shown = completed(good(), 3)

    assert (shown["version"], shown["executionMode"], shown["pipelineType"]) == (3, "SUPERSEDED", "V1")
    assert shown["stages"][1]["actions"][0]["runOrder"] == 1
    assert shown["stages"][0]["actions"][0]["inputArtifacts"] == []


@pytest.mark.parametrize(
    "member",
    [
        {"executionMode": "QUEUED"},
        {"variables": [{"name": "v"}]},
        {"pipelineType": "V2"},
        {"pipelineType": "V1", "executionMode": "PARALLEL"},
    ],
)
def test_a_member_of_v2_makes_the_pipeline_v2(member: Document) -> None:
    assert completed({**good(), **member}, 1)["pipelineType"] == "V2"


def test_an_oauth_token_is_never_shown() -> None:
    document = good()
    github = document["stages"][0]["actions"][0]
    github["actionTypeId"] = type_id("Source", "GitHub", owner="ThirdParty")
    github["configuration"] = {"Owner": "me", "Repo": "app", "Branch": "main", "OAuthToken": "hush"}

    shown = masked(completed(document, 1))

    assert shown["stages"][0]["actions"][0]["configuration"]["OAuthToken"] == "****"
    assert document["stages"][0]["actions"][0]["configuration"]["OAuthToken"] == "hush"
