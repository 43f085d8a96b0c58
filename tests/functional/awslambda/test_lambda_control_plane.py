"""The control plane through boto3, on a clock that stands still."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import urllib.request
import zipfile
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.twin.callers.principal import Principal
from greenshift.twin.service import ServiceError

SOURCE = "def handler(event, context):\n    return {value}\n"


def refusal(call: Any, **parameters: Any) -> tuple[str, int, str]:
    """Code, HTTP status and message of an error."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    return (
        response["Error"]["Code"],
        response["ResponseMetadata"]["HTTPStatusCode"],
        response["Error"]["Message"],
    )


def with_versions(still: Any, count: int) -> str:
    """A function with versions 1 to ``count``, each with its own code."""
    name: str = still.python(SOURCE.format(value=1), Publish=True)
    for number in range(2, count + 1):
        code = still.zipped({"app.py": SOURCE.format(value=number)})
        still.client.update_function_code(FunctionName=name, ZipFile=code, Publish=True)
        still.twin.advance(2)
    return name


def test_a_function_is_described_as_it_was_created(still: Any) -> None:
    name = still.python(
        SOURCE.format(value=1),
        Timeout=7,
        MemorySize=256,
        Environment={"Variables": {"MODE": "1"}},
        Description="pays",
        Tags={"team": "payments"},
    )
    found = still.client.get_function(FunctionName=name)
    configuration = found["Configuration"]

    assert configuration["FunctionArn"] == f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    assert (configuration["Timeout"], configuration["MemorySize"]) == (7, 256)
    assert configuration["Environment"] == {"Variables": {"MODE": "1"}}
    assert (configuration["State"], configuration["LastUpdateStatus"]) == ("Active", "Successful")
    assert configuration["Version"] == "$LATEST"
    assert found["Tags"] == {"team": "payments"}


def test_the_code_location_gives_the_package_back(still: Any) -> None:
    name = still.python(SOURCE.format(value=42), Publish=True)
    found = still.client.get_function(FunctionName=name, Qualifier="1")
    with urllib.request.urlopen(found["Code"]["Location"], timeout=10) as response:
        data = response.read()

    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    assert digest == found["Configuration"]["CodeSha256"]
    assert len(data) == found["Configuration"]["CodeSize"]


def test_publishing_at_once_after_an_update_is_refused_until_the_update_ends(still: Any) -> None:
    name = still.python(SOURCE.format(value=1))
    code = still.zipped({"app.py": SOURCE.format(value=2)})
    updated = still.client.update_function_code(FunctionName=name, ZipFile=code)
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    refused = (
        "ResourceConflictException",
        409,
        f"The operation cannot be performed at this time. An update is in progress for resource: {arn}",
    )

    assert updated["LastUpdateStatus"] == "InProgress"
    assert refusal(still.client.publish_version, FunctionName=name) == refused
    assert refusal(still.client.update_function_code, FunctionName=name, ZipFile=code) == refused
    assert refusal(still.client.update_function_configuration, FunctionName=name, Timeout=5) == refused
    still.twin.advance(2)
    assert still.client.get_function_configuration(FunctionName=name)["LastUpdateStatus"] == "Successful"
    assert still.client.publish_version(FunctionName=name)["Version"] == "1"


def test_an_update_under_way_still_runs_the_previous_code(still: Any) -> None:
    name = still.python(SOURCE.format(value="'old'"))
    still.client.update_function_code(
        FunctionName=name, ZipFile=still.zipped({"app.py": SOURCE.format(value="'new'")})
    )

    assert still.call(name) == ("old", None)
    still.twin.advance(2)
    assert still.call(name) == ("new", None)


def test_publishing_twice_without_a_change_gives_one_version(still: Any) -> None:
    name = still.python(SOURCE.format(value=1))
    first = still.client.publish_version(FunctionName=name)
    again = still.client.publish_version(FunctionName=name, Description="again")

    assert (first["Version"], again["Version"]) == ("1", "1")
    assert first["FunctionArn"].endswith(f":{name}:1")
    still.client.update_function_configuration(FunctionName=name, Environment={"Variables": {"MODE": "2"}})
    still.twin.advance(2)
    assert still.client.publish_version(FunctionName=name)["Version"] == "2"


def test_publishing_checks_the_code_and_the_revision_it_was_told(still: Any) -> None:
    name = still.python(SOURCE.format(value=1))
    publish = still.client.publish_version

    code, _, message = refusal(publish, FunctionName=name, CodeSha256="x" * 43 + "=")
    assert code == "InvalidParameterValueException"
    assert "different from current CodeSHA256" in message
    assert refusal(publish, FunctionName=name, RevisionId="stale")[:2] == ("PreconditionFailedException", 412)
    latest = still.client.get_function_configuration(FunctionName=name)
    made = publish(FunctionName=name, CodeSha256=latest["CodeSha256"], RevisionId=latest["RevisionId"])
    assert made["Version"] == "1"


def test_each_update_has_a_revision_of_its_own(still: Any) -> None:
    name = still.python(SOURCE.format(value=1))
    before = still.client.get_function_configuration(FunctionName=name)["RevisionId"]
    update = still.client.update_function_configuration
    after = update(FunctionName=name, Timeout=9, RevisionId=before)["RevisionId"]
    still.twin.advance(2)

    assert after != before
    assert refusal(update, FunctionName=name, Timeout=10, RevisionId=before)[1] == 412


def test_code_is_read_from_the_version_of_the_object_that_was_named(still: Any) -> None:
    s3 = still.twin.client("s3")
    s3.create_bucket(Bucket="packages")
    s3.put_bucket_versioning(Bucket="packages", VersioningConfiguration={"Status": "Enabled"})
    versions = [
        s3.put_object(
            Bucket="packages", Key="pay.zip", Body=still.zipped({"app.py": SOURCE.format(value=value)})
        )["VersionId"]
        for value in (10, 20)
    ]
    name = still.python(SOURCE.format(value=1))
    where = {"FunctionName": name, "S3Bucket": "packages", "S3Key": "pay.zip"}
    made = still.client.update_function_code(**where, S3ObjectVersion=versions[0], Publish=True)
    still.twin.advance(2)

    assert made["Version"] == "1"
    assert still.call(name, Qualifier="1") == (10, None)
    code, _, message = refusal(still.client.update_function_code, **{**where, "S3Key": "none.zip"})
    assert code == "InvalidParameterValueException"
    assert "S3 Error Code: NoSuchKey" in message


def test_a_dry_run_changes_nothing(still: Any) -> None:
    name = still.python(SOURCE.format(value=1))
    before = still.client.get_function_configuration(FunctionName=name)
    code = still.zipped({"app.py": SOURCE.format(value=2)})
    shown = still.client.update_function_code(FunctionName=name, ZipFile=code, DryRun=True)

    assert shown["CodeSha256"] != before["CodeSha256"]
    after = still.client.get_function_configuration(FunctionName=name)
    assert (after["CodeSha256"], after["RevisionId"]) == (before["CodeSha256"], before["RevisionId"])


def test_a_version_behind_an_alias_cannot_be_deleted_and_numbers_are_not_used_again(still: Any) -> None:
    name = with_versions(still, 3)
    still.client.create_alias(
        FunctionName=name,
        Name="live",
        FunctionVersion="1",
        RoutingConfig={"AdditionalVersionWeights": {"2": 0.1}},
    )
    delete = still.client.delete_function

    assert refusal(delete, FunctionName=name, Qualifier="1")[:2] == ("ResourceConflictException", 409)
    assert refusal(delete, FunctionName=name, Qualifier="2")[:2] == ("ResourceConflictException", 409)
    assert refusal(delete, FunctionName=name, Qualifier="$LATEST")[0] == "InvalidParameterValueException"
    delete(FunctionName=name, Qualifier="3")
    assert still.client.publish_version(FunctionName=name)["Version"] == "4"
    listed = still.client.list_versions_by_function(FunctionName=name)["Versions"]
    assert [version["Version"] for version in listed] == ["$LATEST", "1", "2", "4"]


def test_deleting_a_function_leaves_nothing_of_it(still: Any) -> None:
    name = with_versions(still, 2)
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    still.client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    assert arn in still.service.resources()
    still.client.delete_function(FunctionName=name)

    assert refusal(still.client.get_function, FunctionName=name) == (
        "ResourceNotFoundException",
        404,
        f"Function not found: {arn}",
    )
    assert arn not in still.service.resources()


@pytest.mark.parametrize(
    ("version", "weights", "code"),
    [
        ("1", {"2": 0.5, "3": 0.1}, "InvalidParameterValueException"),
        ("$LATEST", {"2": 0.5}, "InvalidParameterValueException"),
        ("1", {"1": 0.5}, "InvalidParameterValueException"),
        ("1", {"9": 0.5}, "ResourceNotFoundException"),
        ("9", {}, "ResourceNotFoundException"),
        ("1", {"2": 1.5}, "ValidationException"),
    ],
)
def test_a_wrong_alias_is_refused(still: Any, version: str, weights: dict[str, float], code: str) -> None:
    name = with_versions(still, 3)
    routing = {"AdditionalVersionWeights": weights}
    create = still.client.create_alias

    found = refusal(create, FunctionName=name, Name="live", FunctionVersion=version, RoutingConfig=routing)
    assert found[0] == code
    assert still.client.list_aliases(FunctionName=name)["Aliases"] == []


def test_an_alias_of_digits_is_no_alias(still: Any) -> None:
    name = with_versions(still, 1)

    found = refusal(still.client.create_alias, FunctionName=name, Name="12", FunctionVersion="1")
    assert found[0] == "ValidationException"


def test_weights_stay_until_they_are_said_to_go(still: Any) -> None:
    name = with_versions(still, 3)
    alias = {"FunctionName": name, "Name": "live"}
    weights = {"AdditionalVersionWeights": {"2": 0.25}}
    still.client.create_alias(**alias, FunctionVersion="1", RoutingConfig=weights)

    assert still.client.update_alias(**alias, Description="x")["RoutingConfig"] == weights
    assert refusal(still.client.update_alias, **alias, FunctionVersion="2")[0] == (
        "InvalidParameterValueException"
    )
    cleared = still.client.update_alias(
        **alias, FunctionVersion="2", RoutingConfig={"AdditionalVersionWeights": {}}
    )
    assert "RoutingConfig" not in cleared
    assert still.client.get_alias(**alias)["FunctionVersion"] == "2"


def test_a_stale_revision_of_an_alias_is_refused(still: Any) -> None:
    name = with_versions(still, 2)
    alias = {"FunctionName": name, "Name": "live"}
    revision = still.client.create_alias(**alias, FunctionVersion="1")["RevisionId"]
    still.client.update_alias(**alias, FunctionVersion="2", RevisionId=revision)

    found = refusal(still.client.update_alias, **alias, FunctionVersion="1", RevisionId=revision)
    assert found[:2] == ("PreconditionFailedException", 412)
    assert still.client.get_alias(**alias)["FunctionVersion"] == "2"
    assert refusal(still.client.create_alias, **alias, FunctionVersion="1")[:2] == (
        "ResourceConflictException",
        409,
    )


def climbing_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a/../../evil", "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"Runtime": "dotnet8"}, "The twin runs: nodejs18.x"),
        ({"Runtime": "nodejs99.x"}, "enum value set"),
        ({"Environment": {"Variables": {"AWS_REGION": "x"}}}, "reserved keys"),
        ({"Role": "arn:aws:iam::123456789012:role/nobody"}, "cannot be assumed by Lambda"),
        ({"Code": {"ZipFile": b"no zip"}}, "Could not unzip"),
        ({"Code": {"ZipFile": climbing_zip()}}, "its entry 'a/../../evil' names a file outside it"),
        ({"Code": {}}, "source for function code"),
    ],
)
def test_a_function_that_could_not_run_is_not_created(
    still: Any, settings: dict[str, Any], words: str
) -> None:
    request = {
        "FunctionName": "wrong",
        "Runtime": "python3.13",
        "Handler": "app.handler",
        "Role": still.role,
        "Code": {"ZipFile": still.zipped({"app.py": "x = 1"})},
        **settings,
    }

    assert words in refusal(still.client.create_function, **request)[2]
    assert refusal(still.client.get_function, FunctionName="wrong")[1] == 404


def test_a_role_that_does_not_trust_lambda_is_refused(still: Any) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
    name = still.python(SOURCE.format(value=1))
    role = still.make_role("trusts-another", trust)

    found = refusal(still.client.update_function_configuration, FunctionName=name, Role=role)
    assert found[0] == "InvalidParameterValueException"


def test_lists_come_in_pages(still: Any) -> None:
    name = with_versions(still, 5)
    pages = still.client.get_paginator("list_versions_by_function").paginate(
        FunctionName=name, PaginationConfig={"PageSize": 2}
    )

    numbers = [[version["Version"] for version in page["Versions"]] for page in pages]
    assert numbers == [["$LATEST", "1"], ["2", "3"], ["4", "5"]]


def test_a_permission_is_a_statement_of_the_policy_of_its_qualifier(still: Any) -> None:
    name = with_versions(still, 1)
    still.client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    permission = {
        "FunctionName": name,
        "Qualifier": "live",
        "StatementId": "rule",
        "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": "arn:aws:events:us-east-1:123456789012:rule/nightly",
    }
    still.client.add_permission(**permission)
    policy = json.loads(still.client.get_policy(FunctionName=name, Qualifier="live")["Policy"])

    assert policy["Statement"] == [
        {
            "Sid": "rule",
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "lambda:InvokeFunction",
            "Resource": f"arn:aws:lambda:us-east-1:123456789012:function:{name}:live",
            "Condition": {"ArnLike": {"AWS:SourceArn": permission["SourceArn"]}},
        }
    ]
    assert refusal(still.client.add_permission, **permission)[1] == 409
    assert refusal(still.client.get_policy, FunctionName=name)[1] == 404
    still.client.remove_permission(FunctionName=name, Qualifier="live", StatementId="rule")
    assert refusal(still.client.get_policy, FunctionName=name, Qualifier="live")[1] == 404


def test_tags_are_added_and_taken_away(still: Any) -> None:
    name = still.python(SOURCE.format(value=1))
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    still.client.tag_resource(Resource=arn, Tags={"a": "1", "b": "2"})
    still.client.untag_resource(Resource=arn, TagKeys=["a"])

    assert still.client.list_tags(Resource=arn)["Tags"] == {"b": "2"}


def test_reserved_concurrency_is_kept_until_it_is_deleted(still: Any) -> None:
    name = still.python(SOURCE.format(value=1))
    put = still.client.put_function_concurrency

    assert put(FunctionName=name, ReservedConcurrentExecutions=5)["ReservedConcurrentExecutions"] == 5
    assert still.client.get_function(FunctionName=name)["Concurrency"] == {"ReservedConcurrentExecutions": 5}
    assert "minimum value of [100]" in refusal(put, FunctionName=name, ReservedConcurrentExecutions=950)[2]
    still.client.delete_function_concurrency(FunctionName=name)
    assert "ReservedConcurrentExecutions" not in still.client.get_function_concurrency(FunctionName=name)


def test_a_function_is_found_under_each_of_its_names(still: Any) -> None:
    name = with_versions(still, 1)
    still.client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    names = [f"{name}:live", f"123456789012:function:{name}:live", f"{arn}:live"]

    for given in names:
        found = still.client.get_function(FunctionName=given)["Configuration"]
        assert (found["Version"], found["FunctionArn"]) == ("1", f"{arn}:live")
        assert still.call(given) == (1, None)


def test_a_service_needs_the_permission_of_the_qualifier_it_invokes(still: Any) -> None:
    name = with_versions(still, 1)
    still.client.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    events = Principal.service("events.amazonaws.com")

    def call_as_events(qualifier: str | None) -> object:
        parameters = {"FunctionName": name, "Payload": b"{}"}
        parameters |= {"Qualifier": qualifier} if qualifier else {}
        return still.twin.run(still.twin.twin.world.aws.call(events, "lambda", "Invoke", parameters))

    with pytest.raises(ServiceError, match="AccessDeniedException"):
        call_as_events("live")
    still.client.add_permission(
        FunctionName=name,
        Qualifier="live",
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    assert call_as_events("live")["Payload"] == b"1"  # type: ignore[index]
    with pytest.raises(ServiceError, match="no resource-based policy allows"):
        call_as_events(None)
