"""Every judgement as a table: what was seen, what is said of it. No AWS, no twin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from greenshift.contract.policies import Statement
from greenshift.reading.alarms import Alarm, Metric
from greenshift.reading.buckets import Bucket
from greenshift.reading.builds import Project
from greenshift.reading.deployments import DeploymentGroup
from greenshift.reading.events import Rule, Topic
from greenshift.reading.functions import Alias, Configuration
from greenshift.reading.logs import LogGroup
from greenshift.reading.pipeline import Action, Declaration
from greenshift.reading.roles import Policy
from greenshift.reading.tables import Index, Table
from greenshift.verify.groups import (
    alarms,
    artifacts,
    build,
    functions,
    ledger,
    ledger_access,
    notifications,
    order,
    outputs,
    roles,
    traffic,
)
from greenshift.verify.groups.alarms import Watch
from greenshift.verify.groups.needs import Needs
from greenshift.verify.groups.outputs import Outputs
from greenshift.verify.reading.bucket import Artifacts
from greenshift.verify.reading.function import Function
from greenshift.verify.reading.notices import Listening
from greenshift.verify.reading.pipeline import Pipeline
from greenshift.verify.reading.project import Building
from greenshift.verify.reading.role import Role
from greenshift.verify.reading.source import Source
from greenshift.verify.reading.traffic import Traffic
from greenshift.verify.result import Verdict
from greenshift.view import FunctionOutputs, StackOutputs

ACCOUNT, REGION = "123456789012", "us-east-1"
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:shop-prod-releases"
TABLE_ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/shop-prod-ledger"
NO_TLS = {"Bool": {"aws:SecureTransport": "false"}}
NAME = f"shop-prod-artifacts-{ACCOUNT}-{REGION}"

BUCKET = Bucket(
    name=NAME,
    versioning="Enabled",
    open_settings=(),
    encryption="AES256",
    policy=(
        Statement(
            effect="Deny",
            actions=("s3:*",),
            resources=(f"arn:aws:s3:::{NAME}", f"arn:aws:s3:::{NAME}/*"),
            principal="*",
            condition=NO_TLS,
        ),
    ),
    ownership="BucketOwnerEnforced",
    noncurrent_days=30,
)
ARTIFACTS = Artifacts(BUCKET, ACCOUNT, REGION, "abc")
TABLE = Table(
    name="shop-prod-ledger",
    status="ACTIVE",
    keys=(("deploymentId", "HASH"),),
    indexes=(
        Index("byPipeline", (("pipeline", "HASH"), ("startedAt", "RANGE")), "ALL", "ACTIVE"),
        Index("byFunction", (("function", "HASH"), ("startedAt", "RANGE")), "ALL", "ACTIVE"),
    ),
    billing="PAY_PER_REQUEST",
    ttl_attribute="expiresAt",
    point_in_time_recovery="ENABLED",
)
PROJECT = Project(
    name="shop-prod-build",
    role_arn="arn:aws:iam::1:role/r",
    source="CODEPIPELINE",
    artifacts="CODEPIPELINE",
    buildspec="phases:\n  build:\n    commands:\n    - python3 -m build_kit\n",
    image="aws/codebuild/standard:7.0",
    is_privileged=False,
    log_group="/aws/codebuild/shop-prod-build",
)
BUILDING = Building(PROJECT, LogGroup("/aws/codebuild/shop-prod-build", 30))
LATEST = Configuration(
    version="$LATEST",
    state="Active",
    last_update="Successful",
    log_group="/aws/lambda/shop-prod-charge",
    role_arn="arn:aws:iam::1:role/r",
    environment={"DEPLOYMENT_TABLE_NAME": "shop-prod-ledger"},
)
FUNCTION = Function(
    name="shop-prod-charge",
    table="shop-prod-ledger",
    latest=LATEST,
    live=replace(LATEST, version="4"),
    log_group=LogGroup("/aws/lambda/shop-prod-charge", 30),
)
GROUP = DeploymentGroup(
    name="shop-prod-charge",
    role_arn="arn:aws:iam::1:role/r",
    config="CodeDeployDefault.LambdaAllAtOnce",
    style=("BLUE_GREEN", "WITH_TRAFFIC_CONTROL"),
    is_alarm_enabled=True,
    is_poll_failure_ignored=False,
    alarms=("shop-prod-charge-errors",),
    rollback_events=traffic.ROLLBACK_EVENTS,
    hooks=("CodeDeployHook_shop-prod-before",),
)
TRAFFIC = Traffic(
    function="shop-prod-charge",
    alias_name="live",
    alarm="shop-prod-charge-errors",
    alias=Alias("4"),
    group=GROUP,
    config_platform="Lambda",
    is_deploying=False,
)
DIMENSIONS = {"FunctionName": "shop-prod-charge", "Resource": "shop-prod-charge:live", "ExecutedVersion": "4"}
METRIC = Metric(namespace="AWS/Lambda", name="Errors", period=60, dimensions=DIMENSIONS)
ALARM = Alarm(
    name="shop-prod-charge-errors",
    treat_missing_data="notBreaching",
    comparison="GreaterThanThreshold",
    state="OK",
    metrics=(METRIC, replace(METRIC, name="Invocations")),
)
TRUST = Statement(
    actions=("sts:AssumeRole",),
    principal={"Service": "lambda.amazonaws.com"},
    condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}},
)
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/shop-prod-"
BASIC = Policy("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", ())
LEDGER = Policy(
    f"arn:aws:iam::{ACCOUNT}:policy/shop-prod-function",
    (Statement(actions=ledger_access.LEDGER_ACTIONS, resources=(TABLE_ARN,)),),
)
ROLE = Role(
    name="shop-prod-charge-function",
    account=ACCOUNT,
    service="lambda.amazonaws.com",
    trust=(TRUST,),
    inline=(),
    policies=(BASIC, LEDGER),
)


def own(*statements: Statement) -> Role:
    """The role with these statements in its customer-managed policy."""
    return replace(ROLE, policies=(BASIC, Policy(f"arn:aws:iam::{ACCOUNT}:policy/mine", statements)))


CODEDEPLOY = replace(
    ROLE,
    service="codedeploy.amazonaws.com",
    policies=(
        Policy(
            "arn:aws:iam::aws:policy/service-role/AWSCodeDeployRoleForLambda",
            (Statement(actions=("lambda:UpdateAlias",), resources=("*",)),),
        ),
    ),
)
MOVES = (("lambda:UpdateAlias", "arn:aws:lambda:us-east-1:1:function:f"),)
RULE = Rule(
    name="shop-prod-builds",
    arn=f"arn:aws:events:{REGION}:{ACCOUNT}:rule/shop-prod-builds",
    is_enabled=True,
    sources=("aws.codebuild",),
    detail_types=("CodeBuild Build State Change",),
    detail='{"project-name": ["shop-prod-build"]}',
    targets=("arn:recorder",),
)
ADMITTED = Statement(
    actions=("lambda:InvokeFunction",),
    principal={"Service": "events.amazonaws.com"},
    condition={"ArnLike": {"AWS:SourceArn": RULE.arn}},
)
LISTENING = Listening(
    detail_type="CodeBuild Build State Change",
    base="shop-prod",
    recorder_arn="arn:recorder",
    rules=(RULE,),
    admitted=(ADMITTED,),
)
TOPIC = Topic(
    arn=TOPIC_ARN,
    policy=(
        Statement(
            actions=("sns:Publish",), principal={"AWS": f"arn:aws:iam::{ACCOUNT}:role/shop-prod-recorder"}
        ),
        Statement(effect="Deny", actions=("sns:Publish",), principal="*", condition=NO_TLS),
    ),
    confirmed=1,
    unconfirmed=0,
)
BUILD = Action(
    stage="Build",
    name="Build",
    category="Build",
    provider="CodeBuild",
    configuration={"PrimarySource": "SourceOutput"},
    inputs=("SourceOutput", "BuildKit"),
)
PUBLISH = Action(
    stage="Publish", name="Publish", category="Invoke", provider="Lambda", inputs=("BuildOutput",)
)
DECLARED = Declaration(
    name="shop-prod",
    type="V2",
    mode="QUEUED",
    role_arn="arn:aws:iam::1:role/r",
    bucket=NAME,
    stages=(("Source", ()), ("Build", (BUILD,)), ("Publish", (PUBLISH,)), ("Shift", ())),
)
PIPELINE = Pipeline(declared=DECLARED)
S3_KIT = Action(
    stage="Source",
    name="BuildKit",
    category="Source",
    provider="S3",
    configuration={"S3ObjectKey": "build-kit/build-kit.zip", "PollForSourceChanges": "false"},
)
GITHUB = Action(
    stage="Source",
    name="Source",
    category="Source",
    provider="GitHub",
    configuration={"PollForSourceChanges": "false"},
    outputs=("SourceOutput",),
)
CONNECTION = replace(GITHUB, provider="CodeStarSourceConnection", configuration={})
CHARGE = FunctionOutputs(
    key="charge",
    name="shop-prod-charge",
    alias_arn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:shop-prod-charge:live",
    alarm="shop-prod-charge-errors",
    deployment_group="shop-prod-charge",
)
OUTPUTS = Outputs(
    StackOutputs(
        pipeline="shop-prod",
        console_url="https://console.example/shop-prod/view",
        table="shop-prod-ledger",
        bucket=NAME,
        topic_arn=TOPIC_ARN,
        functions=(CHARGE,),
    ),
    caller_account=ACCOUNT,
)


def saying(**changes: Any) -> Outputs:
    return replace(OUTPUTS, outputs=replace(OUTPUTS.outputs, **changes))


WATCH = Watch(function=CHARGE, alarm=ALARM, alias=Alias("4"))


def alarmed(**changes: Any) -> Watch:
    return replace(WATCH, alarm=replace(ALARM, **changes))


def metric(**changes: Any) -> Watch:
    return alarmed(metrics=(replace(METRIC, **changes),))


def named(name: str) -> Artifacts:
    return replace(ARTIFACTS, bucket=replace(BUCKET, name=name))


def staged(*names: str) -> Declaration:
    return replace(DECLARED, stages=tuple((name, ()) for name in names))


def group(**changes: Any) -> Traffic:
    return replace(TRAFFIC, group=replace(GROUP, **changes))


Judge = Callable[[Any], Verdict]


TRAFFIC_CHECKS = {each.name: each.judge for each in traffic.CHECKS}
ALARM_CHECKS = {each.name: each.judge for each in alarms.CHECKS}
NOTICES = {each.name: each.judge for each in notifications.LISTENING}

GOOD: list[tuple[Judge, Any]] = [
    *((each.judge, ARTIFACTS) for each in artifacts.CHECKS),
    *((each.judge, TABLE) for each in ledger.CHECKS),
    *((each.judge, BUILDING) for each in build.CHECKS),
    *((each.judge, FUNCTION) for each in functions.CHECKS),
    *((each.judge, TRAFFIC) for each in traffic.CHECKS),
    *((each.judge, WATCH) for each in alarms.CHECKS),
    *((each.judge, ROLE) for each in roles.EVERY),
    *((each.judge, LISTENING) for each in notifications.LISTENING),
    *((each.judge, TOPIC) for each in notifications.TOPIC),
    *((each.judge, PIPELINE) for each in order.PIPELINE),
    *((each.judge, OUTPUTS) for each in outputs.CHECKS),
    (artifacts.unique_name, named("x" * 54 + "-deadbeef")),
    (artifacts.encryption, replace(BUCKET, encryption="aws:kms")),
    (roles.codedeploy_policy, Needs(CODEDEPLOY, MOVES)),
    (lambda role: ledger_access.writes_ledger(TABLE_ARN, role), ROLE),
    (lambda role: ledger_access.does_nothing_more(TABLE_ARN, LOGS, role), ROLE),
    (roles.resources_named, own(Statement(actions=("cloudwatch:DescribeAlarms",), resources=("*",)))),
    (roles.no_wildcard_actions, own(Statement(effect="Deny", actions=("*",), resources=("*",)))),
    (order.in_order, staged("Source", "Build", "Approval", "Publish", "Shift")),
    (order.polling_off, Source(S3_KIT)),
    (order.polling_off, Source(CONNECTION)),
    (order.connection_ready, Source(CONNECTION, "AVAILABLE")),
    (order.webhook, Source(GITHUB, "", ("GITHUB_HMAC",))),
    (TRAFFIC_CHECKS["not-split"], replace(TRAFFIC, alias=Alias("4", (("5", 10.0),)), is_deploying=True)),
    (ALARM_CHECKS["watches-live"], replace(WATCH, alias=Alias("3", (("4", 10.0),)))),
    (ALARM_CHECKS["watches-live"], replace(WATCH, alias=Alias("3"), is_releasing=True)),
    (functions.knows_table, replace(FUNCTION, live=None)),
]

BAD: list[tuple[Judge, Any, str]] = [
    (artifacts.versioning, replace(BUCKET, versioning="Suspended"), "Suspended"),
    (artifacts.public_access, replace(BUCKET, open_settings=("BlockPublicAcls",)), "BlockPublicAcls"),
    (artifacts.encryption, replace(BUCKET, encryption=""), "no default encryption"),
    (artifacts.tls_only, replace(BUCKET, policy=()), "no policy"),
    (artifacts.tls_only, replace(BUCKET, policy=(replace(BUCKET.policy[0], effect="Allow"),)), "no such"),
    (
        artifacts.tls_only,
        replace(BUCKET, policy=(replace(BUCKET.policy[0], resources=(f"arn:aws:s3:::{NAME}",)),)),
        "no such",
    ),
    (artifacts.ownership, replace(BUCKET, ownership="ObjectWriter"), "ObjectWriter"),
    (artifacts.old_versions, replace(BUCKET, noncurrent_days=None), "no rule"),
    (artifacts.build_kit, replace(ARTIFACTS, kit_version=None), "there is no build-kit"),
    (artifacts.build_kit, replace(ARTIFACTS, kit_version="null"), "without a version"),
    (artifacts.unique_name, named("shop-artifacts"), "lacks account"),
    (ledger.active, replace(TABLE, status="ARCHIVED"), "ARCHIVED"),
    (ledger.key, replace(TABLE, keys=(("id", "HASH"),)), "id (HASH)"),
    (ledger.indexes, replace(TABLE, indexes=TABLE.indexes[:1]), "no index byFunction"),
    (
        ledger.indexes,
        replace(TABLE, indexes=(TABLE.indexes[0], replace(TABLE.indexes[1], projection="KEYS_ONLY"))),
        "holds KEYS_ONLY",
    ),
    (
        ledger.indexes,
        replace(TABLE, indexes=(TABLE.indexes[0], replace(TABLE.indexes[1], keys=(("function", "HASH"),)))),
        "has the key function",
    ),
    (ledger.time_to_live, replace(TABLE, ttl_attribute=""), "by nothing"),
    (ledger.time_to_live, replace(TABLE, ttl_attribute="ttl"), "by ttl"),
    (ledger.recovery, replace(TABLE, point_in_time_recovery="DISABLED"), "DISABLED"),
    (ledger.billing, replace(TABLE, billing="PROVISIONED"), "PROVISIONED"),
    (build.takes_from_pipeline, replace(PROJECT, source="GITHUB"), "source GITHUB"),
    (build.builds_each_function, replace(PROJECT, buildspec="a:\n- npm ci\n"), "runs npm"),
    (build.unprivileged, replace(BUILDING, project=replace(PROJECT, is_privileged=True)), "privileged"),
    (build.tells_no_secret, replace(PROJECT, plain_environment={"T": "ghp_" + 36 * "a"}), "plain text: T"),
    (build.log_retention, replace(BUILDING, log_group=None), "does not exist"),
    (build.log_retention, replace(BUILDING, log_group=LogGroup("g", None)), "for ever"),
    (functions.ready, replace(FUNCTION, latest=replace(LATEST, state="Failed")), "state Failed"),
    (functions.ready, replace(FUNCTION, latest=replace(LATEST, last_update="Failed")), "update Failed"),
    (
        functions.knows_table,
        replace(FUNCTION, live=replace(LATEST, version="4", environment={})),
        "live version 4 has no DEPLOYMENT_TABLE_NAME",
    ),
    (traffic.has_alias, replace(TRAFFIC, alias=None), "no alias live"),
    (traffic.has_group, replace(TRAFFIC, group=None), "no deployment group"),
    (TRAFFIC_CHECKS["numbered-version"], replace(TRAFFIC, alias=Alias("$LATEST")), "$LATEST"),
    (TRAFFIC_CHECKS["not-split"], replace(TRAFFIC, alias=Alias("4", (("5", 10.0),))), "10 % on version 5"),
    (TRAFFIC_CHECKS["traffic-control"], group(style=("IN_PLACE", "WITH_TRAFFIC_CONTROL")), "IN_PLACE"),
    (TRAFFIC_CHECKS["deployment-config"], replace(TRAFFIC, config_platform=None), "does not exist"),
    (TRAFFIC_CHECKS["deployment-config"], replace(TRAFFIC, config_platform="Server"), "for Server"),
    (TRAFFIC_CHECKS["alarm-stops"], group(is_alarm_enabled=False), "alarms are off"),
    (TRAFFIC_CHECKS["alarm-stops"], group(alarms=()), "does not watch"),
    (TRAFFIC_CHECKS["alarm-stops"], group(is_poll_failure_ignored=True), "is ignored"),
    (TRAFFIC_CHECKS["rollback"], group(rollback_events=()), "is off"),
    (TRAFFIC_CHECKS["rollback"], group(rollback_events=traffic.ROLLBACK_EVENTS[1:]), "DEPLOYMENT_FAILURE"),
    (TRAFFIC_CHECKS["hook-names"], group(hooks=("before",)), "before is a hook"),
    (traffic.for_lambda, "Server", "Server"),
    (lambda hook: traffic.hook_moment("before", hook), FUNCTION, "GREENSHIFT_HOOK is None"),
    (alarms.exists, replace(WATCH, alarm=None), "no such alarm"),
    (ALARM_CHECKS["missing-data"], alarmed(treat_missing_data="breaching"), "breaching"),
    (ALARM_CHECKS["receives-data"], alarmed(metrics=()), "measures nothing"),
    (
        ALARM_CHECKS["receives-data"],
        metric(dimensions={"FunctionName": "shop-prod-charge", "ExecutedVersion": "4"}),
        "publishes no Errors under ExecutedVersion + FunctionName",
    ),
    (ALARM_CHECKS["receives-data"], metric(namespace="AWS/lambda"), "of AWS/lambda"),
    (ALARM_CHECKS["receives-data"], metric(dimensions={**DIMENSIONS, "FunctionName": "x"}), "of function x"),
    (ALARM_CHECKS["receives-data"], metric(period=10), "every 10 s"),
    (ALARM_CHECKS["watches-live"], metric(dimensions={**DIMENSIONS, "ExecutedVersion": "1"}), "version 1"),
    (
        ALARM_CHECKS["watches-live"],
        metric(dimensions={**DIMENSIONS, "Resource": "shop-prod-charge:4"}),
        "not shop-prod-charge:live",
    ),
    (
        ALARM_CHECKS["watches-live"],
        metric(dimensions={"FunctionName": "shop-prod-charge", "Resource": "shop-prod-charge:live"}),
        "all versions of the alias together",
    ),
    (ALARM_CHECKS["comparison"], alarmed(comparison="LessThanThreshold"), "LessThan"),
    (ALARM_CHECKS["not-firing"], alarmed(state="ALARM", reason="5 errors"), "ALARM: 5 errors"),
    (roles.no_inline, replace(ROLE, inline=("extra",)), "inline policy extra"),
    (roles.one_service, replace(ROLE, trust=(replace(TRUST, principal="*"),)), "also *"),
    (roles.one_service, replace(ROLE, trust=()), "not lambda"),
    (roles.confused_deputy, replace(ROLE, trust=(replace(TRUST, condition={}),)), "neither"),
    (roles.confused_deputy, replace(ROLE, account="999"), f"asks for account {ACCOUNT}"),
    (
        roles.confused_deputy,
        replace(
            ROLE,
            trust=(replace(TRUST, condition={"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}),),
        ),
        "asks for arn:aws:s3:::*",
    ),
    (
        roles.managed_policies,
        replace(ROLE, policies=(Policy("arn:aws:iam::aws:policy/AdministratorAccess", ()),)),
        "AdministratorAccess is attached",
    ),
    (roles.no_wildcard_actions, own(Statement(actions=("s3:*",), resources=("a",))), "allows s3:*"),
    (roles.no_wildcard_actions, own(Statement(not_actions=("iam:*",), resources=("a",))), "everything but"),
    (roles.resources_named, own(Statement(actions=("s3:GetObject",), resources=("*",))), "s3:GetObject on *"),
    (roles.build_cannot_deploy, own(Statement(actions=("*",), resources=("*",))), "iam:PassRole"),
    (
        roles.codedeploy_policy,
        Needs(
            replace(
                CODEDEPLOY,
                policies=(Policy("arn:aws:iam::aws:policy/service-role/AWSCodeDeployRole", ()),),
            ),
            MOVES,
        ),
        "service-role/AWSCodeDeployRole is attached, which is not for Lambda; no lambda:UpdateAlias",
    ),
    (roles.can_do_its_work, Needs(replace(ROLE, policies=()), MOVES), "no lambda:UpdateAlias on"),
    (
        lambda role: ledger_access.writes_ledger(TABLE_ARN, role),
        replace(ROLE, policies=()),
        "no dynamodb:PutItem",
    ),
    (
        lambda role: ledger_access.does_nothing_more(TABLE_ARN, LOGS, role),
        own(Statement(actions=("dynamodb:DeleteTable",), resources=(TABLE_ARN,))),
        "allows dynamodb:DeleteTable",
    ),
    (
        lambda role: ledger_access.does_nothing_more(TABLE_ARN, LOGS, role),
        own(Statement(actions=("dynamodb:PutItem",), resources=(f"{TABLE_ARN}2",))),
        "ledger2",
    ),
    (
        lambda role: ledger_access.does_nothing_more(TABLE_ARN, LOGS, role),
        own(Statement(not_actions=("iam:*",), not_resources=(TABLE_ARN,))),
        "everything but something",
    ),
    (notifications.has_rule, replace(LISTENING, rules=()), "no rule"),
    (notifications.has_rule, replace(LISTENING, rules=(replace(RULE, is_enabled=False),)), "disabled"),
    (NOTICES["pattern"], replace(LISTENING, base="shop-dev"), "listens for"),
    (NOTICES["pattern"], replace(LISTENING, rules=(replace(RULE, sources=("aws.ec2",)),)), "aws.ec2"),
    (NOTICES["target"], replace(LISTENING, rules=(replace(RULE, targets=()),)), "no target"),
    (NOTICES["admitted"], replace(LISTENING, admitted=(replace(ADMITTED, condition={}),)), "by its ARN"),
    (notifications.topic_tls, replace(TOPIC, policy=TOPIC.policy[:1]), "no such statement"),
    (
        notifications.topic_publishers,
        replace(TOPIC, policy=(Statement(principal="*"), *TOPIC.policy)),
        "everyone",
    ),
    (notifications.topic_publishers, replace(TOPIC, policy=()), "only nobody"),
    (
        notifications.topic_publishers,
        replace(TOPIC, policy=(Statement(principal={"AWS": "999"}), *TOPIC.policy)),
        "999 may publish",
    ),
    (notifications.subscribers, replace(TOPIC, unconfirmed=2), "2 subscriptions wait"),
    (order.second_type, replace(DECLARED, type="V1"), "V1"),
    (order.one_at_a_time, replace(DECLARED, mode="PARALLEL"), "PARALLEL"),
    (order.in_order, staged("Source", "Publish", "Build", "Shift"), "Publish → Build"),
    (order.in_order, staged("Source", "Build", "Shift"), "Build → Shift"),
    (order.artifacts_flow, replace(DECLARED, stages=()), "Build is given nothing"),
    (order.open_stages, replace(PIPELINE, closed_stages={"Shift": "why"}), "Shift is closed: why"),
    (order.polling_off, Source(replace(GITHUB, configuration={})), "PollForSourceChanges is on"),
    (
        order.polling_off,
        Source(replace(S3_KIT, configuration={"S3ObjectKey": "build-kit/build-kit.zip"})),
        "on",
    ),
    (order.connection_ready, Source(CONNECTION, "PENDING"), "the connection is PENDING"),
    (order.webhook, Source(GITHUB), "there is no webhook"),
    (order.webhook, Source(GITHUB, "", ("UNAUTHENTICATED",)), "UNAUTHENTICATED"),
    (outputs.has_functions, saying(functions=()), "no functions"),
    (
        outputs.aliases_fit,
        saying(functions=(replace(CHARGE, name="other"),)),
        "is not an alias of other",
    ),
    (outputs.one_place, saying(topic_arn=TOPIC_ARN.replace(REGION, "eu-west-1")), "eu-west-1"),
    (outputs.our_account, replace(OUTPUTS, caller_account="999"), "these credentials are of 999"),
    (outputs.console_url, saying(console_url=""), "none"),
]

SKIPPED: list[tuple[Judge, Any, str]] = [
    (build.builds_each_function, replace(PROJECT, buildspec="ci/buildspec.yml"), "of its own"),
    (TRAFFIC_CHECKS["numbered-version"], replace(TRAFFIC, alias=None), "no alias"),
    (TRAFFIC_CHECKS["rollback"], replace(TRAFFIC, group=None), "no deployment group"),
    (TRAFFIC_CHECKS["hook-names"], group(hooks=()), "no hooks"),
    (ALARM_CHECKS["missing-data"], replace(WATCH, alarm=None), "no such alarm"),
    (ALARM_CHECKS["watches-live"], replace(WATCH, alias=None), "no alias"),
    (ALARM_CHECKS["watches-live"], metric(namespace="Mine"), "no data"),
    (NOTICES["target"], replace(LISTENING, rules=()), "no enabled rule"),
    (notifications.subscribers, replace(TOPIC, confirmed=0), "nobody subscribes"),
    (order.polling_off, Source(replace(GITHUB, provider="S3")), "an object in S3"),
    (order.connection_ready, Source(GITHUB), "no connection"),
    (order.webhook, Source(CONNECTION), "OAuth"),
]


@pytest.mark.parametrize(("judge", "seen"), GOOD)
def test_what_is_well_passes(judge: Judge, seen: Any) -> None:
    assert judge(seen).status == "passed", judge(seen)


@pytest.mark.parametrize(("judge", "seen", "says"), BAD)
def test_what_is_wrong_fails_and_says_what_was_found(judge: Judge, seen: Any, says: str) -> None:
    verdict = judge(seen)

    assert verdict.status == "failed"
    assert says in verdict.found


@pytest.mark.parametrize(("judge", "seen", "why"), SKIPPED)
def test_what_cannot_be_judged_says_why(judge: Judge, seen: Any, why: str) -> None:
    verdict = judge(seen)

    assert verdict.status == "skipped"
    assert why in verdict.found


def test_a_credential_is_never_told() -> None:
    secret = "ghp_" + 36 * "s"
    verdict = build.tells_no_secret(replace(PROJECT, plain_environment={"T": secret}))

    assert secret not in verdict.found


def test_a_key_of_the_tables_own_is_part_of_using_the_table() -> None:
    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/k"
    role = own(*LEDGER.statements, Statement(actions=("kms:Decrypt",), resources=(key,)))

    assert ledger_access.does_nothing_more(TABLE_ARN, LOGS, role).status == "passed"
    wide = own(Statement(actions=("kms:Decrypt",), resources=("*",)))
    assert ledger_access.does_nothing_more(TABLE_ARN, LOGS, wide).status == "failed"


@pytest.mark.parametrize(
    ("action", "group", "status"),
    [
        ("logs:PutLogEvents", f"{LOGS}charge:*", "passed"),
        ("logs:CreateLogStream", f"{LOGS}charge:*", "passed"),
        ("logs:CreateLogGroup", f"{LOGS}charge:*", "failed"),
        ("logs:PutLogEvents", LOGS.replace("shop-prod-", "another-"), "failed"),
        ("logs:PutLogEvents", "*", "failed"),
    ],
)
def test_a_function_may_write_its_log_and_make_no_log_group(action: str, group: str, status: str) -> None:
    role = own(*LEDGER.statements, Statement(actions=(action,), resources=(group,)))

    assert ledger_access.does_nothing_more(TABLE_ARN, LOGS, role).status == status
