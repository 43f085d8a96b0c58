"""What exists already is looked at or taken over, without a call that writes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from greenshift.errors import EngineError


@pytest.fixture
def arn(stack: Any) -> Iterator[str]:
    sns = stack.twin.client("sns")
    found = sns.create_topic(
        Name="existing-t", Attributes={"DisplayName": "there"}, Tags=[{"Key": "a", "Value": "1"}]
    )["TopicArn"]
    yield str(found)
    sns.delete_topic(TopicArn=found)


def state_of(stack: Any, name: str) -> dict[str, Any]:
    listed = json.loads(stack.state_path.read_text())["deployment"]["resources"]
    return next(dict(item) for item in listed if item["urn"].endswith(f"::{name}"))


def exists(stack: Any, arn: str) -> bool:
    return arn in [topic["TopicArn"] for topic in stack.twin.client("sns").list_topics()["Topics"]]


ADOPTED = """
    aws.sns.Topic("t", name="existing-t", display_name={display}, tags={{"a": "1"}},
                  opts=pulumi.ResourceOptions(import_="{arn}"{more}))
"""


def test_what_exists_is_taken_over_without_a_call_that_writes(stack: Any, arn: str) -> None:
    """Row 7."""
    stack.program(ADOPTED.format(arn=arn, display='"there"', more=""))
    assert stack.preview().changes == {"create": 1, "import": 1}
    for operation in ("CreateTopic", "SetTopicAttributes", "TagResource", "UntagResource"):
        stack.twin.inject("error", "sns", operation, count=9)
    try:
        assert stack.up().changes == {"create": 1, "import": 1}
        assert stack.up().changes == {"same": 2}  # and the option may stay
    finally:
        assert [report.fired for report in stack.twin.clear_faults()] == [0, 0, 0, 0]

    assert state_of(stack, "t")["id"] == arn
    assert state_of(stack, "t")["importID"] == arn
    stack.program(ADOPTED.format(arn=arn, display='"new"', more=""))
    assert stack.up().changes == {"same": 1, "update": 1}
    stack.destroy()
    assert not exists(stack, arn)


@pytest.mark.parametrize("command", ["preview", "up"])
def test_an_input_that_differs_is_named_and_nothing_is_changed(stack: Any, arn: str, command: str) -> None:
    stack.program(ADOPTED.format(arn=arn, display='"other"', more=""))

    with pytest.raises(
        EngineError, match=r'do not match the existing resource: displayName \("there" there\)'
    ):
        getattr(stack, command)()

    attributes = stack.twin.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    assert attributes["DisplayName"] == "there"
    stack.destroy()
    assert exists(stack, arn)


def test_an_ignored_difference_does_not_stand_in_the_way(stack: Any, arn: str) -> None:
    stack.program(ADOPTED.format(arn=arn, display='"other"', more=', ignore_changes=["displayName"]'))

    assert stack.up().changes == {"create": 1, "import": 1}
    assert state_of(stack, "t")["inputs"]["displayName"] == "there"
    stack.destroy()


def test_an_import_of_what_is_not_there_is_refused(stack: Any) -> None:
    stack.program(ADOPTED.format(arn="arn:aws:sns:us-east-1:123456789012:no", display="None", more=""))

    with pytest.raises(
        EngineError, match="there is no resource with the id arn:aws:sns:us-east-1:123456789012:no"
    ):
        stack.up()
    stack.destroy()


def test_what_somebody_else_made_is_read_and_never_deleted(stack: Any, arn: str) -> None:
    """Row 8."""
    stack.program(
        f"""
        there = aws.sns.Topic.get("there", "{arn}")
        pulumi.export("name", there.name)
        pulumi.export("display", there.display_name)
        aws.sns.Topic("copy", name="existing-copy", display_name=there.display_name)
        """
    )

    preview = stack.preview()
    assert preview.changes == {"create": 2, "read": 1}
    assert preview.outputs["display"].value == "there"
    result = stack.up()
    assert result.changes == {"create": 2, "read": 1}
    assert result.outputs["name"].value == "existing-t"
    assert state_of(stack, "there")["external"] is True
    assert stack.up().changes == {"same": 2, "read": 1}
    stack.program("pass")
    assert stack.up().changes == {"same": 1, "delete": 1, "discard": 1}  # from the state
    assert exists(stack, arn)
    stack.destroy()
    assert exists(stack, arn)


def test_reading_what_is_not_there_is_refused(stack: Any) -> None:
    stack.program('aws.sns.Topic.get("there", "arn:aws:sns:us-east-1:123456789012:no")')
    with pytest.raises(EngineError, match="there is no resource with the id"):
        stack.preview()


def make_table(client: Any, name: str) -> None:
    client("dynamodb").create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    )


@pytest.mark.parametrize(
    ("program", "make"),
    [
        (
            'aws.cloudwatch.LogGroup("x", name="/existing/l", retention_in_days=7, opts=o("/existing/l"))',
            lambda client: (
                client("logs").create_log_group(logGroupName="/existing/l"),
                client("logs").put_retention_policy(logGroupName="/existing/l", retentionInDays=7),
            ),
        ),
        (
            'aws.iam.Role("x", name="r-there", assume_role_policy=TRUST, description="d", opts=o("r-there"))',
            lambda client: client("iam").create_role(
                RoleName="r-there", Description="d", AssumeRolePolicyDocument=TRUST
            ),
        ),
        (
            'aws.s3.Bucket("x", bucket="existing-b", opts=o("existing-b"))',
            lambda client: client("s3").create_bucket(Bucket="existing-b"),
        ),
        (
            'aws.cloudwatch.EventRule("x", name="e-there", schedule_expression=DAILY, opts=o("e-there"))',
            lambda client: client("events").put_rule(Name="e-there", ScheduleExpression="rate(1 day)"),
        ),
        (
            'aws.dynamodb.TableItem("x", table_name="t-there", hash_key="id", item=ITEM, '
            'opts=o("t-there,a"))',
            lambda client: (
                make_table(client, "t-there"),
                client("dynamodb").put_item(TableName="t-there", Item=json.loads(ITEM)),
            ),
        ),
    ],
)
def test_other_types_are_taken_over_as_well(stack: Any, program: str, make: Any) -> None:
    make(stack.twin.client)
    stack.program(
        f"""
        TRUST = {TRUST!r}
        ITEM = {ITEM!r}
        DAILY = "rate(1 day)"
        o = lambda id: pulumi.ResourceOptions(import_=id)
        {program}
        """
    )

    assert stack.up().changes == {"create": 1, "import": 1}
    assert stack.up().changes == {"same": 2}
    stack.destroy()


ITEM = '{"id":{"S":"a"},"limit":{"N":"1"}}'
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


@pytest.mark.parametrize(
    ("declared", "message"),
    [
        ('aws.dynamodb.TableItem.get("x", "rows,a,7")', "unexpected format for ID .*table,value of id"),
        ('aws.lambda_.Invocation.get("x", "charge")', "expected function,qualifier,hash"),
        (
            'aws.lambda_.Invocation.get("x", "charge,live," + "0" * 32)',
            r"invalid qualifier format: live, expected \$LATEST or numeric version",
        ),
        (
            'aws.lambda_.Invocation.get("x", "charge,1,abc")',
            "invalid result hash format: abc, expected 32-character MD5 hash",
        ),
    ],
)
def test_an_id_in_another_form_is_refused_in_the_providers_words(
    stack: Any, declared: str, message: str
) -> None:
    make_table(stack.twin.client, "rows")
    stack.program(declared)
    try:
        with pytest.raises(EngineError, match=message):
            stack.preview()
    finally:
        stack.twin.client("dynamodb").delete_table(TableName="rows")
