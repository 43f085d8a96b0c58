"""A state as a CloudFormation template: what belongs together is together, nothing is left out in silence."""

from __future__ import annotations

from typing import Any

import pytest
from support.audit.cloudformation import NotMapped, template

from greenshift.engine.properties.values import Archive, Secret
from greenshift.engine.state.checkpoint import ResourceState

BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
FUNCTION = "aws:lambda/function:Function"


def resource(type_: str, inputs: dict[str, Any], name: str = "it") -> ResourceState:
    return ResourceState(f"urn:pulumi:prod::shop::{type_}::{name}", type_, custom=True, inputs=inputs)


def properties(*resources: ResourceState) -> Any:
    """Of the one resource the template has."""
    (found,) = template(resources)["Resources"].values()
    return found["Properties"]


def test_a_resource_has_cloudformations_type_and_names() -> None:
    made = template(
        [resource("aws:sns/topic:Topic", {"name": "news", "tags": {"team": "red"}}, "news-topic")]
    )

    assert made["Resources"] == {
        "NewsTopicTopic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": "news", "Tags": [{"Key": "team", "Value": "red"}]},
        }
    }


def test_a_buckets_settings_are_in_the_bucket() -> None:
    status = {"bucket": "b", "versioningConfiguration": {"status": "Enabled"}}

    found = properties(resource(BUCKET, {"bucket": "b", "forceDestroy": True}), resource(VERSIONING, status))

    assert found == {"BucketName": "b", "VersioningConfiguration": {"Status": "Enabled"}}


def test_a_roles_policies_and_a_rules_targets_are_lists_of_theirs() -> None:
    attached = [resource(ATTACHMENT, {"role": "r", "policyArn": f"arn:{n}"}, n) for n in ("a", "b")]
    role = resource(ROLE, {"name": "r", "assumeRolePolicy": '{"Statement": []}'})
    rule = resource(RULE, {"name": "r", "eventPattern": '{"source": ["aws.s3"]}'})
    target = resource(TARGET, {"rule": "r", "arn": "arn:f", "targetId": "f"})

    assert properties(role, *attached)["ManagedPolicyArns"] == ["arn:a", "arn:b"]
    assert properties(role)["AssumeRolePolicyDocument"] == {"Statement": []}
    assert properties(rule, target)["Targets"] == [{"Arn": "arn:f", "Id": "f"}]


def test_secrets_stay_out_and_variables_keep_their_names() -> None:
    variables = {"variables": {"camelCase": "x", "KEY": Secret("hunter2")}}

    found = properties(resource(FUNCTION, {"environment": variables, "code": Archive("ab")}))

    assert found["Environment"] == {"Variables": {"camelCase": "x", "KEY": "[secret]"}}
    assert found["Code"] == {"S3Bucket": "code", "S3Key": "code.zip"}


@pytest.mark.parametrize(
    ("unknown", "says"),
    [
        (resource("aws:sqs/queue:Queue", {}), "aws:sqs/queue:Queue has no entry"),
        (resource(BUCKET, {"bucket": "b", "website": {"indexDocument": "i"}}), "website is an object"),
        (resource("aws:sns/topic:Topic", {"name": Archive("ab")}), "code stands in 'code' only"),
    ],
)
def test_what_it_does_not_know_is_an_error(unknown: ResourceState, says: str) -> None:
    with pytest.raises(NotMapped, match=says):
        template([unknown])
