"""What Lambda answers in its less travelled corners, each as AWS documents or was seen to answer it."""

from __future__ import annotations

import json
import re
import urllib.request
from typing import Any

import pytest
from botocore.exceptions import ClientError

SOURCE = "def handler(event, context):\n    print('id', context.aws_request_id)\n    return {}\n"


def refused(call: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


@pytest.fixture(scope="module")
def name(still: Any) -> str:
    """One function for whatever changes nothing that another test looks at."""
    made: str = still.python(SOURCE, Publish=True)
    still.client.create_alias(FunctionName=made, Name="live", FunctionVersion="1")
    return made


def test_an_invocation_has_one_id_in_answer_code_and_log(still: Any, name: str) -> None:
    answer = still.client.invoke(FunctionName=name, LogType="Tail")
    told = answer["ResponseMetadata"]["RequestId"]

    assert [f"id {told}"] == [line.strip() for line in still.log(name) if line.startswith("id ")]
    assert still.logged(name, "START")[0].startswith(f"START RequestId: {told} ")


def test_a_version_that_is_not_there_is_deleted_without_an_error(still: Any, name: str) -> None:
    answer = still.client.delete_function(FunctionName=name, Qualifier="77")

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_a_function_created_with_publish_is_answered_by_its_own_arn(still: Any) -> None:
    code = {"ZipFile": still.zipped({"app.py": SOURCE})}
    made = still.client.create_function(
        FunctionName="published-at-once", Runtime="python3.11", Handler="app.handler", Role=still.role,
        Code=code, Publish=True,
    )  # fmt: skip

    assert made["FunctionArn"].endswith(":function:published-at-once")
    assert made["Version"] == "1"


def test_a_new_function_is_pending_then_active_and_its_revision_tells(still: Any) -> None:
    code = {"ZipFile": still.zipped({"app.py": SOURCE})}
    made = still.client.create_function(
        FunctionName="pending", Runtime="python3.11", Handler="app.handler", Role=still.role, Code=code
    )
    still.twin.advance(60)
    active = still.client.get_function_configuration(FunctionName="pending")

    assert (made["State"], made["StateReasonCode"]) == ("Pending", "Creating")
    assert (active["State"], active["LastUpdateStatus"]) == ("Active", "Successful")
    assert made["RevisionId"] != active["RevisionId"]
    arn = active["RuntimeVersionConfig"]["RuntimeVersionArn"]
    assert re.fullmatch(r"arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}", arn)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, None),
        ({"Environment": {}}, None),
        ({"Environment": {"Variables": {}}}, {"Variables": {}}),
        ({"Environment": {"Variables": {"MODE": "1"}}}, {"Variables": {"MODE": "1"}}),
    ],
)
def test_the_environment_is_told_as_it_was_given(
    still: Any, given: dict[str, Any], told: dict[str, Any] | None
) -> None:
    function = still.python(SOURCE, **given)

    assert told == still.client.get_function_configuration(FunctionName=function).get("Environment")
    assert told == still.client.get_function(FunctionName=function)["Configuration"].get("Environment")


def test_a_new_description_of_the_function_is_a_new_version_and_one_of_a_publication_is_not(
    still: Any,
) -> None:
    function = still.python(SOURCE, Publish=True)

    assert still.client.publish_version(FunctionName=function, Description="again")["Version"] == "1"
    still.client.update_function_configuration(FunctionName=function, Description="pays")
    still.twin.advance(2)
    assert still.client.publish_version(FunctionName=function)["Version"] == "2"


def test_latest_is_qualified_where_all_versions_are_listed(still: Any, name: str) -> None:
    listed = still.client.list_functions(FunctionVersion="ALL")["Functions"]
    arns = {each["FunctionArn"].partition(":function:")[2] for each in listed}

    assert {f"{name}:$LATEST", f"{name}:1"} <= arns


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("get_function_code_signing_config", {"CodeSigningConfigArn": ""}),
        ("get_function_recursion_config", {"RecursiveLoop": "Terminate"}),
        ("get_runtime_management_config", {"UpdateRuntimeOn": "Auto"}),
        ("list_provisioned_concurrency_configs", {"ProvisionedConcurrencyConfigs": []}),
        ("list_function_url_configs", {"FunctionUrlConfigs": []}),
        ("list_function_event_invoke_configs", {"FunctionEventInvokeConfigs": []}),
        ("list_event_source_mappings", {"EventSourceMappings": []}),
    ],
)
def test_what_nobody_set_is_read_as_not_set(
    still: Any, name: str, operation: str, expected: dict[str, Any]
) -> None:
    answer = getattr(still.client, operation)(FunctionName=name)

    assert expected.items() <= answer.items()


@pytest.mark.parametrize(
    ("operation", "parameters", "code"),
    [
        ("get_function_url_config", {}, "ResourceNotFoundException"),
        (
            "get_provisioned_concurrency_config",
            {"Qualifier": "live"},
            "ProvisionedConcurrencyConfigNotFoundException",
        ),
        ("get_function_code_signing_config", {"FunctionName": "nobody"}, "ResourceNotFoundException"),
    ],
)
def test_what_is_not_there_is_not_found(
    still: Any, name: str, operation: str, parameters: dict[str, str], code: str
) -> None:
    assert code == refused(getattr(still.client, operation), **{"FunctionName": name, **parameters})[0]


def test_retries_of_every_qualifier_are_listed(still: Any) -> None:
    function = still.python(SOURCE, Publish=True)
    for qualifier in ("1", "$LATEST"):
        still.client.put_function_event_invoke_config(
            FunctionName=function, Qualifier=qualifier, MaximumRetryAttempts=0
        )

    found = still.client.list_function_event_invoke_configs(FunctionName=function)
    arns = [each["FunctionArn"].rpartition(":")[2] for each in found["FunctionEventInvokeConfigs"]]
    assert sorted(arns) == ["$LATEST", "1"]


@pytest.mark.parametrize(
    ("parameters", "condition"),
    [
        (
            {"FunctionUrlAuthType": "NONE", "Action": "lambda:InvokeFunctionUrl", "Principal": "*"},
            {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        ),
        (
            {"EventSourceToken": "amzn1.ask.skill.x", "Principal": "alexa-appkit.amazon.com"},
            {"StringEquals": {"lambda:EventSourceToken": "amzn1.ask.skill.x"}},
        ),
        (
            {"SourceAccount": "123456789012", "Principal": "s3.amazonaws.com"},
            {"StringEquals": {"AWS:SourceAccount": "123456789012"}},
        ),
    ],
)
def test_what_a_permission_is_bound_to_is_kept_as_its_condition(
    still: Any, name: str, parameters: dict[str, str], condition: dict[str, Any]
) -> None:
    asked = {"Action": "lambda:InvokeFunction", "StatementId": "bound", **parameters}
    answer = still.client.add_permission(FunctionName=name, **asked)
    still.client.remove_permission(FunctionName=name, StatementId="bound")

    assert condition == json.loads(answer["Statement"])["Condition"]


@pytest.mark.parametrize("principal", ["s3", "sns.example.com", "12345", "arn:aws:iam::1:role/x"])
def test_a_principal_that_nobody_can_be_is_refused(still: Any, name: str, principal: str) -> None:
    code, message = refused(
        still.client.add_permission, FunctionName=name, StatementId="s", Action="lambda:InvokeFunction",
        Principal=principal,
    )  # fmt: skip

    assert code == "InvalidParameterValueException"
    assert "The provided principal was invalid" in message


def test_tags_are_fifty_at_most(still: Any, name: str) -> None:
    arn = f"arn:aws:lambda:us-east-1:123456789012:function:{name}"
    still.client.tag_resource(Resource=arn, Tags={f"k{n}": "v" for n in range(50)})

    assert (
        refused(still.client.tag_resource, Resource=arn, Tags={"one": "more"})[0]
        == "InvalidParameterValueException"
    )
    assert len(still.client.list_tags(Resource=arn)["Tags"]) == 50


def test_the_environment_is_measured_as_the_text_that_keeps_it(still: Any) -> None:
    """{"AB":"..."} has nine characters beside the value."""
    still.python(SOURCE, Environment={"Variables": {"AB": "x" * (4096 - 9)}})

    with pytest.raises(ClientError, match="exceeded the 4KB limit"):
        still.python(SOURCE, Environment={"Variables": {"AB": "x" * (4096 - 8)}})


def test_levels_of_a_json_log_have_defaults_and_a_text_log_has_none(still: Any) -> None:
    function = still.python(SOURCE, LoggingConfig={"LogFormat": "JSON"})
    told = still.client.get_function_configuration(FunctionName=function)["LoggingConfig"]

    assert (told["ApplicationLogLevel"], told["SystemLogLevel"]) == ("INFO", "INFO")
    with pytest.raises(ClientError, match="LogFormat is JSON"):
        still.python(SOURCE, LoggingConfig={"LogFormat": "Text", "SystemLogLevel": "WARN"})


def test_the_archive_of_a_layer_can_be_fetched(still: Any) -> None:
    archive = still.zipped({"python/shared.py": "ANSWER = 42\n"})
    made = still.client.publish_layer_version(LayerName="shared", Content={"ZipFile": archive})
    with urllib.request.urlopen(made["Content"]["Location"], timeout=10) as answer:
        assert archive == answer.read()


def test_who_else_may_use_a_layer_is_kept_with_a_revision(still: Any) -> None:
    client, archive = still.client, still.zipped({"python/shared.py": "ANSWER = 42\n"})
    made = client.publish_layer_version(LayerName="granted", Content={"ZipFile": archive})
    version = {"LayerName": "granted", "VersionNumber": made["Version"]}
    read = {"Action": "lambda:GetLayerVersion", **version}
    assert refused(client.get_layer_version_policy, **version)[0] == "ResourceNotFoundException"

    first = client.add_layer_version_permission(StatementId="all", Principal="*", **read)
    second = client.add_layer_version_permission(
        StatementId="one", Principal="210987654321", RevisionId=first["RevisionId"], **read
    )
    told = client.get_layer_version_policy(**version)
    statements = json.loads(told["Policy"])["Statement"]

    assert json.loads(second["Statement"]) == statements[1]
    assert [each["Principal"] for each in statements] == ["*", {"AWS": "arn:aws:iam::210987654321:root"}]
    assert {each["Resource"] for each in statements} == {made["LayerVersionArn"]}
    assert (
        told["RevisionId"] == second["RevisionId"] == client.get_layer_version_policy(**version)["RevisionId"]
    )
    stale = {"StatementId": "one", "RevisionId": first["RevisionId"], **version}
    assert refused(client.remove_layer_version_permission, **stale)[0] == "PreconditionFailedException"
    again = {"StatementId": "one", "Principal": "*", **read}
    assert refused(client.add_layer_version_permission, **again)[0] == "ResourceConflictException"
    client.remove_layer_version_permission(**stale | {"RevisionId": told["RevisionId"]})
    gone = {"StatementId": "one", **version}
    assert refused(client.remove_layer_version_permission, **gone)[0] == "ResourceNotFoundException"
