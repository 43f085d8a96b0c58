"""What a stack asks for: every resource, its parent and options, and the rules no configuration breaks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

# The SDK warns of its own old classes while its modules are imported.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:(aws\.)?(s3|lambda)\S+ has been deprecated in favor of:DeprecationWarning"
)

Deploy = Callable[..., Any]

COMPONENTS = {
    "ArtifactStore": "delivery",
    "BuildProject": "delivery",
    "Ledger": "delivery",
    "Notices": "control",
    "ReleaseControl": "delivery",
    "ServiceFunction": "delivery",
    "SourceConnection": "delivery",
}
# Types CloudFormation and Pulumi let carry no tags.
UNTAGGED = {
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:codedeploy/deploymentConfig:DeploymentConfig",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    "aws:lambda/alias:Alias",
    "aws:lambda/permission:Permission",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    "aws:s3/bucketPolicy:BucketPolicy",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketVersioning:BucketVersioning",
    "aws:sns/topicPolicy:TopicPolicy",
    "aws:sns/topicSubscription:TopicSubscription",
}


def statements(run: Any) -> Iterator[dict[str, Any]]:
    for policy in run.of(":Policy"):
        yield from policy.json("policy")["Statement"]


def test_a_stack_of_two_functions_is_exactly_these_resources(deploy: Deploy) -> None:
    counted = Counter(each.type.split(":")[-1] for each in deploy().resources)

    assert counted == {
        "Stack": 1,
        "DeliveryPipeline": 1,
        **dict.fromkeys(COMPONENTS, 1),
        "ServiceFunction": 2,
        "Bucket": 1,
        "BucketVersioning": 1,
        "BucketServerSideEncryptionConfiguration": 1,
        "BucketPublicAccessBlock": 1,
        "BucketOwnershipControls": 1,
        "BucketLifecycleConfiguration": 1,
        "BucketPolicy": 1,
        "BucketObjectv2": 1,
        "Table": 1,
        "Role": 9,  # pipeline, build, codedeploy, controller, two hooks, recorder, two functions
        "Policy": 7,  # pipeline, build, controller, hook, recorder, function
        "RolePolicyAttachment": 11,
        "LogGroup": 7,
        "Function": 6,
        "Alias": 2,
        "MetricAlarm": 2,
        "Application": 1,
        "DeploymentConfig": 1,
        "DeploymentGroup": 2,
        "EventRule": 5,
        "EventTarget": 5,
        "Permission": 5,
        "Topic": 1,
        "TopicPolicy": 1,
        "Project": 1,
        "ReportGroup": 1,
        "Connection": 1,
        "Pipeline": 1,
    }


def test_every_resource_has_the_parent_it_belongs_to(deploy: Deploy) -> None:
    run = deploy()

    for word, parent in COMPONENTS.items():
        assert {each.parent for each in run.of(f":{word}")} == {parent}
    components = {each.name for each in run.resources if not each.custom}
    assert all(each.parent in components - {"payments-prod"} for each in run.resources if each.custom)


def test_every_resource_has_a_name_of_its_stack_and_no_random_one(deploy: Deploy) -> None:
    named = [
        next(each.inputs[key] for key in ("name", "bucket", "deploymentGroupName") if key in each.inputs)
        for each in deploy().resources
        if each.custom and ("name" in each.inputs or each.type.endswith(":Bucket"))
    ]

    assert len(named) > 40
    assert [name for name in named if "payments-prod" not in name and name != "live"] == []


def test_everything_that_takes_tags_has_the_users_and_the_stacks(deploy: Deploy) -> None:
    for resource in deploy().resources:
        if resource.custom and resource.type not in UNTAGGED:
            assert resource.inputs["tags"] == {
                "team": "money",
                "greenshift:project": "payments",
                "greenshift:stack": "prod",
            }, resource.name


def test_the_build_kit_has_no_tags_since_an_object_takes_ten(deploy: Deploy) -> None:
    run = deploy({"tags": {f"label-{number}": "x" for number in range(48)}})

    assert "tags" not in run.one(":BucketObjectv2", "build-kit").inputs
    assert len(run.one(":Bucket", "bucket").inputs["tags"]) == 50


def test_no_policy_is_inline(deploy: Deploy) -> None:
    run = deploy()

    assert run.of(":RolePolicy") == []
    for role in run.of(":Role"):
        assert not {"inlinePolicies", "managedPolicyArns"} & set(role.inputs)


def test_every_principal_has_a_role_of_its_own(deploy: Deploy) -> None:
    run = deploy()

    used = [each.inputs["role"] for each in run.of(":Function")]
    used += [run.one(":Project").inputs["serviceRole"], run.one(":Pipeline").inputs["roleArn"]]
    used += {each.inputs["serviceRoleArn"] for each in run.of(":DeploymentGroup")}
    assert len(set(used)) == len(used) == len(run.of(":Role"))


def test_the_one_aws_managed_policy_is_codedeploys(deploy: Deploy) -> None:
    attached = {each.inputs["policyArn"] for each in deploy().of(":RolePolicyAttachment")}

    assert {arn for arn in attached if arn.startswith("arn:aws:")} == {
        "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited",
    }


def test_no_policy_allows_an_action_by_wildcard(deploy: Deploy) -> None:
    actions = [action for each in statements(deploy()) for action in each["Action"]]

    assert len(actions) > 30
    assert [action for action in actions if "*" in action] == []


def test_only_what_cannot_be_scoped_is_allowed_on_everything(deploy: Deploy) -> None:
    unscoped = {
        action for each in statements(deploy()) if "*" in each["Resource"] for action in each["Action"]
    }

    assert unscoped == {
        "cloudwatch:DescribeAlarms",
        "cloudwatch:GetMetricData",
        "codepipeline:PutJobFailureResult",
        "codepipeline:PutJobSuccessResult",
    }


def test_codedeploy_moves_aliases_and_what_it_left_split_only_a_release_may_fix(deploy: Deploy) -> None:
    run = deploy()

    movers = [each for each in statements(run) if "lambda:UpdateAlias" in each["Action"]]
    assert [each["Sid"] for each in movers] == ["Aliases", "Aliases"]  # the controller's and the recorder's
    assert all("payments-prod-" in arn for each in movers for arn in each["Resource"])
    codedeploy = run.one(":RolePolicyAttachment", "codedeploy-shifting")
    assert codedeploy.inputs["role"] == "payments-prod-codedeploy"


def test_every_role_trusts_one_service_on_behalf_of_this_account_only(deploy: Deploy) -> None:
    for role in deploy().of(":Role"):
        (statement,) = role.json("assumeRolePolicy")["Statement"]
        assert list(statement["Principal"]) == ["Service"]
        assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": "123456789012"}


def test_the_condition_that_aws_shows_for_two_services_only_can_be_left_out_for_the_others(
    deploy: Deploy,
) -> None:
    run = deploy({"trustSourceAccount": False})

    for role in run.of(":Role"):
        (statement,) = role.json("assumeRolePolicy")["Statement"]
        is_documented = statement["Principal"]["Service"].startswith(("codebuild", "codedeploy"))
        assert ("Condition" in statement) is is_documented, role.name


def test_a_release_owns_code_and_traffic(deploy: Deploy) -> None:
    run = deploy()

    assert run.one(":Function", "charge-function").ignore_changes == [
        *("code", "sourceCodeHash", "codeSha256", "s3Bucket", "s3Key", "s3ObjectVersion", "imageUri"),
    ]
    assert run.one(":Alias", "charge-alias").ignore_changes == [
        *("description", "functionVersion", "routingConfig"),
    ]
    alarm = run.one(":MetricAlarm", "charge-alarm")
    assert alarm.ignore_changes == [
        f"metricQueries[{place}].metric.dimensions.ExecutedVersion"
        for place, query in enumerate(alarm.inputs["metricQueries"])
        if "metric" in query
    ], "the version each query names, and nothing else"
    assert run.one(":Function", "controller-function").ignore_changes == []


def test_an_alias_starts_on_the_version_that_was_published(deploy: Deploy) -> None:
    run = deploy()

    assert run.one(":Function", "charge-function").inputs["publish"] is True
    alias = run.one(":Alias", "charge-alias")
    assert (alias.inputs["name"], alias.inputs["functionVersion"]) == ("live", "1")


def test_a_function_is_made_as_it_was_described(deploy: Deploy) -> None:
    function = deploy({"functions": {"charge": {"memory": 512, "timeout": 3, "architecture": "arm64"}}}).one(
        ":Function", "charge-function"
    )

    inputs = function.inputs
    assert (inputs["name"], inputs["runtime"], inputs["handler"]) == (
        "payments-prod-charge",
        "nodejs22.x",
        "index.handler",
    )
    assert (inputs["memorySize"], inputs["timeout"], inputs["architectures"]) == (512, 3, ["arm64"])
    assert inputs["environment"] == {"variables": {"DEPLOYMENT_TABLE_NAME": "payments-prod-ledger"}}


def test_a_log_group_and_the_roles_policies_come_before_a_function(deploy: Deploy) -> None:
    run = deploy()

    assert {"charge-log-group", "charge-logs", "charge-ledger"} <= set(
        run.one(":Function", "charge-function").depends_on
    )
    assert run.one(":LogGroup", "charge-log-group").inputs == {
        "name": "/aws/lambda/payments-prod-charge",
        "retentionInDays": 30,
        "tags": {"team": "money", "greenshift:project": "payments", "greenshift:stack": "prod"},
    }


def test_a_deployment_group_watches_the_alarm_and_rolls_back_on_everything(deploy: Deploy) -> None:
    group = deploy().one(":DeploymentGroup", "charge-deployment-group")

    assert group.inputs["appName"] == "payments-prod"
    assert group.inputs["deploymentGroupName"] == "payments-prod-charge"
    assert group.inputs["deploymentConfigName"] == "CodeDeployDefault.LambdaLinear10PercentEvery1Minute"
    assert group.inputs["deploymentStyle"] == {
        "deploymentType": "BLUE_GREEN",
        "deploymentOption": "WITH_TRAFFIC_CONTROL",
    }
    assert group.inputs["alarmConfiguration"] == {
        "enabled": True,
        "ignorePollAlarmFailure": False,
        "alarms": ["payments-prod-charge-errors"],
    }
    assert group.inputs["autoRollbackConfiguration"] == {
        "enabled": True,
        "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
    }
    assert {"charge-alias", "codedeploy-shifting"} <= set(group.depends_on)


def test_whoever_may_write_an_alarm_is_gone_before_the_alarm_is(deploy: Deploy) -> None:
    """PutMetricAlarm makes what is not there, so destroy takes the right to it away first."""
    run = deploy()
    writers = [each for each in run.of(":Policy") if "cloudwatch:PutMetricAlarm" in each.inputs["policy"]]

    assert sorted(each.name for each in writers) == ["controller-policy", "recorder-policy"]
    for writer in writers:
        assert {each.name for each in run.of(":MetricAlarm")} <= set(writer.depends_on)


def test_a_custom_strategy_gets_one_deployment_config_for_the_stack(deploy: Deploy) -> None:
    run = deploy({"rollout": "Canary7Percent3Minutes"})

    config = run.one(":DeploymentConfig")
    assert config.inputs == {
        "deploymentConfigName": "payments-prod-canary7percent3minutes",
        "computePlatform": "Lambda",
        "trafficRoutingConfig": {
            "type": "TimeBasedCanary",
            "timeBasedCanary": {"percentage": 7, "interval": 3},
        },
    }
    assert [each.inputs["deploymentConfigName"] for each in run.of(":DeploymentGroup")] == [
        "payments-prod-canary7percent3minutes"
    ] * 2
    assert "Canary7Percent3Minutes" in run.of(":DeploymentGroup")[0].depends_on


def test_a_predefined_strategy_needs_no_deployment_config(deploy: Deploy) -> None:
    run = deploy({"functions": {"charge": {}}, "rollout": "AllAtOnce"})

    assert run.of(":DeploymentConfig") == []
    assert run.one(":DeploymentGroup").inputs["deploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"


def test_the_alarm_is_what_was_configured(deploy: Deploy) -> None:
    alarm = deploy(
        {"alarm": {"threshold": 2.5, "period": 120, "evaluationPeriods": 3, "datapointsToAlarm": 2}}
    ).one(":MetricAlarm", "charge-alarm")

    assert alarm.inputs["name"] == "payments-prod-charge-errors"
    assert (alarm.inputs["threshold"], alarm.inputs["comparisonOperator"]) == (2.5, "GreaterThanThreshold")
    assert (alarm.inputs["evaluationPeriods"], alarm.inputs["datapointsToAlarm"]) == (3, 2)
    assert alarm.inputs["treatMissingData"] == "notBreaching"
    rate, errors, invocations = alarm.inputs["metricQueries"]
    # One error alone is 2.5 % of the 40 calls that a threshold of 2.5 % takes for granted: not above it.
    assert rate["expression"] == "IF(invocations > 40, 100 * errors / invocations, 100 * errors / 40)"
    assert [each["returnData"] for each in (rate, errors, invocations)] == [True, False, False]
    assert errors["metric"] == {
        "namespace": "AWS/Lambda",
        "metricName": "Errors",
        "period": 120,
        "stat": "Sum",
        "dimensions": {
            "FunctionName": "payments-prod-charge",
            "Resource": "payments-prod-charge:live",
            "ExecutedVersion": "1",
        },
    }
    assert invocations["metric"]["metricName"] == "Invocations"


def test_the_bucket_is_versioned_encrypted_private_and_goes_with_the_stack(deploy: Deploy) -> None:
    run = deploy()

    bucket = run.one(":Bucket")
    name = "payments-prod-artifacts-123456789012-eu-central-1"
    assert (bucket.inputs["bucket"], bucket.inputs["forceDestroy"]) == (name, True)
    assert run.one(":BucketVersioning").inputs["versioningConfiguration"] == {"status": "Enabled"}
    encryption = run.one(":BucketServerSideEncryptionConfiguration").inputs["rules"]
    assert encryption == [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    block = run.one(":BucketPublicAccessBlock").inputs
    assert [value for key, value in block.items() if key != "bucket"] == [True] * 4
    (tls,) = run.one(":BucketPolicy").json("policy")["Statement"]
    assert (tls["Effect"], tls["Principal"]) == ("Deny", "*")
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert tls["Resource"] == [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]


def test_the_build_kit_lies_where_the_pipeline_looks_for_it(deploy: Deploy) -> None:
    kit = deploy().one(":BucketObjectv2")

    assert kit.inputs["key"] == "build-kit/build-kit.zip"
    assert "versioning" in kit.depends_on
    assets = kit.inputs["source"]["assets"]
    assert "build_kit/__main__.py" in assets and "functions.json" in assets
    assert not [name for name in assets if "__pycache__" in name]
    assert list(json.loads(assets["functions.json"]["text"])["functions"]) == ["charge", "refund"]


@pytest.mark.parametrize("word", ["controller", "before-hook", "after-hook", "recorder"])
def test_the_control_functions_carry_the_release_code_and_its_targets(deploy: Deploy, word: str) -> None:
    function = deploy().one(":Function", f"{word}-function")

    assets = function.inputs["code"]["assets"]
    assert {"greenshift/__init__.py", "greenshift/release/__init__.py", "targets.json"} <= set(assets)
    assert not [name for name in assets if not name.startswith(("greenshift/", "targets.json"))]
    assert not [name for name in assets if "__pycache__" in name]
    assert function.inputs["runtime"] == "python3.13"
    assert function.inputs["environment"]["variables"]["DEPLOYMENT_TABLE_NAME"] == "payments-prod-ledger"


def test_the_hooks_are_one_code_under_names_codedeploy_may_invoke(deploy: Deploy) -> None:
    run = deploy()

    for moment in ("before", "after"):
        hook = run.one(":Function", f"{moment}-hook-function").inputs
        assert hook["name"] == f"CodeDeployHook_payments-prod-{moment}"
        assert hook["handler"] == "greenshift.release.hook.handler"
        assert hook["environment"]["variables"]["GREENSHIFT_HOOK"] == moment


def test_every_rule_may_invoke_the_recorder_and_no_other_rule_may(deploy: Deploy) -> None:
    run = deploy()

    for purpose in ("executions", "deployments", "builds", "alarms"):
        assert run.one(":EventTarget", f"{purpose}-target").inputs["arn"] == "arn:mock:recorder-function"
        permission = run.one(":Permission", f"{purpose}-permission").inputs
        assert permission["function"] == "payments-prod-recorder"
        assert permission["principal"] == "events.amazonaws.com"
        assert permission["sourceArn"] == f"arn:mock:{purpose}-rule"


def test_each_address_is_subscribed(deploy: Deploy) -> None:
    run = deploy({"notifications": {"emails": ["a@example.org", "b@example.org"]}})

    assert sorted(each.inputs["endpoint"] for each in run.of(":TopicSubscription")) == [
        "a@example.org",
        "b@example.org",
    ]


def test_the_table_has_both_indexes_ttl_and_recovery(deploy: Deploy) -> None:
    table = deploy().one(":Table").inputs

    assert (table["name"], table["hashKey"], table["billingMode"]) == (
        "payments-prod-ledger",
        "deploymentId",
        "PAY_PER_REQUEST",
    )
    assert [each["name"] for each in table["globalSecondaryIndexes"]] == ["byPipeline", "byFunction"]
    assert {each["name"] for each in table["attributes"]} == {
        *("deploymentId", "pipeline", "function", "startedAt"),
    }
    assert table["ttl"] == {"attributeName": "expiresAt", "enabled": True}
    assert table["pointInTimeRecovery"] == {"enabled": True}


def test_the_pipeline_is_v2_queued_and_starts_only_when_everything_is_there(deploy: Deploy) -> None:
    run = deploy()
    pipeline = run.one(":Pipeline")

    assert (pipeline.inputs["name"], pipeline.inputs["pipelineType"]) == ("payments-prod", "V2")
    assert pipeline.inputs["executionMode"] == "QUEUED"
    assert pipeline.inputs["artifactStores"] == [
        {"location": "payments-prod-artifacts-123456789012-eu-central-1", "type": "S3"}
    ]
    assert [stage["name"] for stage in pipeline.inputs["stages"]] == ["Source", "Build", "Publish", "Shift"]
    assert {
        *("build-kit", "pipeline-policy", "project", "controller-function", "recorder-function"),
        *("executions-target", "charge-deployment-group", "refund-deployment-group", "tls-only"),
    } <= set(pipeline.depends_on)


def test_a_connection_is_made_unless_there_is_one(deploy: Deploy) -> None:
    arn = "arn:aws:codeconnections:eu-central-1:123456789012:connection/0b8b0b2e"

    run = deploy({"source": {"repository": "me/app", "connectionArn": arn}})

    assert run.of(":Connection") == []
    (source, _) = run.one(":Pipeline").inputs["stages"][0]["actions"]
    assert source["provider"] == "CodeStarSourceConnection"
    assert source["configuration"]["ConnectionArn"] == arn
    use = next(each for each in statements(run) if each["Sid"] == "Connection")
    assert use["Resource"] == [arn]


def test_github_has_polling_off_and_a_signed_webhook(deploy: Deploy) -> None:
    run = deploy(
        {"source": {"provider": "github", "repository": "me/app", "branch": "trunk"}, "githubToken": "t0ken"}
    )

    (source, _) = run.one(":Pipeline").inputs["stages"][0]["actions"]
    assert (source["owner"], source["provider"]) == ("ThirdParty", "GitHub")
    assert source["configuration"]["PollForSourceChanges"] == "false"
    assert source["configuration"]["Owner"] == "me"
    assert is_secret(source["configuration"]["OAuthToken"], "t0ken")
    webhook = run.one(":Webhook").inputs
    assert (webhook["targetPipeline"], webhook["targetAction"]) == ("payments-prod", "Source")
    assert webhook["authentication"] == "GITHUB_HMAC"
    assert webhook["filters"] == [{"jsonPath": "$.ref", "matchEquals": "refs/heads/{Branch}"}]
    assert "t0ken" not in json.dumps(webhook)


def test_without_a_token_there_is_a_warning_and_no_stop_on_the_twin(
    deploy: Deploy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    monkeypatch.setenv("GREENSHIFT_ENGINE", "local")

    run = deploy({"source": {"provider": "github", "repository": "me/app"}})

    assert run.one(":Webhook")
    assert len(run.warnings) == 1
    assert "greenshift:githubToken is not set" in run.warnings[0]


def test_an_s3_source_may_be_the_users_own_bucket(deploy: Deploy) -> None:
    run = deploy({"source": {"provider": "s3", "bucket": "drop-box", "key": "in/app.zip"}})

    (source, _) = run.one(":Pipeline").inputs["stages"][0]["actions"]
    assert source["configuration"] == {
        "S3Bucket": "drop-box",
        "S3ObjectKey": "in/app.zip",
        "PollForSourceChanges": "true",
    }
    read = next(each for each in statements(run) if each["Sid"] == "Source")
    assert read["Resource"] == ["arn:aws:s3:::drop-box/*"]


def test_the_outputs_are_what_a_stack_exports(deploy: Deploy) -> None:
    assert deploy().outputs == {
        "pipelineName": "payments-prod",
        "pipelineConsoleUrl": (
            "https://eu-central-1.console.aws.amazon.com/codesuite/codepipeline/pipelines/"
            "payments-prod/view?region=eu-central-1"
        ),
        "deploymentTableName": "payments-prod-ledger",
        "artifactBucket": "payments-prod-artifacts-123456789012-eu-central-1",
        "controllerName": "payments-prod-controller",
        "topicArn": "arn:mock:topic",
        "functions": {
            key: {
                "name": f"payments-prod-{key}",
                "aliasArn": f"arn:mock:{key}-alias",
                "alarm": f"payments-prod-{key}-errors",
                "deploymentGroup": f"payments-prod-{key}",
                "rollout": rollout,
                "shiftMinutes": 9,
                "bakeMinutes": 0,
            }
            for key, rollout in (
                ("charge", "Linear10PercentEvery1Minute"),
                ("refund", "Canary7Percent3Minutes"),
            )
        },
    }


@pytest.mark.parametrize("preview", [True, False])
def test_a_rollout_too_short_for_its_alarm_is_said_before_anything_is_made(
    deploy: Deploy, preview: bool
) -> None:
    alone = {"functions": {"charge": {}}, "rollout": "AllAtOnce"}
    covered = deploy(alone, preview=preview)
    bare = deploy({**alone, "shift": {"bakeMinutes": 1}}, preview=preview)

    (told,) = covered.told
    assert told.startswith("charge: AllAtOnce is too short for its alarm: all traffic is on the new version")
    assert [line for line in covered.warnings if "too short" in line] == []
    assert [line for line in bare.warnings if line.startswith("charge: AllAtOnce is too short")]
    assert deploy(preview=preview).told == deploy(preview=preview).warnings == []


def test_variables_of_functions_configured_as_a_secret_stay_secret(deploy: Deploy) -> None:
    run = deploy(secret_keys=["functions"])

    variables = run.one(":Function", "charge-function").inputs["environment"]["variables"]
    assert is_secret(variables["LIMIT"], "3")
    assert variables["DEPLOYMENT_TABLE_NAME"] == "payments-prod-ledger"


def test_the_build_is_the_projects_own_when_it_has_one(deploy: Deploy) -> None:
    project = deploy({"build": {"buildspec": "buildspec.yml", "timeout": 45, "environment": {"A": "b"}}}).one(
        ":Project"
    )

    assert project.inputs["source"] == {"type": "CODEPIPELINE", "buildspec": "buildspec.yml"}
    assert project.inputs["buildTimeout"] == 45
    assert project.inputs["environment"]["environmentVariables"] == [
        {"name": "A", "value": "b", "type": "PLAINTEXT"}
    ]
    assert project.inputs["logsConfig"]["cloudwatchLogs"]["groupName"] == "/aws/codebuild/payments-prod-build"


def test_account_and_region_are_asked_for_once(deploy: Deploy) -> None:
    assert sorted(deploy().invokes) == [
        "aws:index/getCallerIdentity:getCallerIdentity",
        "aws:index/getRegion:getRegion",
    ]


def is_secret(value: Any, text: str) -> bool:
    """Pulumi marks a secret by this key on the wire (SDK, runtime/rpc.py)."""
    return bool(value["4dabf18193072939515e22adb298388d"]) and value["value"] == text
