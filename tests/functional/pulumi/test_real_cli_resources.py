"""What the real engine makes of the provider's answers: updates, replacements, refusals, secrets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import yaml
from support.pulumi.real_pulumi import PulumiFailed, RealPulumi, real_pulumi

from greenshift.testing import RunningTwin

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def write(pulumi: RealPulumi, resources: Mapping[str, Any], config: Mapping[str, Any] | None = None) -> None:
    document = {
        "name": "shop",
        "runtime": "yaml",
        "config": {key: {"value": value} for key, value in (config or {}).items()},
        "resources": dict(resources),
    }
    (pulumi.program / "Pulumi.yaml").write_text(yaml.safe_dump(document))


def topic(**properties: Any) -> dict[str, Any]:
    return {"type": "aws:sns:Topic", "properties": properties}


def role(**properties: Any) -> dict[str, Any]:
    return {"type": "aws:iam:Role", "properties": {"assumeRolePolicy": TRUST, **properties}}


def function(name: str, **properties: Any) -> dict[str, Any]:
    code = {"fn::assetArchive": {"handler.py": {"fn::stringAsset": "def handler(event, context): ...\n"}}}
    fixed = {"name": name, "runtime": "python3.13", "handler": "handler.handler", "role": "${role.arn}"}
    return {"type": "aws:lambda:Function", "properties": {**fixed, "code": code, **properties}}


@pytest.fixture(scope="module")
def pulumi(twin: RunningTwin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealPulumi]:
    """One stack for all; each test says what is to be in it."""
    folder = tmp_path_factory.mktemp("resources")
    program = folder / "program"
    program.mkdir()
    (program / "Pulumi.yaml").write_text("name: shop\nruntime: yaml\n")
    with real_pulumi(twin, program, folder) as found:
        yield found


@contextmanager
def refused(pulumi: RealPulumi) -> Iterator[list[str]]:
    said: list[str] = []
    with pytest.raises(PulumiFailed) as caught:
        yield said
    said.append(caught.value.output)


def details(step: Mapping[str, Any]) -> dict[str, str]:
    return {path: each["kind"] for path, each in (step.get("detailedDiff") or {}).items()}


def steps_of(pulumi: RealPulumi, name: str) -> dict[str, dict[str, Any]]:
    return {each["op"]: each for each in pulumi.preview()["steps"] if each["urn"].rsplit("::", 1)[-1] == name}


def test_what_changes_is_told_path_by_path_and_updated_in_place(pulumi: RealPulumi) -> None:
    write(pulumi, {"t": topic(tags={"a": "1", "b": "1"})})
    pulumi.up()
    before = pulumi.resources()["t"]
    write(pulumi, {"t": topic(tags={"a": "2", "c": "1"}, displayName="Shop")})

    steps = steps_of(pulumi, "t")

    assert details(steps["update"]) == {
        "displayName": "add",
        "tags.a": "update",
        "tags.b": "delete",
        "tags.c": "add",
    }
    pulumi.up()
    after = pulumi.resources()["t"]
    assert after["id"] == before["id"]
    assert after["outputs"]["tagsAll"] == {"a": "2", "c": "1"}


def test_a_name_of_the_program_is_freed_first_and_a_generated_one_is_not(pulumi: RealPulumi) -> None:
    write(pulumi, {"named": role(name="mine", path="/a/"), "free": role(path="/a/")})
    pulumi.up()
    first = pulumi.resources()["free"]["id"]
    write(pulumi, {"named": role(name="mine", path="/b/"), "free": role(path="/b/")})

    planned = pulumi.preview()["steps"]
    told = pulumi.up()

    named = next(each for each in planned if each["urn"].endswith("::named"))
    assert named["op"] == "replace"
    assert details(named) == {"path": "update-replace"}
    assert "2 replaced" in told
    assert pulumi.resources()["free"]["id"] != first


def test_a_property_that_is_not_there_is_refused_by_name(pulumi: RealPulumi) -> None:
    write(pulumi, {"t": topic(fifoThing=True)})
    with refused(pulumi) as said:
        pulumi.preview()
    assert "fifoThing" in said[0]

    write(pulumi, {"v": {"type": "aws:athena/workgroup:Workgroup", "properties": {"name": "w"}}})
    with refused(pulumi) as said:
        pulumi.preview()
    assert "aws:athena/workgroup:Workgroup" in said[0]


def test_an_error_is_the_one_of_aws_and_what_was_made_stays(pulumi: RealPulumi, twin: RunningTwin) -> None:
    alias = {
        "type": "aws:lambda:Alias",
        "properties": {"name": "live", "functionName": "${f.name}", "functionVersion": "99"},
    }
    write(pulumi, {"role": role(), "f": function("shop-f"), "live": alias})

    with refused(pulumi) as said:
        pulumi.up()

    assert "ResourceNotFoundException" in said[0]
    assert twin.client("lambda").get_function(FunctionName="shop-f")
    assert "live" not in pulumi.resources()


def test_what_was_made_by_half_is_kept_and_finished_by_the_next_up(
    pulumi: RealPulumi, twin: RunningTwin
) -> None:
    write(pulumi, {"role": role(), "half": function("shop-half", reservedConcurrentExecutions=3)})
    twin.inject("error", "lambda", "PutFunctionConcurrency", code="NotNow", status=501)

    with refused(pulumi) as said:
        pulumi.up()
    twin.clear_faults()
    assert "NotNow" in said[0]
    assert pulumi.resources()["half"]["id"] == "shop-half"

    pulumi.up()

    found = twin.client("lambda").get_function_concurrency(FunctionName="shop-half")
    assert found["ReservedConcurrentExecutions"] == 3


def test_a_secret_is_in_no_place_of_the_state(pulumi: RealPulumi) -> None:
    write(pulumi, {"t": topic(tags={"token": {"fn::secret": "hush-hush"}})})

    pulumi.up()

    assert "hush-hush" not in json.dumps(pulumi.deployment())
    assert pulumi.resources()["t"]["outputs"]["tagsAll"]["plaintext"] == '{"token":"hush-hush"}'


def test_providers_have_a_region_and_default_tags_each_and_a_change_of_them_is_an_update(
    pulumi: RealPulumi,
) -> None:
    def resources(team: str) -> dict[str, Any]:
        own = {"type": "pulumi:providers:aws", "properties": {"defaultTags": {"tags": {"team": team}}}}
        return {
            "own": own,
            "a": {**topic(tags={"x": "1"}), "options": {"provider": "${own}"}},
            "b": topic(tags={"x": "1"}),
        }

    write(pulumi, resources("red"), {"aws:defaultTags": {"tags": {"stage": "dev", "x": "0"}}})
    pulumi.up()
    made = pulumi.resources()
    assert made["a"]["outputs"]["tagsAll"] == {"team": "red", "x": "1"}
    assert made["b"]["outputs"]["tagsAll"] == {"stage": "dev", "x": "1"}

    write(pulumi, resources("blue"), {"aws:defaultTags": {"tags": {"stage": "dev", "x": "0"}}})
    assert set(steps_of(pulumi, "a")) == {"update"}
    pulumi.up()
    assert pulumi.resources()["a"]["outputs"]["tagsAll"] == {"team": "blue", "x": "1"}


def test_what_somebody_deleted_is_found_gone_and_made_again(pulumi: RealPulumi, twin: RunningTwin) -> None:
    write(pulumi, {"t": topic(name="gone")})
    pulumi.up()
    twin.client("sns").delete_topic(TopicArn=pulumi.resources()["t"]["id"])

    pulumi.refresh()

    assert "t" not in pulumi.resources()
    pulumi.up()
    assert "t" in pulumi.resources()


def test_what_somebody_changed_is_seen_by_a_refresh_and_put_right_by_the_next_up(
    pulumi: RealPulumi, twin: RunningTwin
) -> None:
    write(pulumi, {"role": role(), "f": function("shop-drift", timeout=5, tags={"a": "1"})})
    pulumi.up()
    client = twin.client("lambda")
    client.update_function_configuration(FunctionName="shop-drift", Timeout=60, Description="by hand")
    arn = pulumi.resources()["f"]["outputs"]["arn"]
    client.untag_resource(Resource=arn, TagKeys=["a"])

    pulumi.refresh()

    seen = pulumi.resources()["f"]
    assert (seen["inputs"]["timeout"], seen["outputs"]["timeout"]) == (60, 60)
    assert details(steps_of(pulumi, "f")["update"]) == {
        "description": "delete",
        "tags": "add",
        "timeout": "update",
    }
    pulumi.up()
    assert client.get_function_configuration(FunctionName="shop-drift")["Timeout"] == 5
    assert client.list_tags(Resource=arn)["Tags"] == {"a": "1"}


def test_what_exists_is_imported_with_all_that_is_set(pulumi: RealPulumi, twin: RunningTwin) -> None:
    made = twin.client("sns").create_topic(
        Name="there", Attributes={"DisplayName": "Shop"}, Tags=[{"Key": "a", "Value": "1"}]
    )

    pulumi.run(
        *("import", "--stack", pulumi.stack, "--yes", "--skip-preview", "--protect=false"),
        *("--generate-code=false", "aws:sns/topic:Topic", "there", made["TopicArn"]),
    )

    assert pulumi.resources()["there"]["inputs"] == {
        "name": "there",
        "displayName": "Shop",
        "tags": {"a": "1"},
    }
    with refused(pulumi) as said:
        pulumi.run(
            *("import", "--stack", pulumi.stack, "--yes", "--skip-preview", "--generate-code=false"),
            *("aws:sns/topic:Topic", "nowhere", made["TopicArn"] + "-not"),
        )
    assert "does not exist" in said[0]


def test_nothing_of_all_this_is_left(pulumi: RealPulumi, twin: RunningTwin) -> None:
    pulumi.destroy()

    assert twin.client("sns").list_topics()["Topics"] == []
    assert twin.client("lambda").list_functions()["Functions"] == []
    assert twin.client("iam").list_roles()["Roles"] == []
