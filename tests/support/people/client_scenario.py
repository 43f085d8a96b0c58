"""What each boto3 is asked to do, run as a program of its own: only what boto3 of 2023 has as well.

``client_scenario.py write NAME`` makes things called NAME; ``client_scenario.py read`` prints the names of
all things it sees, as JSON. The twin is where ``AWS_ENDPOINT_URL_OF_THE_TWIN`` says (older boto3 knows no
``AWS_ENDPOINT_URL``).
"""

import io
import json
import os
import sys
import zipfile
from datetime import UTC, datetime, timedelta

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def client(service):
    return boto3.client(
        service,
        endpoint_url=os.environ["AWS_ENDPOINT_URL_OF_THE_TWIN"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}),
    )


def write(name):
    now = datetime.fromtimestamp(float(os.environ["TWIN_TIME"]), UTC)
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_data(
        Namespace="Seen",
        MetricData=[{"MetricName": name, "Timestamp": now, "Value": 3.0, "Unit": "Count"}],
    )
    cloudwatch.put_metric_alarm(
        AlarmName=name,
        Namespace="Seen",
        MetricName=name,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=100.0,
        ComparisonOperator="GreaterThanThreshold",
    )
    client("codedeploy").create_application(applicationName=name, computePlatform="Lambda")
    client("codestar-connections").create_connection(ConnectionName=name, ProviderType="GitHub")
    client("events").put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return event\n")
    lambda_ = client("lambda")
    lambda_.create_function(
        FunctionName=name,
        Runtime="python3.11",
        Handler="app.handler",
        Role=os.environ["ROLE_ARN"],
        Code={"ZipFile": code.getvalue()},
        Publish=True,
    )
    lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    answer = lambda_.invoke(FunctionName=name, Qualifier="live", Payload=json.dumps({"by": name}).encode())
    assert {"by": name} == json.loads(answer["Payload"].read())
    assert answer["ExecutedVersion"] == "1"
    client("sns").create_topic(Name=name)
    client("sqs").create_queue(QueueName=name)


def read():
    cloudwatch = client("cloudwatch")
    now = datetime.fromtimestamp(float(os.environ["TWIN_TIME"]), UTC)
    metrics = sorted(found["MetricName"] for found in cloudwatch.list_metrics(Namespace="Seen")["Metrics"])
    sums = {}
    for name in metrics:
        points = cloudwatch.get_metric_statistics(
            Namespace="Seen",
            MetricName=name,
            StartTime=now - timedelta(hours=1),
            EndTime=now + timedelta(hours=1),
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        sums[name] = sum(point["Sum"] for point in points)
    seen = {
        "alarms": [found["AlarmName"] for found in cloudwatch.describe_alarms()["MetricAlarms"]],
        "sums": sums,
        "applications": client("codedeploy").list_applications()["applications"],
        "connections": [
            found["ConnectionName"]
            for found in client("codestar-connections").list_connections()["Connections"]
        ],
        "rules": [found["Name"] for found in client("events").list_rules()["Rules"]],
        "functions": [found["FunctionName"] for found in client("lambda").list_functions()["Functions"]],
        "topics": [found["TopicArn"].rpartition(":")[2] for found in client("sns").list_topics()["Topics"]],
        "queues": [url.rpartition("/")[2] for url in client("sqs").list_queues().get("QueueUrls", [])],
        "refused": refused(),
    }
    print(
        json.dumps({key: value if isinstance(value, dict) else sorted(value) for key, value in seen.items()})
    )


def refused():
    """The codes of errors, and how often a call that cannot succeed was sent."""
    codes = {}
    for service, operation, parameters in (
        ("codedeploy", "get_application", {"applicationName": "nobody"}),
        ("cloudwatch", "set_alarm_state", {"AlarmName": "no", "StateValue": "OK", "StateReason": "x"}),
        ("lambda", "get_function", {"FunctionName": "nobody"}),
        ("events", "describe_rule", {"Name": "nobody"}),
        ("sqs", "get_queue_url", {"QueueName": "nobody"}),
    ):
        try:
            getattr(client(service), operation)(**parameters)
        except ClientError as error:
            codes[service] = error.response["Error"]["Code"]
    return codes


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2])
    else:
        read()
