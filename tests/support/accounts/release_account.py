"""One account on a twin with two functions, and the controller's handlers run in this process against it."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from uuid import uuid4

import boto3

from greenshift.components.archives import release_files
from greenshift.contract.release import Release
from greenshift.release import controller
from greenshift.release.record.ledger import Ledger
from greenshift.release.services.clients import Clients
from greenshift.testing import RunningTwin

BASE = "payments-dev"
KEYS = ("charge", "refund")
BUCKET = "payments-dev-artifacts"
GOOD = "def handler(event, context):\n    return '{answer}'\n"
BAD = (
    "def handler(event, context):\n"
    "    if 'greenshift' in event: return 'ok'\n"
    "    raise RuntimeError('{answer}')\n"
)
BROKEN = "import a_module_nobody_packaged\n\ndef handler(event, context):\n    return '{answer}'\n"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


class Account:
    """What the components would have made: functions, groups, alarms, table, topic, and the hooks' code."""

    made_by = "greenshift before"
    """The first versions' description: as if a release had published them, so that the next shifts slowly."""

    def __init__(self, twin: RunningTwin, folder: Path) -> None:
        self.twin = twin
        self.functions = twin.client("lambda")
        self.alarms = twin.client("cloudwatch")
        self.targets = folder / "targets.json"
        session = boto3.session.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=twin.region
        )
        self.clients = Clients(session, twin.endpoint)
        self.role = self._role()
        self._table()
        twin.client("s3").create_bucket(Bucket=BUCKET)
        self.topic = twin.client("sns").create_topic(Name=f"{BASE}-releases")["TopicArn"]
        self.inbox = self._inbox()
        self.targets.write_text(json.dumps(self._targets()))
        self._release_code()
        for key in KEYS:
            self._function(key)
        self.ledger = Ledger(twin.client("dynamodb"), f"{BASE}-ledger")

    def _role(self) -> str:
        iam = self.twin.client("iam")
        services = ["codedeploy.amazonaws.com", "lambda.amazonaws.com"]
        trust = {"Effect": "Allow", "Principal": {"Service": services}, "Action": "sts:AssumeRole"}
        document = {"Version": "2012-10-17", "Statement": [trust]}
        role = iam.create_role(RoleName="everything", AssumeRolePolicyDocument=json.dumps(document))
        allow = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
        policy = iam.create_policy(PolicyName="everything", PolicyDocument=json.dumps(allow))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName="everything", PolicyArn=policy)
        return str(role["Role"]["Arn"])

    def _table(self) -> None:
        names = ("deploymentId", "pipeline", "function", "startedAt")
        indexes = [("byPipeline", "pipeline"), ("byFunction", "function")]
        self.twin.client("dynamodb").create_table(
            TableName=f"{BASE}-ledger",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "deploymentId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in names],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": [
                        {"AttributeName": attribute, "KeyType": "HASH"},
                        {"AttributeName": "startedAt", "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "ALL"},
                }
                for index, attribute in indexes
            ],
        )

    def _inbox(self) -> str:
        sqs, sns = self.twin.client("sqs"), self.twin.client("sns")
        queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sns.subscribe(TopicArn=self.topic, Protocol="sqs", Endpoint=arn)
        return str(queue)

    def _targets(self) -> dict[str, object]:
        return {
            "formatVersion": 1,
            "pipeline": BASE,
            "application": BASE,
            "table": f"{BASE}-ledger",
            "topicArn": self.topic,
            "ttlDays": 365,
            "bucket": BUCKET,
            "beforeHook": f"CodeDeployHook_{BASE}-before",
            "afterHook": f"CodeDeployHook_{BASE}-after",
            "functions": {
                key: {
                    "name": f"{BASE}-{key}",
                    "arn": f"arn:aws:lambda:{self.twin.region}:{self.twin.account}:function:{BASE}-{key}",
                    "alias": "live",
                    "deploymentGroup": f"{BASE}-{key}",
                    "deploymentConfig": "CodeDeployDefault.LambdaCanary10Percent5Minutes",
                    "alarm": f"{BASE}-{key}-errors",
                    "smoke": {"event": None, "enabled": True},
                }
                for key in KEYS
            },
        }

    def _release_code(self) -> None:
        """The hooks run on the twin as on AWS: this very package, zipped, beside its targets."""
        files: dict[str, str | bytes] = {
            "greenshift/__init__.py": "",
            "targets.json": self.targets.read_text(),
        }
        files |= {name: path.read_bytes() for name, path in release_files().items()}
        for hook in ("before", "after"):
            self.functions.create_function(
                FunctionName=f"CodeDeployHook_{BASE}-{hook}",
                Runtime="python3.13",
                Handler="greenshift.release.hook.handler",
                Role=self.role,
                Timeout=60,
                Code={"ZipFile": zipped(files)},
                Environment={"Variables": {"GREENSHIFT_HOOK": hook}},
            )

    def _function(self, key: str) -> None:
        name = f"{BASE}-{key}"
        self.functions.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Handler="app.handler",
            Role=self.role,
            Publish=True,
            Description=self.made_by,
            Code={"ZipFile": zipped({"app.py": GOOD.format(answer=f"{key} bootstrap")})},
        )
        self.functions.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
        self._alarm(key, name)
        self._group(key)

    def _alarm(self, key: str, name: str) -> None:
        dimensions = {"FunctionName": name, "Resource": f"{name}:live", "ExecutedVersion": "1"}

        def query(id_: str, metric: str) -> dict[str, object]:
            named = [{"Name": one, "Value": value} for one, value in dimensions.items()]
            stat = {"Namespace": "AWS/Lambda", "MetricName": metric, "Dimensions": named}
            return {
                "Id": id_,
                "MetricStat": {"Metric": stat, "Period": 60, "Stat": "Sum"},
                "ReturnData": False,
            }

        rate = {"Id": "rate", "Expression": "IF(invocations > 0, 100 * errors / invocations, 0)"}
        self.alarms.put_metric_alarm(
            AlarmName=f"{name}-errors",
            ComparisonOperator="GreaterThanThreshold",
            Threshold=5.0,
            EvaluationPeriods=1,
            TreatMissingData="notBreaching",
            Metrics=[
                query("errors", "Errors"),
                query("invocations", "Invocations"),
                {**rate, "ReturnData": True},
            ],
        )

    def _group(self, key: str) -> None:
        codedeploy = self.twin.client("codedeploy")
        if key == KEYS[0]:
            codedeploy.create_application(applicationName=BASE, computePlatform="Lambda")
        codedeploy.create_deployment_group(
            applicationName=BASE,
            deploymentGroupName=f"{BASE}-{key}",
            serviceRoleArn=self.role,
            deploymentConfigName="CodeDeployDefault.LambdaCanary10Percent5Minutes",
            deploymentStyle={"deploymentType": "BLUE_GREEN", "deploymentOption": "WITH_TRAFFIC_CONTROL"},
            alarmConfiguration={"enabled": True, "alarms": [{"name": f"{BASE}-{key}-errors"}]},
            autoRollbackConfiguration={
                "enabled": True,
                "events": ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"],
            },
        )

    # Releasing

    def build(
        self,
        sources: Mapping[str, str],
        names: Mapping[str, str] | None = None,
        runtime: str = "python3.13",
    ) -> str:
        """A build artifact in the bucket, as the build kit makes it; ``names`` of files other than app.py."""
        files: dict[str, str | bytes] = {}
        functions = []
        for key, source in sources.items():
            package = zipped({(names or {}).get(key, "app.py"): source})
            digest = hashlib.sha256(package).digest()
            files[f"packages/{key}.zip"] = package
            functions.append(
                {
                    "function": key,
                    "package": f"packages/{key}.zip",
                    "sha256": digest.hex(),
                    "codeSha256": base64.b64encode(digest).decode(),
                    "size": len(package),
                    "runtime": runtime,
                    "handler": "app.handler",
                }
            )
        files["release.json"] = json.dumps({"formatVersion": 1, "functions": functions, "messages": []})
        key = f"{BASE}/BuildOutp/{uuid4().hex[:7]}"
        self.twin.client("s3").put_object(Bucket=BUCKET, Key=key, Body=zipped(files))
        return key

    def job(self, step: str, release_id: str, artifact: str = "", job_id: str = "") -> None:
        location = {"type": "S3", "s3Location": {"bucketName": BUCKET, "objectKey": artifact}}
        inputs = [{"name": "BuildOutput", "revision": None, "location": location}] if artifact else []
        asked = json.dumps({"step": step, "pipelineExecutionId": release_id})
        data = {
            "actionConfiguration": {"configuration": {"FunctionName": "c", "UserParameters": asked}},
            "inputArtifacts": inputs,
            "outputArtifacts": [],
            "artifactCredentials": {"accessKeyId": "", "secretAccessKey": "", "sessionToken": ""},
        }
        job = {"id": job_id or str(uuid4()), "accountId": self.twin.account, "data": data}
        event = {"CodePipeline.job": job}
        controller.respond(event, lambda: 900.0, self.clients, self.targets)

    def publish(self, sources: Mapping[str, str]) -> str:
        release_id = str(uuid4())
        self.job("publish", release_id, self.build(sources))
        return release_id

    def shift_until(
        self, release_id: str, is_reached: Callable[[Release], bool], seconds: float = 60
    ) -> Release:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.job("shift", release_id)
            release = self.release(release_id)
            if is_reached(release):
                return release
            time.sleep(0.1)
        raise AssertionError(f"not reached in {seconds} s: {self.release(release_id)}")

    def release(self, release_id: str) -> Release:
        found = self.ledger.release(release_id)
        assert found is not None
        return found

    def versions(self) -> dict[str, tuple[str, dict[str, float]]]:
        """Where each alias sends traffic."""
        found = {}
        for key in KEYS:
            alias = self.functions.get_alias(FunctionName=f"{BASE}-{key}", Name="live")
            weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            found[key] = (alias["FunctionVersion"], weights)
        return found

    def watched(self, key: str) -> str:
        alarm = self.alarms.describe_alarms(AlarmNames=[f"{BASE}-{key}-errors"])["MetricAlarms"][0]
        (version,) = {
            dimension["Value"]
            for query in alarm["Metrics"]
            for dimension in query.get("MetricStat", {}).get("Metric", {}).get("Dimensions", [])
            if dimension["Name"] == "ExecutedVersion"
        }
        return str(version)

    def traffic(self, key: str) -> Callable[[], None]:
        """Invoke an alias again and again until told to stop."""
        stopped = threading.Event()

        def invoke() -> None:
            client = self.twin.client("lambda")
            for _ in range(2000):
                if stopped.wait(0.02):
                    return
                client.invoke(FunctionName=f"{BASE}-{key}", Qualifier="live", Payload=b"{}")

        thread = threading.Thread(target=invoke, daemon=True)
        thread.start()

        def stop() -> None:
            stopped.set()
            thread.join(10)

        return stop

    def messages(self) -> list[str]:
        sqs = self.twin.client("sqs")
        answer = sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["Subject"] for message in answer.get("Messages", [])]


def ended(release: Release) -> bool:
    return release.is_ended


def good(answer: str) -> dict[str, str]:
    return {key: GOOD.format(answer=f"{key} {answer}") for key in KEYS}
