"""Each way a stack can be wrong, made on a real twin and fixed again, and the check that sees it."""

from __future__ import annotations

import io
import json
import urllib.request
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

ACCOUNT = "123456789012"
BASE = "shop-local"
CHARGE = f"{BASE}-charge"
BUCKET = f"{BASE}-artifacts-{ACCOUNT}-us-east-1"
TABLE = f"{BASE}-ledger"
CHARGE_ROLE = f"{CHARGE}-function"
MANAGED = "arn:aws:iam::aws:policy"

Client = Callable[[str], Any]


@dataclass(frozen=True)
class Fault:
    """One thing done to the stack, the checks that see it, and words of what they say."""

    name: str
    broken: Callable[[Client], Any]
    checks: frozenset[str]
    says: str


FAULTS: list[Fault] = []


def fault(*checks: str, says: str) -> Callable[[Callable[[Client], Iterator[None]]], Any]:
    """Add a generator that breaks something, yields, and fixes it to the table."""

    def add(generator: Callable[[Client], Iterator[None]]) -> Any:
        name = generator.__name__
        FAULTS.append(Fault(name, contextmanager(generator), frozenset(checks), says))
        return generator

    return add


def allow(*actions: str, resource: str = "*") -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@contextmanager
def attached(client: Client, role: str, document: str) -> Iterator[None]:
    """A customer-managed policy more."""
    iam = client("iam")
    arn = iam.create_policy(PolicyName="surplus", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    yield
    iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)


@contextmanager
def aws_policy(client: Client, role: str, path: str) -> Iterator[None]:
    iam, arn = client("iam"), f"{MANAGED}/{path}"
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    yield
    iam.detach_role_policy(RoleName=role, PolicyArn=arn)


@contextmanager
def detached(client: Client, role: str, arn: str) -> Iterator[None]:
    iam = client("iam")
    iam.detach_role_policy(RoleName=role, PolicyArn=arn)
    yield
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)


@contextmanager
def trusting(client: Client, role: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """The role's one trust statement, changed."""
    iam = client("iam")
    before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    after = json.loads(json.dumps(before))
    change(after["Statement"][0])
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(after))
    yield
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(before))


@contextmanager
def piped(client: Client, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """The pipeline's declaration, changed."""
    pipelines = client("codepipeline")
    before = pipelines.get_pipeline(name=BASE)["pipeline"]
    after = json.loads(json.dumps(before))
    change(after)
    pipelines.update_pipeline(pipeline=after)
    yield
    pipelines.update_pipeline(pipeline=before)


@contextmanager
def alarming(client: Client, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """The alarm of charge, changed."""
    cloudwatch = client("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmNames=[f"{CHARGE}-errors"])["MetricAlarms"][0]
    state = ("AlarmArn", "AlarmConfigurationUpdatedTimestamp", "EvaluationState")
    before = {
        name: value
        for name, value in found.items()
        if not name.startswith("State") and name not in state and value != []
    }
    after = json.loads(json.dumps(before))
    change(after)
    cloudwatch.put_metric_alarm(**after)
    yield
    cloudwatch.put_metric_alarm(**before)


def dimensions(alarm: dict[str, Any]) -> Iterator[list[dict[str, str]]]:
    for query in alarm["Metrics"]:
        if "MetricStat" in query:
            yield query["MetricStat"]["Metric"]["Dimensions"]


@contextmanager
def built(client: Client, **change: Any) -> Iterator[None]:
    project = client("codebuild").batch_get_projects(names=[f"{BASE}-build"])["projects"][0]
    client("codebuild").update_project(name=f"{BASE}-build", **change)
    yield
    client("codebuild").update_project(
        name=f"{BASE}-build", source=project["source"], environment=project["environment"]
    )


@contextmanager
def grouped(client: Client, **change: Any) -> Iterator[None]:
    deploy, name = client("codedeploy"), {"applicationName": BASE, "currentDeploymentGroupName": CHARGE}
    before = deploy.get_deployment_group(applicationName=BASE, deploymentGroupName=CHARGE)
    deploy.update_deployment_group(**name, **change)
    yield
    info = before["deploymentGroupInfo"]
    deploy.update_deployment_group(**name, **{member: info[member] for member in change})


@contextmanager
def environment(client: Client, function: str, change: Mapping[str, str | None]) -> Iterator[None]:
    functions = client("lambda")
    before = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    after = {name: value for name, value in {**before, **change}.items() if value is not None}
    set_environment(functions, function, after)
    yield
    set_environment(functions, function, before)


def set_environment(functions: Any, function: str, variables: Mapping[str, str]) -> None:
    functions.update_function_configuration(FunctionName=function, Environment={"Variables": variables})
    functions.get_waiter("function_updated_v2").wait(
        FunctionName=function, WaiterConfig={"Delay": 0, "MaxAttempts": 500}
    )


@contextmanager
def topic_policy(client: Client, change: Callable[[list[dict[str, Any]]], None]) -> Iterator[None]:
    sns, arn = client("sns"), f"arn:aws:sns:us-east-1:{ACCOUNT}:{BASE}-releases"
    before = sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"]
    after = json.loads(before)
    change(after["Statement"])
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(after))
    yield
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=before)


# Credentials in plain sight.


@fault("build.no-credentials", says="in plain text: SOURCE_TOKEN")
def a_token_in_the_builds_environment(client: Client) -> Iterator[None]:
    project = client("codebuild").batch_get_projects(names=[f"{BASE}-build"])["projects"][0]
    variables = [{"name": "SOURCE_TOKEN", "value": "ghp_" + 36 * "a", "type": "PLAINTEXT"}]
    with built(client, environment={**project["environment"], "environmentVariables": variables}):
        yield


@fault("functions.no-credentials", says="in plain text: SOURCE_TOKEN")
def a_token_in_a_functions_environment(client: Client) -> Iterator[None]:
    with environment(client, CHARGE, {"SOURCE_TOKEN": "github_pat_" + 40 * "a"}):
        yield


# CodeDeploy's role.


@fault("roles.codedeploy-policy", says="service-role/AWSCodeDeployRole is attached, which is not for Lambda")
def the_wrong_managed_policy_on_codedeploys_role(client: Client) -> Iterator[None]:
    right = f"{MANAGED}/service-role/AWSCodeDeployRoleForLambdaLimited"
    with (
        detached(client, f"{BASE}-codedeploy", right),
        aws_policy(client, f"{BASE}-codedeploy", "service-role/AWSCodeDeployRole"),
    ):
        yield


@fault("roles.codedeploy-policy", says="no lambda:UpdateAlias on")
def no_policy_on_codedeploys_role(client: Client) -> Iterator[None]:
    with detached(client, f"{BASE}-codedeploy", f"{MANAGED}/service-role/AWSCodeDeployRoleForLambdaLimited"):
        yield


# Aliases and deployment groups.


@fault("traffic.alias", says="there is no alias live")
def a_function_without_its_alias(client: Client) -> Iterator[None]:
    functions = client("lambda")
    before = functions.get_alias(FunctionName=CHARGE, Name="live")
    functions.delete_alias(FunctionName=CHARGE, Name="live")
    yield
    functions.create_alias(FunctionName=CHARGE, Name="live", FunctionVersion=before["FunctionVersion"])


@contextmanager
def alias_at(client: Client, **change: Any) -> Iterator[None]:
    functions = client("lambda")
    version = functions.get_alias(FunctionName=CHARGE, Name="live")["FunctionVersion"]
    functions.update_alias(FunctionName=CHARGE, Name="live", **change)
    yield
    functions.update_alias(
        FunctionName=CHARGE,
        Name="live",
        FunctionVersion=version,
        RoutingConfig={"AdditionalVersionWeights": {}},
    )


@fault("traffic.numbered-version", "alarms.watches-live", says="it points at version $LATEST")
def an_alias_on_latest(client: Client) -> Iterator[None]:
    with alias_at(client, FunctionVersion="$LATEST"):
        yield


@fault("traffic.not-split", says="10 % on version 1, and no deployment is under way")
def an_alias_left_split(client: Client) -> Iterator[None]:
    with alias_at(client, RoutingConfig={"AdditionalVersionWeights": {"1": 0.1}}):
        yield


@fault("traffic.alarm-stops", says="alarms are off")
def a_group_whose_alarm_is_off(client: Client) -> Iterator[None]:
    with grouped(client, alarmConfiguration={"enabled": False, "alarms": [{"name": f"{CHARGE}-errors"}]}):
        yield


@fault("traffic.alarm-stops", says=f"the group does not watch {CHARGE}-errors")
def a_group_that_watches_another_alarm(client: Client) -> Iterator[None]:
    with grouped(client, alarmConfiguration={"enabled": True, "alarms": [{"name": f"{BASE}-refund-errors"}]}):
        yield


@fault("traffic.alarm-stops", says="an alarm that cannot be read is ignored")
def a_group_that_ignores_an_unreadable_alarm(client: Client) -> Iterator[None]:
    with grouped(
        client,
        alarmConfiguration={
            "enabled": True,
            "ignorePollAlarmFailure": True,
            "alarms": [{"name": f"{CHARGE}-errors"}],
        },
    ):
        yield


@fault("traffic.rollback", says="automatic rollback is off")
def a_group_that_does_not_roll_back(client: Client) -> Iterator[None]:
    with grouped(client, autoRollbackConfiguration={"enabled": False, "events": []}):
        yield


@fault("traffic.rollback", says="not on DEPLOYMENT_STOP_ON_ALARM")
def a_group_that_does_not_roll_back_on_its_alarm(client: Client) -> Iterator[None]:
    events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_REQUEST"]
    with grouped(client, autoRollbackConfiguration={"enabled": True, "events": events}):
        yield


@fault("traffic.group", says="there is no deployment group")
def a_function_without_its_deployment_group(client: Client) -> Iterator[None]:
    deploy = client("codedeploy")
    names = {"applicationName": BASE, "deploymentGroupName": CHARGE}
    before = deploy.get_deployment_group(**names)["deploymentGroupInfo"]
    deploy.delete_deployment_group(**names)
    yield
    kept = ("deploymentConfigName", "serviceRoleArn", "alarmConfiguration")
    kept += ("autoRollbackConfiguration", "deploymentStyle")
    deploy.create_deployment_group(**names, **{member: before[member] for member in kept})


# Alarms.


@fault("alarms.missing-data", says="treatMissingData is missing")
def an_alarm_that_does_not_say_what_silence_means(client: Client) -> Iterator[None]:
    with alarming(client, lambda alarm: alarm.pop("TreatMissingData")):
        yield


@fault("alarms.receives-data", says="Lambda publishes no Errors under ExecutedVersion + FunctionName")
def an_alarm_that_never_gets_data(client: Client) -> Iterator[None]:
    def change(alarm: dict[str, Any]) -> None:
        for each in dimensions(alarm):
            each[:] = [one for one in each if one["Name"] != "Resource"]

    with alarming(client, change):
        yield


@fault("alarms.watches-live", says="it watches version 1, and traffic goes to version 2")
def an_alarm_on_a_version_without_traffic(client: Client) -> Iterator[None]:
    def change(alarm: dict[str, Any]) -> None:
        for each in dimensions(alarm):
            for one in each:
                one["Value"] = "1" if one["Name"] == "ExecutedVersion" else one["Value"]

    with alarming(client, change):
        yield


@fault("alarms.alarm", says="there is no such alarm")
def a_function_without_its_alarm(client: Client) -> Iterator[None]:
    with alarming(client, lambda alarm: None):
        client("cloudwatch").delete_alarms(AlarmNames=[f"{CHARGE}-errors"])
        yield


# Functions.


@fault("functions.table-name", says="its configuration has no DEPLOYMENT_TABLE_NAME")
def a_function_that_does_not_know_its_table(client: Client) -> Iterator[None]:
    with environment(client, CHARGE, {"DEPLOYMENT_TABLE_NAME": None}):
        yield


@fault("functions.table-name", says="DEPLOYMENT_TABLE_NAME 'another'")
def a_function_with_another_table(client: Client) -> Iterator[None]:
    with environment(client, CHARGE, {"DEPLOYMENT_TABLE_NAME": "another"}):
        yield


@fault("functions.log-retention", says=f"/aws/lambda/{CHARGE} keeps everything for ever")
def a_functions_logs_kept_for_ever(client: Client) -> Iterator[None]:
    client("logs").delete_retention_policy(logGroupName=f"/aws/lambda/{CHARGE}")
    yield
    client("logs").put_retention_policy(logGroupName=f"/aws/lambda/{CHARGE}", retentionInDays=30)


@fault("functions.log-retention", says=f"log group /aws/lambda/{CHARGE} does not exist")
def a_function_without_its_log_group(client: Client) -> Iterator[None]:
    client("logs").delete_log_group(logGroupName=f"/aws/lambda/{CHARGE}")
    yield
    client("logs").create_log_group(logGroupName=f"/aws/lambda/{CHARGE}")
    client("logs").put_retention_policy(logGroupName=f"/aws/lambda/{CHARGE}", retentionInDays=30)


# Roles.


@fault(
    "roles.writes-ledger", says=f"no dynamodb:PutItem on arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{TABLE}"
)
def a_function_that_cannot_write_the_table(client: Client) -> Iterator[None]:
    with detached(client, CHARGE_ROLE, f"arn:aws:iam::{ACCOUNT}:policy/{BASE}-function"):
        yield


@fault("roles.nothing-more", says=f"surplus allows s3:GetObject on arn:aws:s3:::{BUCKET}/x")
def a_function_that_can_do_more(client: Client) -> Iterator[None]:
    with attached(client, CHARGE_ROLE, allow("s3:GetObject", resource=f"arn:aws:s3:::{BUCKET}/x")):
        yield


@fault("roles.managed-policies", says="AmazonDynamoDBFullAccess_v2 is attached")
def an_over_broad_managed_policy(client: Client) -> Iterator[None]:
    with aws_policy(client, CHARGE_ROLE, "AmazonDynamoDBFullAccess_v2"):
        yield


@fault("roles.no-inline", says="inline policy extra")
def an_inline_policy(client: Client) -> Iterator[None]:
    document = allow("dynamodb:Scan", resource=f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/{TABLE}")
    client("iam").put_role_policy(RoleName=CHARGE_ROLE, PolicyName="extra", PolicyDocument=document)
    yield
    client("iam").delete_role_policy(RoleName=CHARGE_ROLE, PolicyName="extra")


@fault("roles.no-wildcard-actions", says="surplus allows s3:Get*")
def a_wildcard_action(client: Client) -> Iterator[None]:
    with attached(client, f"{BASE}-recorder", allow("s3:Get*", resource=f"arn:aws:s3:::{BUCKET}/x")):
        yield


@fault("roles.resources-named", says="surplus allows s3:GetObject on *")
def a_resource_that_could_have_been_named(client: Client) -> Iterator[None]:
    with attached(client, f"{BASE}-recorder", allow("s3:GetObject")):
        yield


@fault("roles.build-cannot-deploy", says="it may lambda:UpdateFunctionCode")
def a_build_that_can_deploy(client: Client) -> Iterator[None]:
    everywhere = allow("lambda:UpdateFunctionCode", resource="arn:aws:lambda:*:*:function:*")
    with attached(client, f"{BASE}-build", everywhere):
        yield


@fault("roles.can-work", says="no codedeploy:PutLifecycleEventHookExecutionStatus on")
def a_hook_that_cannot_report(client: Client) -> Iterator[None]:
    with detached(client, f"{BASE}-before-hook", f"arn:aws:iam::{ACCOUNT}:policy/{BASE}-hook"):
        yield


@fault("roles.confused-deputy", says="asks neither for aws:SourceAccount nor for aws:SourceArn")
def a_role_any_account_can_have_used(client: Client) -> Iterator[None]:
    with trusting(client, f"{BASE}-codedeploy", lambda statement: statement.pop("Condition")):
        yield


@fault("roles.confused-deputy", says="asks for account 999999999999")
def a_role_for_another_account(client: Client) -> Iterator[None]:
    other = {"StringEquals": {"aws:SourceAccount": "999999999999"}}
    with trusting(client, CHARGE_ROLE, lambda statement: statement.update(Condition=other)):
        yield


@fault("roles.one-service", says="also ec2.amazonaws.com")
def a_role_for_two_services(client: Client) -> Iterator[None]:
    both = {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}
    with trusting(client, CHARGE_ROLE, lambda statement: statement.update(Principal=both)):
        yield


# The bucket.


@fault("artifacts.versioning", says="versioning is Suspended")
def a_bucket_without_versions(client: Client) -> Iterator[None]:
    s3 = client("s3")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})
    yield
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})


@fault("artifacts.public-access", says="off: BlockPublicAcls, BlockPublicPolicy")
def a_bucket_that_may_be_opened(client: Client) -> Iterator[None]:
    s3 = client("s3")
    before = s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"]
    s3.delete_public_access_block(Bucket=BUCKET)
    yield
    s3.put_public_access_block(Bucket=BUCKET, PublicAccessBlockConfiguration=before)


@fault("artifacts.encryption", says="no default encryption")
def a_bucket_without_encryption(client: Client) -> Iterator[None]:
    s3 = client("s3")
    before = s3.get_bucket_encryption(Bucket=BUCKET)["ServerSideEncryptionConfiguration"]
    s3.delete_bucket_encryption(Bucket=BUCKET)
    yield
    s3.put_bucket_encryption(Bucket=BUCKET, ServerSideEncryptionConfiguration=before)


@fault("artifacts.tls-only", says="the bucket has no policy")
def a_bucket_that_takes_plain_http(client: Client) -> Iterator[None]:
    s3 = client("s3")
    before = s3.get_bucket_policy(Bucket=BUCKET)["Policy"]
    s3.delete_bucket_policy(Bucket=BUCKET)
    yield
    s3.put_bucket_policy(Bucket=BUCKET, Policy=before)


@fault("artifacts.ownership", says="object ownership is not set")
def a_bucket_with_access_control_lists(client: Client) -> Iterator[None]:
    s3 = client("s3")
    before = s3.get_bucket_ownership_controls(Bucket=BUCKET)["OwnershipControls"]
    s3.delete_bucket_ownership_controls(Bucket=BUCKET)
    yield
    s3.put_bucket_ownership_controls(Bucket=BUCKET, OwnershipControls=before)


@fault("artifacts.old-versions", says="no rule removes them")
def a_bucket_that_keeps_every_version(client: Client) -> Iterator[None]:
    s3 = client("s3")
    before = s3.get_bucket_lifecycle_configuration(Bucket=BUCKET)["Rules"]
    s3.delete_bucket_lifecycle(Bucket=BUCKET)
    yield
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": before})


@fault("artifacts.build-kit", says="there is no build-kit/build-kit.zip")
def a_bucket_without_the_build_kit(client: Client) -> Iterator[None]:
    s3, key = client("s3"), "build-kit/build-kit.zip"
    marker = s3.delete_object(Bucket=BUCKET, Key=key)["VersionId"]
    yield
    s3.delete_object(Bucket=BUCKET, Key=key, VersionId=marker)


# The ledger.


@fault("ledger.time-to-live", says="rows expire by nothing")
def a_table_whose_rows_stay(client: Client) -> Iterator[None]:
    def switch(on: bool) -> None:
        client("dynamodb").update_time_to_live(
            TableName=TABLE, TimeToLiveSpecification={"Enabled": on, "AttributeName": "expiresAt"}
        )

    switch(False)
    yield
    switch(True)


@fault("ledger.recovery", says="DISABLED")
def a_table_that_cannot_be_restored(client: Client) -> Iterator[None]:
    def switch(on: bool) -> None:
        client("dynamodb").update_continuous_backups(
            TableName=TABLE, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
        )

    switch(False)
    yield
    switch(True)


@fault("ledger.indexes", says="there is no index byFunction")
def a_table_without_an_index(client: Client) -> Iterator[None]:
    table = client("dynamodb").describe_table(TableName=TABLE)["Table"]
    index = next(each for each in table["GlobalSecondaryIndexes"] if each["IndexName"] == "byFunction")
    create = {name: index[name] for name in ("IndexName", "KeySchema", "Projection")}

    def update(change: dict[str, Any]) -> None:
        client("dynamodb").update_table(
            TableName=TABLE,
            AttributeDefinitions=table["AttributeDefinitions"],
            GlobalSecondaryIndexUpdates=[change],
        )

    update({"Delete": {"IndexName": "byFunction"}})
    yield
    update({"Create": create})


# The build.


@fault("build.each-function", says="it runs npm for the whole repository")
def a_build_that_assumes_a_package_json(client: Client) -> Iterator[None]:
    spec = "version: 0.2\nphases:\n  build:\n    commands:\n    - npm ci\n    - npm test\n"
    with built(client, source={"type": "CODEPIPELINE", "buildspec": spec}):
        yield


@fault("build.unprivileged", says="privileged")
def a_privileged_build(client: Client) -> Iterator[None]:
    project = client("codebuild").batch_get_projects(names=[f"{BASE}-build"])["projects"][0]
    with built(client, environment={**project["environment"], "privilegedMode": True}):
        yield


@fault("build.log-retention", says=f"/aws/codebuild/{BASE}-build keeps everything for ever")
def a_builds_logs_kept_for_ever(client: Client) -> Iterator[None]:
    group = f"/aws/codebuild/{BASE}-build"
    client("logs").delete_retention_policy(logGroupName=group)
    yield
    client("logs").put_retention_policy(logGroupName=group, retentionInDays=30)


# The pipeline.


@fault("pipeline.polling", says="PollForSourceChanges is on")
def a_source_that_is_polled(client: Client) -> Iterator[None]:
    def change(pipeline: dict[str, Any]) -> None:
        pipeline["stages"][0]["actions"][1]["configuration"].pop("PollForSourceChanges")

    with piped(client, change):
        yield


@fault("pipeline.one-at-a-time", says="PARALLEL")
def releases_side_by_side(client: Client) -> Iterator[None]:
    with piped(client, lambda pipeline: pipeline.update(executionMode="PARALLEL")):
        yield


@fault("pipeline.order", "pipeline.controller", says="Source → Build → Publish → Move")
def a_stage_that_is_something_else(client: Client) -> Iterator[None]:
    with piped(client, lambda pipeline: pipeline["stages"][3].update(name="Move")):
        yield


@fault("pipeline.controller", says=f"Shift invokes {CHARGE}")
def a_step_that_calls_another_function(client: Client) -> Iterator[None]:
    def change(pipeline: dict[str, Any]) -> None:
        pipeline["stages"][3]["actions"][0]["configuration"]["FunctionName"] = CHARGE

    with piped(client, change):
        yield


@fault("pipeline.open", says="Shift is closed: holidays")
def a_stage_nobody_may_enter(client: Client) -> Iterator[None]:
    stage = {"pipelineName": BASE, "stageName": "Shift", "transitionType": "Inbound"}
    client("codepipeline").disable_stage_transition(**stage, reason="holidays")
    yield
    client("codepipeline").enable_stage_transition(**stage)


# Notices and hooks.


@fault("notifications.rule", says=f"rule {BASE}-alarms is disabled")
def a_rule_that_is_off(client: Client) -> Iterator[None]:
    client("events").disable_rule(Name=f"{BASE}-alarms")
    yield
    client("events").enable_rule(Name=f"{BASE}-alarms")


@fault("notifications.target", says=f"{BASE}-alarms has no target")
def a_rule_without_a_target(client: Client) -> Iterator[None]:
    events = client("events")
    before = events.list_targets_by_rule(Rule=f"{BASE}-alarms")["Targets"]
    events.remove_targets(Rule=f"{BASE}-alarms", Ids=["recorder"])
    yield
    events.put_targets(Rule=f"{BASE}-alarms", Targets=before)


@fault("notifications.pattern", says="another-pipeline")
def a_rule_about_another_pipeline(client: Client) -> Iterator[None]:
    events, name = client("events"), f"{BASE}-executions"
    before = events.describe_rule(Name=name)["EventPattern"]
    events.put_rule(Name=name, EventPattern=before.replace(BASE, "another-pipeline"))
    yield
    events.put_rule(Name=name, EventPattern=before)


@fault("notifications.admitted", says=f"does not admit {BASE}-builds by its ARN")
def a_rule_the_recorder_does_not_admit(client: Client) -> Iterator[None]:
    functions, name = client("lambda"), f"{BASE}-recorder"
    functions.remove_permission(FunctionName=name, StatementId="builds-rule")
    yield
    functions.add_permission(
        FunctionName=name,
        StatementId="builds-rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=f"arn:aws:events:us-east-1:{ACCOUNT}:rule/{BASE}-builds",
    )


@fault("notifications.topic-tls", says="no such statement")
def a_topic_that_takes_plain_http(client: Client) -> Iterator[None]:
    with topic_policy(client, lambda statements: statements.pop()):
        yield


@fault("notifications.publishers", says="everyone may publish")
def a_topic_open_to_everyone(client: Client) -> Iterator[None]:
    with topic_policy(client, lambda statements: statements[0].update(Principal="*")):
        yield


@fault("traffic.hook-moment", says="GREENSHIFT_HOOK is 'after'")
def a_hook_that_checks_the_wrong_moment(client: Client) -> Iterator[None]:
    with environment(client, f"CodeDeployHook_{BASE}-before", {"GREENSHIFT_HOOK": "after"}):
        yield


@fault("functions.there", "traffic.there", says="there is no function CodeDeployHook_")
def a_hook_under_another_name(client: Client) -> Iterator[None]:
    functions, name = client("lambda"), f"CodeDeployHook_{BASE}-before"
    found = functions.get_function(FunctionName=name)
    with urllib.request.urlopen(found["Code"]["Location"], timeout=10) as answer:
        code = answer.read()
    assert zipfile.is_zipfile(io.BytesIO(code))
    functions.delete_function(FunctionName=name)
    yield
    members = ("FunctionName", "Description", "Role", "Runtime", "Handler", "MemorySize", "Timeout")
    kept = {member: found["Configuration"][member] for member in members}
    variables = found["Configuration"]["Environment"]["Variables"]
    functions.create_function(**kept, Code={"ZipFile": code}, Environment={"Variables": variables})
