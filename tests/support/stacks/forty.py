"""A program of forty resources of many kinds, and what a twin has of them: names, settings, nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

PREFIX = "forty"
PROGRAM = """
import json, pulumi

step = pulumi.Config().get("step") or "1"
later = step == "2"


def make(type_, resource, /, *outputs, **inputs):
    return pulumi.CustomResource(type_, resource, {**dict.fromkeys(outputs), **inputs})


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


trust = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
code = pulumi.AssetArchive({"app.py": pulumi.StringAsset("def handler(e, c):\\n    return %s\\n" % step)})
basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

for n in range(3):
    role = make("aws:iam/role:Role", f"forty-role{n}", "arn", "name", assumeRolePolicy=trust,
                description=f"of step {step}", tags={"step": step})
    make("aws:iam/rolePolicyAttachment:RolePolicyAttachment", f"attached{n}", role=role.name, policyArn=basic)
    group = make("aws:cloudwatch/logGroup:LogGroup", f"group{n}", "arn", name=f"/forty/{n}",
                 retentionInDays=14 if later else 7)
    function = make("aws:lambda/function:Function", f"function{n}", "arn", "version", "name",
                    name=f"forty-fn{n}", role=role.arn, runtime="python3.13", handler="app.handler",
                    code=code, publish=True, description=f"of step {step}", architectures=["x86_64"])
    make("aws:lambda/alias:Alias", f"live{n}", "arn", name="live", functionName=function.name,
         functionVersion=function.version, description=f"of step {step}")
    make("aws:lambda/permission:Permission", f"allowed{n}", function=function.name, statementId="events",
         action="lambda:InvokeFunction", principal="events.amazonaws.com")
    rule = make("aws:cloudwatch/eventRule:EventRule", f"rule{n}", "arn", "name", name=f"forty-rule{n}",
                eventPattern=json.dumps({"source": [f"forty.{step}"]}))
    make("aws:cloudwatch/eventTarget:EventTarget", f"target{n}", rule=rule.name, targetId="fn",
         arn=function.arn)

for n in range(4):
    # The first has another name in the second step, the second a generated one.
    names = {} if n == 1 else {"name": f"forty-topic{n}" + ("-again" if later and n == 0 else "")}
    topic = make("aws:sns/topic:Topic", f"forty-topic{n}", "arn", displayName=f"step {step}",
                 tags={"step": step, **({"late": "yes"} if later else {"early": "yes"})}, **names)
    make("aws:sns/topicPolicy:TopicPolicy", f"policy{n}", arn=topic.arn, policy=topic.arn.apply(
        lambda arn: policy(Sid=f"step{step}", Principal="*", Action="sns:Publish", Resource=arn)))

for n in range(2):
    bucket = make("aws:s3/bucket:Bucket", f"bucket{n}", "bucket", "arn", bucket=f"forty-bucket{n}",
                  forceDestroy=True, tags={"step": step})
    make("aws:s3/bucketVersioning:BucketVersioning", f"versions{n}", bucket=bucket.bucket,
         versioningConfiguration={"status": "Suspended" if later else "Enabled"})
    make("aws:s3/bucketObjectv2:BucketObjectv2", f"object{n}", "key", bucket=bucket.bucket, key="a/b",
         content=f"of step {step}")

make("aws:dynamodb/table:Table", "table", "arn", name="forty-table", billingMode="PAY_PER_REQUEST",
     hashKey="id", attributes=[{"name": "id", "type": "S"}], tags={"step": step},
     ttl={"attributeName": "expires", "enabled": not later})
make("aws:iam/policy:Policy", "policy", "arn", name="forty-policy",
     policy=policy(Action="s3:GetObject", Resource=f"arn:aws:s3:::step-{step}/*"))
"""

_GENERATED = re.compile(r"-[0-9a-f]{7}\b")
_NAMES = re.compile(rf"[/:]?{PREFIX}")


def inventory(twin: Any) -> dict[str, Any]:
    """Everything of the program that the twin has, with the settings a step changes; generated parts of
    names read ``-*``."""
    found = {
        **_topics(twin.client("sns")),
        **_functions(twin.client("lambda")),
        **_roles(twin.client("iam")),
        **_buckets(twin.client("s3")),
        **_others(twin),
    }
    return json.loads(_GENERATED.sub("-*", json.dumps(found, sort_keys=True, default=str)))


def _topics(sns: Any) -> dict[str, Any]:
    found = {}
    for topic in sns.list_topics()["Topics"]:
        arn = topic["TopicArn"]
        if f":{PREFIX}" in arn:
            attributes = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
            tags = sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
            found[arn] = [attributes["DisplayName"], attributes["Policy"], _pairs(tags)]
    return found


def _functions(lambda_: Any) -> dict[str, Any]:
    found = {}
    for function in lambda_.list_functions()["Functions"]:
        name = function["FunctionName"]
        if name.startswith(PREFIX):
            aliases = lambda_.list_aliases(FunctionName=name)["Aliases"]
            alias = [(item["Name"], item["Description"]) for item in aliases]
            target = {item["FunctionVersion"] for item in aliases}
            codes = {
                lambda_.get_function_configuration(FunctionName=name, Qualifier=version)["CodeSha256"]
                for version in target | {"$LATEST"}
            }
            try:
                policy = json.loads(lambda_.get_policy(FunctionName=name)["Policy"])["Statement"]
            except lambda_.exceptions.ResourceNotFoundException:
                policy = []
            found[name] = [function["Description"], sorted(codes), alias, [item["Sid"] for item in policy]]
    return found


def _roles(iam: Any) -> dict[str, Any]:
    found = {}
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        if name.startswith(PREFIX):
            attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
            tags = _pairs(iam.list_role_tags(RoleName=name)["Tags"])
            found[f"role {name}"] = [role["Description"], [item["PolicyName"] for item in attached], tags]
    for policy in iam.list_policies(Scope="Local")["Policies"]:
        if policy["PolicyName"].startswith(PREFIX):
            version = policy["DefaultVersionId"]
            text = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=version)["PolicyVersion"]
            found[policy["Arn"]] = text["Document"]
    return found


def _buckets(s3: Any) -> dict[str, Any]:
    found = {}
    for bucket in s3.list_buckets()["Buckets"]:
        name = bucket["Name"]
        if name.startswith(PREFIX):
            body = s3.get_object(Bucket=name, Key="a/b")["Body"].read().decode()
            tags = _pairs(s3.get_bucket_tagging(Bucket=name)["TagSet"])
            found[name] = [s3.get_bucket_versioning(Bucket=name).get("Status"), body, tags]
    return found


def _others(twin: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    groups = twin.client("logs").describe_log_groups(logGroupNamePrefix="/forty/")["logGroups"]
    found |= {group["logGroupName"]: group.get("retentionInDays") for group in groups}
    events = twin.client("events")
    for rule in events.list_rules(NamePrefix=PREFIX)["Rules"]:
        targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
        found[rule["Arn"]] = [rule["EventPattern"], [target["Id"] for target in targets]]
    dynamodb = twin.client("dynamodb")
    for table in dynamodb.list_tables()["TableNames"]:
        if table.startswith(PREFIX):
            ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
            found[table] = ttl["TimeToLiveStatus"]
    return found


def _pairs(tags: Any) -> dict[str, str]:
    return {item["Key"]: item["Value"] for item in tags}
