"""A state as a Terraform plan: nothing is left out in silence, and no secret is in it."""

from __future__ import annotations

from typing import Any

import pytest
from support.audit.terraform_plan import NotMapped, plan

from greenshift.engine.properties.values import Archive, Secret
from greenshift.engine.state.checkpoint import ResourceState

BUCKET = "aws:s3/bucket:Bucket"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
FUNCTION = "aws:lambda/function:Function"
PIPELINE = "aws:codepipeline/pipeline:Pipeline"


def resource(type_: str, name: str = "it", inputs: Any = None, **more: Any) -> ResourceState:
    urn = f"urn:pulumi:prod::shop::{type_}::{name}"
    return ResourceState(urn, type_, custom=True, inputs=inputs or {}, **more)


def values(type_: str, inputs: dict[str, Any]) -> Any:
    (found,) = plan([resource(type_, inputs=inputs)])["planned_values"]["root_module"]["resources"]
    return found["values"]


def test_a_resource_has_terraforms_type_and_spelling() -> None:
    (change,) = plan([resource(BUCKET, "logs", {"forceDestroy": True})])["resource_changes"]

    assert (change["address"], change["type"], change["name"]) == (
        *("aws_s3_bucket.logs", "aws_s3_bucket", "logs"),
    )
    assert change["change"]["after"] == {"force_destroy": True}


def test_objects_become_lists_of_blocks_and_plurals_singulars() -> None:
    action = {"name": "Run", "configuration": {"FunctionName": "f"}, "inputArtifacts": ["a"]}

    found = values(PIPELINE, {"stages": [{"name": "Shift", "actions": [action]}]})

    assert found["stage"] == [
        {
            "name": "Shift",
            "action": [{"name": "Run", "configuration": {"FunctionName": "f"}, "input_artifacts": ["a"]}],
        }
    ]


def test_maps_keep_the_keys_somebody_chose() -> None:
    variables = {"variables": {"camelCase": "x"}}

    found = values(FUNCTION, {"environment": variables, "tags": {"greenshift:stack": "prod"}})

    assert found == {"environment": [variables], "tags": {"greenshift:stack": "prod"}}


def test_what_a_resource_refers_to_is_told_by_its_address() -> None:
    bucket = resource(BUCKET, "store")
    block = resource(BLOCK, "closed", {"bucket": "b"}, property_dependencies={"bucket": (bucket.urn,)})

    configured = plan([bucket, block])["configuration"]["root_module"]["resources"]

    assert configured[1]["expressions"] == {"bucket": {"references": ["aws_s3_bucket.store"]}}


def test_secrets_and_code_are_not_in_it() -> None:
    found = values(FUNCTION, {"environment": {"variables": {"KEY": Secret("x")}}, "code": Archive("ab")})

    assert found == {"environment": [{"variables": {"KEY": "[secret]"}}], "filename": "ab.zip"}
    assert values(FUNCTION, {"environment": Secret({"variables": {}})}) == {"environment": "[secret]"}


@pytest.mark.parametrize(
    ("unknown", "says"),
    [
        (resource("aws:sqs/queue:Queue"), "aws:sqs/queue:Queue has no entry"),
        (resource(BUCKET, inputs={"website": {"indexDocument": "i"}}), "website is an object"),
        (resource(BUCKET, inputs={"corsRules": [{"maxAgeSeconds": 1}]}), "corsRules is an object"),
    ],
)
def test_what_it_does_not_know_is_an_error(unknown: ResourceState, says: str) -> None:
    with pytest.raises(NotMapped, match=says):
        plan([unknown])


def test_components_and_providers_are_no_resources_of_a_plan() -> None:
    component = ResourceState("urn:x::greenshift:index:Ledger::l", "greenshift:index:Ledger", custom=False)
    provider = resource("pulumi:providers:aws")

    assert plan([component, provider])["resource_changes"] == []
