"""Every setting, deployed onto the twin and read back through boto3: what was said is what is there."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from greenshift.testing import RunningTwin

ACCOUNT = "123456789012"
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/developers"
SUBNETS = ["subnet-0a1b2c3d", "subnet-4e5f6a7b"]
MANAGED = "arn:aws:iam::aws:policy/"


def everything(key: str) -> dict[str, Any]:
    return {
        "functions": {
            "charge": {
                "reservedConcurrency": 7,
                "vpc": {"subnetIds": SUBNETS, "securityGroupIds": ["sg-0a1b2c3d"]},
                "tracing": True,
                "ephemeralStorage": 1024,
                "logRetentionDays": 90,
                "memory": 320,
                "timeout": 21,
                "environment": {"LIMIT": "3"},
                "alarm": {"threshold": 1.5, "evaluationPeriods": 3, "datapointsToAlarm": 2},
            },
            "refund": {},
        },
        "source": {
            "repository": "me/app",
            "branch": "trunk",
            "sharedDirectories": ["functions/refund/lib", "shared"],
            "triggers": {
                "push": [{"branches": {"includes": ["trunk", "release/**"]}}, {"tags": {"includes": ["v*"]}}],
                "pullRequests": [{"events": ["CLOSED"], "filePaths": {"excludes": ["docs/**"]}}],
                "functionPaths": True,
            },
        },
        "alarm": {"threshold": 4},
        "build": {
            "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
            "computeType": "BUILD_GENERAL1_MEDIUM",
            "timeout": 33,
            "environment": {"CI_LEVEL": "2"},
            "cache": {"type": "s3"},
        },
        "artifacts": {"expireDays": 9, "incompleteUploadDays": 2, "kmsKeyArn": key},
        "ledger": {"retentionDays": 90, "pointInTimeRecovery": False, "kmsKeyArn": key},
        "logs": {"retentionDays": 14, "kmsKeyArn": key},
        "notifications": {"emails": ["ops@example.org"], "kmsKeyArn": key},
        "approval": {"beforeShift": True, "timeout": 60, "message": "Look first."},
        "release": {"memory": 1536, "ephemeralStorage": 4096, "hookMemory": 384, "timeout": 600},
        "pipeline": {"executionMode": "SUPERSEDED"},
        "permissionsBoundary": BOUNDARY,
        "guardrails": {"inline-policy": "mandatory"},
        "tags": {"team": "money", **{f"label-{number}": "x" for number in range(11)}},
    }


@pytest.fixture(scope="module")
def key(twin: RunningTwin) -> str:
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    )
    twin.client("iam").create_policy(PolicyName="developers", PolicyDocument=document)
    return str(twin.client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(scope="module")
def layer(twin: RunningTwin) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("python/certificates.py", "NAMES = ['ours']\n")
    made = twin.client("lambda").publish_layer_version(
        LayerName="certificates", Content={"ZipFile": buffer.getvalue()}
    )
    return str(made["LayerVersionArn"])


@pytest.fixture(scope="module")
def before(twin: RunningTwin, key: str, layer: str) -> dict[str, list[str]]:
    return twin.resources()


@pytest.fixture(scope="module")
def stack(deployed: Callable[..., Any], key: str, layer: str, before: dict[str, list[str]]) -> Any:
    config = everything(key)
    config["functions"]["charge"]["layers"] = [layer]
    stack = deployed(config)
    (stack.root / "functions" / "refund" / "lib").mkdir()
    (stack.root / "shared").mkdir()
    stack.up()
    return stack


@pytest.fixture(scope="module")
def pipeline(stack: Any) -> dict[str, Any]:
    found: dict[str, Any] = stack.twin.client("codepipeline").get_pipeline(name=stack.name())["pipeline"]
    return found


def test_the_triggers_are_the_configured_ones_with_the_functions_paths(pipeline: dict[str, Any]) -> None:
    (trigger,) = pipeline["triggers"]

    paths = {"includes": ["functions/charge/**", "functions/refund/**", "shared/**"]}
    assert trigger["providerType"] == "CodeStarSourceConnection"
    assert trigger["gitConfiguration"] == {
        "sourceActionName": "Source",
        "push": [
            {"branches": {"includes": ["trunk", "release/**"]}, "filePaths": paths},
            {"tags": {"includes": ["v*"]}},
        ],
        "pullRequest": [
            {
                "events": ["CLOSED"],
                "branches": {"includes": ["trunk"]},
                "filePaths": {"excludes": ["docs/**"]},
            }
        ],
    }


def test_a_person_is_asked_between_publish_and_shift(stack: Any, pipeline: dict[str, Any]) -> None:
    assert [stage["name"] for stage in pipeline["stages"]] == [
        *("Source", "Build", "Publish", "Approve", "Shift"),
    ]
    (approve,) = pipeline["stages"][3]["actions"]
    assert approve["actionTypeId"] == {
        "category": "Approval",
        "owner": "AWS",
        "provider": "Manual",
        "version": "1",
    }
    assert approve["timeoutInMinutes"] == 60
    assert approve["configuration"] == {"CustomData": "Look first."}  # the recorder tells people


def test_the_pipeline_has_its_mode_and_the_key_of_its_artifacts(pipeline: dict[str, Any], key: str) -> None:
    assert pipeline["executionMode"] == "SUPERSEDED"
    assert pipeline["artifactStore"]["encryptionKey"] == {"id": key, "type": "KMS"}


def test_the_build_project_is_what_was_described(stack: Any, key: str) -> None:
    (project,) = stack.twin.client("codebuild").batch_get_projects(names=[stack.name("-build")])["projects"]

    environment = project["environment"]
    assert environment["image"] == "aws/codebuild/amazonlinux-x86_64-standard:5.0"
    assert environment["computeType"] == "BUILD_GENERAL1_MEDIUM"
    assert environment["environmentVariables"] == [{"name": "CI_LEVEL", "value": "2", "type": "PLAINTEXT"}]
    assert project["timeoutInMinutes"] == 33
    assert project["cache"] == {"type": "S3", "location": f"{stack.bucket}/build-cache"}
    assert project["encryptionKey"] == key
    assert "/root/.npm/**/*" in project["source"]["buildspec"]


def test_a_function_runs_as_it_was_described(stack: Any, layer: str) -> None:
    client = stack.twin.client("lambda")

    charge = client.get_function_configuration(FunctionName=stack.name("-charge"))
    reserved = client.get_function_concurrency(FunctionName=stack.name("-charge"))

    assert reserved["ReservedConcurrentExecutions"] == 7
    assert (charge["MemorySize"], charge["Timeout"]) == (320, 21)
    assert [each["Arn"] for each in charge["Layers"]] == [layer]
    assert charge["VpcConfig"]["SubnetIds"] == SUBNETS
    assert charge["VpcConfig"]["SecurityGroupIds"] == ["sg-0a1b2c3d"]
    assert charge["TracingConfig"] == {"Mode": "Active"}
    assert charge["EphemeralStorage"] == {"Size": 1024}
    assert charge["Environment"]["Variables"]["LIMIT"] == "3"
    refund = client.get_function_configuration(FunctionName=stack.name("-refund"))
    assert (refund["TracingConfig"], refund["EphemeralStorage"]) == ({"Mode": "PassThrough"}, {"Size": 512})


def attached(stack: Any, role: str) -> set[str]:
    found = stack.twin.client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    return {policy["PolicyArn"].removeprefix(MANAGED) for policy in found}


def test_vpc_and_tracing_bring_their_policies_and_only_where_they_are_asked_for(stack: Any) -> None:
    network = f"arn:aws:iam::{ACCOUNT}:policy/{stack.name('-function-network')}"
    needed = {network, "AWSXRayDaemonWriteAccess"}

    assert needed <= attached(stack, stack.name("-charge-function"))
    assert needed & attached(stack, stack.name("-refund-function")) == set()


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        ("pipeline", {"artifacts"}),
        ("build", {"artifacts"}),
        ("controller", {"artifacts", "ledger", "topic"}),
        ("before-hook", set()),
        ("recorder", {"ledger", "topic"}),
        ("charge-function", {"ledger"}),
        ("codedeploy", set()),
    ],
)
def test_a_role_may_use_the_keys_of_what_it_touches_and_no_others(
    stack: Any, role: str, keys: set[str]
) -> None:
    own = {f"arn:aws:iam::{ACCOUNT}:policy/{stack.name(f'-{what}-key')}" for what in keys}

    assert {arn for arn in attached(stack, stack.name(f"-{role}")) if arn.endswith("-key")} == own


def test_every_role_has_the_boundary(stack: Any) -> None:
    client = stack.twin.client("iam")
    roles = [role["RoleName"] for role in client.list_roles()["Roles"] if stack.name() in role["RoleName"]]

    assert len(roles) == 9
    for name in roles:
        role = client.get_role(RoleName=name)["Role"]
        assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == BOUNDARY


def test_one_functions_alarm_has_what_only_it_says_and_the_rest_from_everybody(stack: Any) -> None:
    names = [stack.name("-charge-errors"), stack.name("-refund-errors")]
    found = stack.twin.client("cloudwatch").describe_alarms(AlarmNames=names)["MetricAlarms"]
    charge, refund = sorted(found, key=lambda alarm: str(alarm["AlarmName"]))

    assert (charge["Threshold"], charge["EvaluationPeriods"], charge["DatapointsToAlarm"]) == (1.5, 3, 2)
    assert (refund["Threshold"], refund["EvaluationPeriods"], refund["DatapointsToAlarm"]) == (4.0, 1, 1)


def test_the_bucket_has_its_key_and_tidies_itself_as_told(stack: Any, key: str) -> None:
    client = stack.twin.client("s3")

    rules = client.get_bucket_encryption(Bucket=stack.bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": key,
    }
    found = client.get_bucket_lifecycle_configuration(Bucket=stack.bucket)["Rules"]
    lifecycle = {rule["ID"]: rule for rule in found}
    assert lifecycle["packages"]["Expiration"]["Days"] == 9
    assert lifecycle["build-cache"]["Filter"] == {"Prefix": "build-cache/"}
    assert lifecycle["old-versions"]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}


def test_the_ledger_has_its_key_and_no_recovery(stack: Any, key: str) -> None:
    client = stack.twin.client("dynamodb")
    table = client.describe_table(TableName=stack.name("-ledger"))["Table"]
    backups = client.describe_continuous_backups(TableName=stack.name("-ledger"))

    assert table["SSEDescription"]["KMSMasterKeyArn"] == key
    assert table.get("DeletionProtectionEnabled", False) is False
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "DISABLED"


def test_log_groups_keep_what_they_were_told_under_their_key(stack: Any, key: str) -> None:
    found = stack.twin.client("logs").describe_log_groups()["logGroups"]
    groups = {group["logGroupName"]: group for group in found if stack.name() in group["logGroupName"]}

    days = {name: group["retentionInDays"] for name, group in groups.items()}
    assert days.pop(f"/aws/lambda/{stack.name('-charge')}") == 90
    assert len(days) == 6
    assert set(days.values()) == {14}
    assert {group.get("kmsKeyId") for group in groups.values()} == {key}


def test_the_topic_has_its_key_and_everyone_who_wants_to_hear(stack: Any, key: str) -> None:
    client, arn = stack.twin.client("sns"), f"arn:aws:sns:us-east-1:{ACCOUNT}:{stack.name('-releases')}"

    assert client.get_topic_attributes(TopicArn=arn)["Attributes"]["KmsMasterKeyId"] == key
    heard = client.list_subscriptions_by_topic(TopicArn=arn)["Subscriptions"]
    assert [(each["Protocol"], each["Endpoint"]) for each in heard] == [("email", "ops@example.org")]


def test_the_functions_of_a_release_have_their_sizes(stack: Any) -> None:
    client = stack.twin.client("lambda")

    def size(name: str) -> tuple[int, int, int]:
        found = client.get_function_configuration(FunctionName=name)
        return found["MemorySize"], found["EphemeralStorage"]["Size"], found["Timeout"]

    assert size(stack.name("-controller")) == (1536, 4096, 600)
    assert size(f"CodeDeployHook_{stack.name('-before')}") == (384, 512, 600)
    assert size(stack.name("-recorder")) == (256, 512, 600)


def test_the_tags_are_on_it(stack: Any) -> None:
    arn = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{stack.name('-charge')}"

    tags = stack.twin.client("lambda").list_tags(Resource=arn)["Tags"]

    mine = {name: value for name, value in tags.items() if not name.startswith("label-")}
    assert mine == {"team": "money", "greenshift:project": "shop", "greenshift:stack": "local"}


def test_a_second_up_changes_nothing(stack: Any) -> None:
    changes = dict(stack.up().changes)

    assert {op for op, count in changes.items() if count} <= {"same"}


def test_all_of_it_can_be_taken_back_to_the_defaults(stack: Any) -> None:
    source = {"repository": "me/app", "branch": "trunk"}
    functions = {key: {} for key in stack.config["functions"]}
    stack.config = {"functions": functions, "source": source}

    stack.up()

    pipeline = stack.twin.client("codepipeline").get_pipeline(name=stack.name())["pipeline"]
    assert not pipeline.get("triggers")
    assert [stage["name"] for stage in pipeline["stages"]] == ["Source", "Build", "Publish", "Shift"]
    charge = stack.twin.client("lambda").get_function_configuration(FunctionName=stack.name("-charge"))
    assert charge["TracingConfig"] == {"Mode": "PassThrough"}
    assert not charge.get("VpcConfig", {}).get("SubnetIds")
    assert (
        stack.twin.client("lambda")
        .get_function_concurrency(FunctionName=stack.name("-charge"))
        .get("ReservedConcurrentExecutions")
        is None
    )
    assert attached(stack, stack.name("-build")) == {
        f"arn:aws:iam::{ACCOUNT}:policy/{stack.name('-build')}",
    }
    role = stack.twin.client("iam").get_role(RoleName=stack.name("-pipeline"))["Role"]
    assert "PermissionsBoundary" not in role
    groups = stack.twin.client("logs").describe_log_groups()["logGroups"]
    assert {group.get("kmsKeyId") for group in groups if stack.name() in group["logGroupName"]} == {None}


def test_destroy_leaves_nothing(stack: Any, before: dict[str, list[str]]) -> None:
    stack.engine().destroy()

    assert stack.twin.resources() == before
