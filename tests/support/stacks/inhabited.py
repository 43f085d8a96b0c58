"""Something of everything on a twin, made with boto3: for whoever must not lose any of it."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from greenshift.testing import RunningTwin

WHERE = "us-east-1:123456789012"
FUNCTION = f"arn:aws:lambda:{WHERE}:function:worker"
CODE = "import json\ndef handler(event, context):\n    return {'version': %d, 'given': event}\n"
SERVICES = (
    "apigateway", "apigatewayv2", "cloudwatch", "codebuild", "codeconnections", "codedeploy", "codepipeline",
    "cognito-idp", "dynamodb", "dynamodbstreams", "ecr", "ec2", "events", "iam", "kinesis", "kms", "lambda",
    "logs", "s3", "scheduler", "secretsmanager", "sns", "sqs", "ssm", "stepfunctions", "sts",
)  # fmt: skip


def packed(**files: str) -> bytes:
    """A zip of files; their names' last ``_`` stands for the dot."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(".".join(name.rsplit("_", 1))), text)
    return content.getvalue()


def trusted(*services: str) -> str:
    principals = [f"{each}.amazonaws.com" for each in services]
    statement = {"Effect": "Allow", "Principal": {"Service": principals}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allowed(*actions: str) -> str:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def fill(twin: RunningTwin) -> None:
    """Make it all; whatever is under way is done when this returns."""
    role = roles(twin)
    code_and_messages(twin, role)
    tables_and_objects(twin)
    secrets(twin)
    watched(twin)
    on_time(twin, role)
    delivery(twin, role)
    addresses(twin)
    the_rest(twin, role)
    twin.advance(120)


def roles(twin: RunningTwin) -> str:
    iam = twin.client("iam")
    services = ("lambda", "codebuild", "codepipeline", "codedeploy", "scheduler", "events", "states")
    role = iam.create_role(RoleName="anybody", AssumeRolePolicyDocument=trusted(*services), Path="/made/")
    iam.put_role_policy(RoleName="anybody", PolicyName="all", PolicyDocument=allowed("*"))
    policy = iam.create_policy(PolicyName="read", PolicyDocument=allowed("s3:Get*"))["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=policy, PolicyDocument=allowed("s3:List*"), SetAsDefault=True)
    iam.attach_role_policy(RoleName="anybody", PolicyArn=policy)
    iam.create_user(UserName="ada")
    iam.create_group(GroupName="people")
    iam.add_user_to_group(GroupName="people", UserName="ada")
    iam.create_access_key(UserName="ada")
    return str(role["Role"]["Arn"])


def code_and_messages(twin: RunningTwin, role: str) -> None:
    functions(twin, role)
    queues(twin)
    topics(twin)
    functions_that_are_fed(twin)


def functions(twin: RunningTwin, role: str) -> None:
    client = twin.client("lambda")
    layer = client.publish_layer_version(
        LayerName="shared",
        Content={"ZipFile": packed(python_py="x = 1\n")},
        CompatibleRuntimes=["python3.11"],
    )
    client.create_function(
        FunctionName="worker", Runtime="python3.11", Handler="app.handler", Role=role, Publish=True,
        Timeout=20, Code={"ZipFile": packed(app_py=CODE % 1)}, Environment={"Variables": {"STAGE": "test"}},
        Layers=[layer["LayerVersionArn"]], Tags={"team": "payments"},
    )  # fmt: skip
    client.update_function_code(FunctionName="worker", ZipFile=packed(app_py=CODE % 2))
    twin.advance(5)
    client.publish_version(FunctionName="worker", Description="second")
    weights = {"AdditionalVersionWeights": {"2": 0.25}}
    client.create_alias(FunctionName="worker", Name="live", FunctionVersion="1", RoutingConfig=weights)
    client.put_function_event_invoke_config(FunctionName="worker", MaximumRetryAttempts=1)
    client.put_function_concurrency(FunctionName="worker", ReservedConcurrentExecutions=7)
    client.create_function_url_config(FunctionName="worker", AuthType="NONE")
    client.add_permission(
        FunctionName="worker", StatementId="s3", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com"
    )
    client.invoke(FunctionName="worker:live", Payload=b'{"a": 1}')


def queues(twin: RunningTwin) -> None:
    client = twin.client("sqs")
    client.create_queue(QueueName="dead")
    redrive = {"deadLetterTargetArn": f"arn:aws:sqs:{WHERE}:dead", "maxReceiveCount": 2}
    jobs = client.create_queue(QueueName="jobs", Attributes={"RedrivePolicy": json.dumps(redrive)})[
        "QueueUrl"
    ]
    client.send_message(QueueUrl=jobs, MessageBody="in flight")
    client.receive_message(QueueUrl=jobs, VisibilityTimeout=600)
    client.send_message(QueueUrl=jobs, MessageBody="waits", MessageAttributes={
        "kind": {"DataType": "Binary", "BinaryValue": b"\x00\xff"}})  # fmt: skip
    client.send_message(QueueUrl=jobs, MessageBody="later", DelaySeconds=600)
    ordered = client.create_queue(QueueName="ordered.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for number in range(3):
        client.send_message(
            QueueUrl=ordered, MessageBody=str(number), MessageGroupId="g", MessageDeduplicationId=str(number)
        )
    client.create_queue(QueueName="fed", Attributes={"VisibilityTimeout": "60"})


def topics(twin: RunningTwin) -> None:
    client = twin.client("sns")
    topic = client.create_topic(Name="told", Tags=[{"Key": "a", "Value": "b"}])["TopicArn"]
    client.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=f"arn:aws:sqs:{WHERE}:dead",
        Attributes={"FilterPolicy": '{"kind": ["new"]}', "RawMessageDelivery": "true"},
    )  # fmt: skip


def functions_that_are_fed(twin: RunningTwin) -> None:
    client = twin.client("lambda")
    client.create_event_source_mapping(
        FunctionName="worker", EventSourceArn=f"arn:aws:sqs:{WHERE}:fed", BatchSize=5,
        FilterCriteria={"Filters": [{"Pattern": '{"body": {"n": [{"numeric": [">", 1]}]}}'}]},
    )  # fmt: skip
    twin.client("kinesis").create_stream(StreamName="clicks", ShardCount=2)
    client.create_event_source_mapping(
        FunctionName="worker:live", EventSourceArn=f"arn:aws:kinesis:{WHERE}:stream/clicks",
        StartingPosition="TRIM_HORIZON",
    )  # fmt: skip
    twin.advance(5)
    for number in range(3):
        twin.client("kinesis").put_record(StreamName="clicks", Data=b"%d" % number, PartitionKey=str(number))
    twin.advance(5)


def tables_and_objects(twin: RunningTwin) -> None:
    tables(twin)
    objects(twin)


def tables(twin: RunningTwin) -> None:
    client = twin.client("dynamodb")
    names = [{"AttributeName": name, "AttributeType": "S"} for name in ("id", "owner")]
    key = {"AttributeName": "id", "KeyType": "HASH"}
    index = {"IndexName": "by-owner", "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
             "Projection": {"ProjectionType": "ALL"}}  # fmt: skip
    client.create_table(
        TableName="items", AttributeDefinitions=names, KeySchema=[key], BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )  # fmt: skip
    client.update_time_to_live(
        TableName="items", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"}
    )
    for number in range(3):
        item: dict[str, Any] = {
            "id": {"S": f"{number}"}, "owner": {"S": "ada"}, "n": {"N": "1.50"}, "b": {"B": b"\x00\x01"},
            "set": {"SS": ["x", "y"]}, "list": {"L": [{"BOOL": True}, {"NULL": True}]}, "map": {"M": {}},
        }  # fmt: skip
        client.put_item(TableName="items", Item=item)
    client.delete_item(TableName="items", Key={"id": {"S": "2"}})


def objects(twin: RunningTwin) -> None:
    client = twin.client("s3")
    client.create_bucket(Bucket="kept")
    client.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
    client.put_bucket_tagging(Bucket="kept", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 3}}
    client.put_bucket_lifecycle_configuration(Bucket="kept", LifecycleConfiguration={"Rules": [rule]})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    client.put_bucket_encryption(Bucket="kept", ServerSideEncryptionConfiguration={"Rules": [rule]})
    client.put_bucket_notification_configuration(
        Bucket="kept", NotificationConfiguration={"EventBridgeConfiguration": {}}
    )
    client.put_object(
        Bucket="kept", Key="a", Body=b"first", Metadata={"who": "ada"}, ContentType="text/plain"
    )
    client.put_object(Bucket="kept", Key="a", Body=bytes(range(256)) * 50, Tagging="k=v")
    client.put_object(Bucket="kept", Key="gone", Body=b"")
    client.delete_object(Bucket="kept", Key="gone")
    upload = client.create_multipart_upload(Bucket="kept", Key="parts")["UploadId"]
    client.upload_part(Bucket="kept", Key="parts", UploadId=upload, PartNumber=1, Body=b"part")


def secrets(twin: RunningTwin) -> None:
    twin.client("ssm").put_parameter(Name="/app/limit", Value="1", Type="String")
    twin.client("ssm").put_parameter(Name="/app/limit", Value="2", Type="String", Overwrite=True)
    twin.client("ssm").put_parameter(Name="/app/key", Value="secret", Type="SecureString")
    twin.client("secretsmanager").create_secret(Name="password", SecretString="first", Description="d")
    twin.client("secretsmanager").put_secret_value(SecretId="password", SecretString="second")
    key = twin.client("kms").create_key(Description="ours")["KeyMetadata"]["KeyId"]
    twin.client("kms").create_alias(AliasName="alias/ours", TargetKeyId=key)


def watched(twin: RunningTwin) -> None:
    client, now = twin.client("cloudwatch"), twin.twin.clock.now()
    for number in range(5):
        client.put_metric_data(Namespace="App", MetricData=[
            {"MetricName": "Took", "Value": float(number), "Unit": "Seconds", "Timestamp": now,
             "Dimensions": [{"Name": "Stage", "Value": "test"}], "StorageResolution": 1}])  # fmt: skip
    usual: dict[str, Any] = {
        "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 2, "Threshold": 1.0,
    }  # fmt: skip
    client.put_metric_alarm(
        AlarmName="slow", Namespace="App", MetricName="Took", ExtendedStatistic="p90", Period=60, **usual
    )
    stat = {"Metric": {"Namespace": "App", "MetricName": "Took"}, "Period": 10, "Stat": "Sum"}
    queries = [
        {"Id": "a", "MetricStat": stat, "ReturnData": False},
        {"Id": "b", "Expression": "IF(a > 1, a, 0)"},
    ]
    client.put_metric_alarm(AlarmName="often", Metrics=queries, TreatMissingData="ignore", **usual)
    client.put_composite_alarm(
        AlarmName="both", AlarmRule='ALARM("slow") AND NOT ALARM("often")', ActionsSuppressor="often",
        ActionsSuppressorWaitPeriod=1, ActionsSuppressorExtensionPeriod=1,
    )  # fmt: skip
    client.set_alarm_state(AlarmName="slow", StateValue="ALARM", StateReason="tried")
    client.put_dashboard(DashboardName="d", DashboardBody='{"widgets": []}')
    logs = twin.client("logs")
    logs.create_log_group(logGroupName="app", tags={"a": "b"})
    logs.put_retention_policy(logGroupName="app", retentionInDays=3)
    logs.create_log_stream(logGroupName="app", logStreamName="s")
    line = {"timestamp": int(now.timestamp() * 1000), "message": "a line"}
    logs.put_log_events(logGroupName="app", logStreamName="s", logEvents=[line])
    logs.put_metric_filter(
        logGroupName="app", filterName="f", filterPattern="ERROR",
        metricTransformations=[{"metricName": "m", "metricNamespace": "App", "metricValue": "1"}],
    )  # fmt: skip


def on_time(twin: RunningTwin, role: str) -> None:
    client = twin.client("events")
    client.create_event_bus(Name="orders", Tags=[{"Key": "a", "Value": "b"}])
    pattern = {"source": ["shop"], "detail": {"n": [{"numeric": [">", 1]}], "to": [{"wildcard": "a*b"}],
               "not": [{"anything-but": ["x"]}], "ip": [{"cidr": "10.0.0.0/8"}]}}  # fmt: skip
    client.put_rule(Name="big", EventBusName="orders", EventPattern=json.dumps(pattern))
    to_queue = {
        "Id": "q", "Arn": f"arn:aws:sqs:{WHERE}:dead", "RetryPolicy": {"MaximumRetryAttempts": 3},
        "InputTransformer": {"InputPathsMap": {"n": "$.detail.n"}, "InputTemplate": '{"n": <n>}'},
    }  # fmt: skip
    client.put_targets(Rule="big", EventBusName="orders", Targets=[to_queue])
    client.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    client.put_rule(Name="daily", ScheduleExpression="cron(0 8 ? * MON-FRI *)")
    bus = f"arn:aws:events:{WHERE}:event-bus/orders"
    client.create_archive(ArchiveName="all", EventSourceArn=bus, RetentionDays=3)
    event = {"EventBusName": "orders", "Source": "shop", "DetailType": "order", "Detail": '{"n": 5}'}
    client.put_events(Entries=[event])
    scheduler = twin.client("scheduler")
    scheduler.create_schedule_group(Name="ours")
    for name, when in (
        ("once", "at(2040-01-01T00:00:00)"),
        ("often", "rate(7 hours)"),
        ("cron", "cron(0 1 * * ? *)"),
    ):
        scheduler.create_schedule(
            Name=name, GroupName="ours", ScheduleExpression=when, ScheduleExpressionTimezone="Europe/Berlin",
            FlexibleTimeWindow={"Mode": "OFF"}, Target={"Arn": FUNCTION, "RoleArn": role, "Input": "{}"},
        )  # fmt: skip


def delivery(twin: RunningTwin, role: str) -> None:
    twin.client("codeconnections").create_connection(ConnectionName="git", ProviderType="GitHub")
    applications(twin, role)
    builds(twin, role)
    pipelines(twin, role)


def applications(twin: RunningTwin, role: str) -> None:
    client = twin.client("codedeploy")
    client.create_application(
        applicationName="app", computePlatform="Lambda", tags=[{"Key": "a", "Value": "b"}]
    )
    client.create_deployment_config(
        deploymentConfigName="Slow", computePlatform="Lambda", trafficRoutingConfig={
            "type": "TimeBasedLinear", "timeBasedLinear": {"linearPercentage": 20, "linearInterval": 1}},
    )  # fmt: skip
    client.create_deployment_group(
        applicationName="app", deploymentGroupName="group", serviceRoleArn=role, deploymentConfigName="Slow",
        deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
        alarmConfiguration={"enabled": True, "alarms": [{"name": "often"}]},
        autoRollbackConfiguration={"enabled": True, "events": ["DEPLOYMENT_FAILURE"]},
    )  # fmt: skip
    function = {"Name": "worker", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}
    appspec = {"version": 0.0, "Resources": [
        {"worker": {"Type": "AWS::Lambda::Function", "Properties": function}}]}  # fmt: skip
    twin.client("lambda").update_alias(
        FunctionName="worker", Name="live", RoutingConfig={"AdditionalVersionWeights": {}}
    )
    client.create_deployment(applicationName="app", deploymentGroupName="group", revision={
        "revisionType": "AppSpecContent", "appSpecContent": {"content": json.dumps(appspec)}})  # fmt: skip
    twin.advance(600)


def builds(twin: RunningTwin, role: str) -> None:
    client = twin.client("codebuild")
    image = "aws/codebuild/amazonlinux2-x86_64-standard:5.0"
    client.create_project(
        name="build", serviceRole=role, artifacts={"type": "NO_ARTIFACTS"}, tags=[{"key": "a", "value": "b"}],
        source={"type": "NO_SOURCE", "buildspec": "version: 0.2\nphases: {build: {commands: [echo built]}}"},
        environment={"type": "LINUX_CONTAINER", "image": image, "computeType": "BUILD_GENERAL1_SMALL"},
    )  # fmt: skip
    client.create_report_group(name="tests", type="TEST", exportConfig={"exportConfigType": "NO_EXPORT"})
    build = client.start_build(projectName="build", idempotencyToken="once")["build"]["id"]
    for _ in range(2000):
        twin.advance(0.01)
        if client.batch_get_builds(ids=[build])["builds"][0]["buildComplete"]:
            return
    raise AssertionError("the build did not end")


def pipelines(twin: RunningTwin, role: str) -> None:
    client = twin.client("codepipeline")
    read = {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"}
    ask = {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}
    place = {"S3Bucket": "kept", "S3ObjectKey": "nothing.zip"}
    source = {
        "name": "Read",
        "actionTypeId": read,
        "configuration": place,
        "outputArtifacts": [{"name": "code"}],
    }
    stages = [
        {"name": "Source", "actions": [source]},
        {"name": "Approve", "actions": [{"name": "Ask", "actionTypeId": ask}]},
    ]
    line = {"name": "line", "roleArn": role, "stages": stages, "pipelineType": "V2"}
    store = {"artifactStore": {"type": "S3", "location": "kept"}}
    client.create_pipeline(pipeline={**line, **store}, tags=[{"key": "a", "value": "b"}])
    client.disable_stage_transition(
        pipelineName="line", stageName="Approve", transitionType="Inbound", reason="not now"
    )
    hook = {
        "name": "hook", "targetPipeline": "line", "targetAction": "Read", "authentication": "UNAUTHENTICATED",
        "authenticationConfiguration": {}, "filters": [{"jsonPath": "$.ref", "matchEquals": "main"}],
    }  # fmt: skip
    client.put_webhook(webhook=hook)


def addresses(twin: RunningTwin) -> None:
    client = twin.client("apigatewayv2")
    api = client.create_api(Name="http", ProtocolType="HTTP", Tags={"a": "b"})["ApiId"]
    integration = client.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=FUNCTION, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    client.create_route(ApiId=api, RouteKey="GET /{id}", Target=f"integrations/{integration}")
    client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    rest = twin.client("apigateway")
    api = rest.create_rest_api(name="rest")["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    child = rest.create_resource(restApiId=api, parentId=root, pathPart="items")["id"]
    rest.put_method(restApiId=api, resourceId=child, httpMethod="GET", authorizationType="NONE")
    rest.put_integration(
        restApiId=api, resourceId=child, httpMethod="GET", type="AWS_PROXY", integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{FUNCTION}/invocations",
    )  # fmt: skip
    rest.create_deployment(restApiId=api, stageName="prod")


def the_rest(twin: RunningTwin, role: str) -> None:
    client = twin.client("cognito-idp")
    pool = client.create_user_pool(PoolName="people")["UserPool"]["Id"]
    client.create_user_pool_client(UserPoolId=pool, ClientName="page")
    client.admin_create_user(UserPoolId=pool, Username="ada", TemporaryPassword="Secret-1!")
    network = twin.client("ec2").create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    twin.client("ec2").create_subnet(VpcId=network, CidrBlock="10.0.1.0/24")
    twin.client("ec2").create_security_group(GroupName="closed", Description="d", VpcId=network)
    twin.client("ecr").create_repository(repositoryName="images")
    machine = {"StartAt": "Wait", "States": {"Wait": {"Type": "Pass", "End": True}}}
    twin.client("stepfunctions").create_state_machine(
        name="steps", definition=json.dumps(machine), roleArn=role
    )
