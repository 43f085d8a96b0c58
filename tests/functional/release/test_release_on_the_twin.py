"""Whole releases: the controller's handlers in this process, everything they call on a real twin."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from uuid import uuid4

import boto3
import pytest

from greenshift.release import controller, recorder
from greenshift.release.clients import Clients
from greenshift.release.ledger import Ledger
from greenshift.release.model import Release, State, Status
from greenshift.testing import RunningTwin, start_twin

BASE = "payments-dev"
KEYS = ("charge", "refund")
BUCKET = "payments-dev-artifacts"
RELEASE_CODE = Path(controller.__file__).parent
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
        for path in RELEASE_CODE.glob("*.py"):
            files[f"greenshift/release/{path.name}"] = path.read_bytes()
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

    def build(self, sources: Mapping[str, str], names: Mapping[str, str] | None = None) -> str:
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
                    "runtime": "python3.13",
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


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with start_twin(speed=300) as twin:
        yield Account(twin, tmp_path_factory.mktemp("targets"))


def ended(release: Release) -> bool:
    return release.is_ended


def good(answer: str) -> dict[str, str]:
    return {key: GOOD.format(answer=f"{key} {answer}") for key in KEYS}


def test_two_functions_are_published_shifted_and_recorded(account: Account) -> None:
    before = account.versions()
    id_ = account.publish(good("one"))

    published = account.release(id_)
    assert published.status is Status.PUBLISHED, published
    assert account.versions() == before

    done = account.shift_until(id_, ended)

    assert done.status is Status.SUCCEEDED, done
    assert account.versions() == {item.key: (item.to_version, {}) for item in done.functions}
    assert {key: account.watched(key) for key in KEYS} == {i.key: i.to_version for i in done.functions}
    rows = account.ledger.history(f"{BASE}-charge").rows
    assert [(row.release, row.status) for row in rows[:1]] == [(id_, State.SHIFTED)]
    assert hooks_of(account, done.functions[0].deployment_id or "") == {
        "BeforeAllowTraffic": "Succeeded",
        "AllowTraffic": "Succeeded",
        "AfterAllowTraffic": "Succeeded",
    }


def hooks_of(account: Account, deployment_id: str) -> dict[str, str]:
    codedeploy = account.twin.client("codedeploy")
    (target,) = codedeploy.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
    found = codedeploy.get_deployment_target(deploymentId=deployment_id, targetId=target)
    events = found["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"]
    return {event["lifecycleEventName"]: event["status"] for event in events}


def test_the_same_code_again_moves_nothing_until_a_setting_changes(account: Account) -> None:
    same = good("same")
    account.shift_until(account.publish(same), ended)
    before = account.versions()

    done = account.shift_until(account.publish(same), ended)

    assert done.status is Status.UNCHANGED
    assert account.versions() == before

    account.functions.update_function_configuration(
        FunctionName=f"{BASE}-charge", Environment={"Variables": {"LIMIT": uuid4().hex}}
    )
    done = account.shift_until(account.publish(same), ended)
    assert done.status is Status.SUCCEEDED
    assert [item.key for item in done.changed] == ["charge"]


def test_a_version_that_does_not_start_is_refused_before_any_traffic(account: Account) -> None:
    before = account.versions()
    id_ = account.publish(good("half") | {"refund": BROKEN.format(answer="x")})

    failed = account.release(id_)

    assert failed.status is Status.FAILED
    assert "refund: version" in (failed.reason or "") and "Runtime.ImportModuleError" in (failed.reason or "")
    assert account.versions() == before


def test_an_alarm_on_one_function_takes_both_back(account: Account) -> None:
    before = account.versions()
    id_ = account.publish(good("new") | {"charge": BAD.format(answer="charge fails")})

    stop = account.traffic("charge")
    try:
        done = account.shift_until(id_, ended)
    finally:
        stop()

    assert done.status is Status.ROLLED_BACK, done
    assert done.alarm == f"{BASE}-charge-errors"
    assert "charge:" in (done.reason or "") and "ALARM_ACTIVE" in (done.reason or "")
    assert account.versions() == before
    assert {key: account.watched(key) for key in KEYS} == {key: before[key][0] for key in KEYS}
    assert {item.state for item in done.functions} == {State.ROLLED_BACK}


def test_a_fix_goes_out_although_the_last_release_was_alarmed(account: Account) -> None:
    done = account.shift_until(account.publish(good("the fix")), ended)

    assert done.status is Status.SUCCEEDED, done


def test_a_release_abandoned_while_shifting_is_taken_back_and_announced_once(account: Account) -> None:
    before = account.versions()
    account.messages()
    id_ = account.publish(good("abandoned"))
    account.shift_until(id_, lambda _: is_split(account))
    detail = {"pipeline": BASE, "execution-id": id_, "state": "STOPPED", "version": 1}
    event = {
        "id": str(uuid4()),
        "source": "aws.codepipeline",
        "detail-type": "CodePipeline Pipeline Execution State Change",
        "detail": detail,
    }

    for _ in range(2):
        recorder.record(event, lambda: 300.0, account.clients, account.targets)

    done = account.release(id_)
    assert (done.status, done.reason) == (Status.ROLLED_BACK, "the pipeline execution was stopped")
    assert account.versions() == before
    assert account.messages() == [f"{BASE}: rolled back"]


def in_two_threads(call: Callable[[], None]) -> None:
    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()


def test_every_job_delivered_twice_at_once_makes_one_deployment_per_function(account: Account) -> None:
    id_, artifact = str(uuid4()), account.build(good("twice"))
    in_two_threads(lambda: account.job("publish", id_, artifact))
    if (
        account.release(id_).status is Status.PUBLISHING
    ):  # the one who was kept out tells CodePipeline to come again
        account.job("publish", id_, artifact)
    deadline = time.monotonic() + 60
    while not account.release(id_).is_ended and time.monotonic() < deadline:
        in_two_threads(lambda: account.job("shift", id_))

    codedeploy = account.twin.client("codedeploy")
    assert account.release(id_).status is Status.SUCCEEDED
    for key in KEYS:
        group = {"applicationName": BASE, "deploymentGroupName": f"{BASE}-{key}"}
        ids = codedeploy.list_deployments(**group)["deployments"]
        infos = [codedeploy.get_deployment(deploymentId=one)["deploymentInfo"] for one in ids]
        told = [info.get("description") for info in infos]  # CodeDeploy's own rollbacks have none
        assert told.count(f"greenshift {id_} {key}") == 1


def is_split(account: Account) -> bool:
    return any(weights for _, weights in account.versions().values())


def test_the_next_release_takes_an_abandoned_one_back_first(account: Account) -> None:
    before = account.versions()
    abandoned = account.publish(good("left alone"))
    account.shift_until(abandoned, lambda _: is_split(account))

    done = account.shift_until(account.publish(good("the next")), ended)

    assert account.release(abandoned).status is Status.ROLLED_BACK
    assert f"{done.id} followed" in (account.release(abandoned).reason or "")
    assert done.status is Status.SUCCEEDED
    assert {item.key: item.from_version for item in done.functions} == {k: v for k, (v, _) in before.items()}


def test_a_revert_that_was_published_during_the_shift_it_reverts_moves_traffic_back(account: Account) -> None:
    account.shift_until(account.publish(good("original")), ended)
    original = account.versions()
    mistake = account.publish(good("mistake"))
    account.shift_until(mistake, lambda _: is_split(account))
    revert = account.publish(good("original"))
    if is_split(account):  # on a very busy machine the shift may be over by now; what follows holds anyway
        assert {item.state for item in account.release(revert).functions} == {State.UNCHANGED}
    assert account.shift_until(mistake, ended).status is Status.SUCCEEDED

    assert account.shift_until(revert, ended).status is Status.SUCCEEDED

    assert account.versions() == original


def test_a_failed_publish_can_be_retried_but_not_by_a_duplicate_delivery(account: Account) -> None:
    id_, job = str(uuid4()), str(uuid4())
    account.job("publish", id_, "no/such/artifact", job)
    assert account.release(id_).status is Status.FAILED
    artifact = account.build(good("retried"))

    account.job("publish", id_, artifact, job)
    assert account.release(id_).status is Status.FAILED

    account.job("publish", id_, artifact)
    assert account.release(id_).status is Status.PUBLISHED


def test_one_bad_package_refuses_the_whole_release_and_publishes_nothing(account: Account) -> None:
    def published() -> list[list[str]]:
        listed = [account.functions.list_versions_by_function(FunctionName=f"{BASE}-{key}") for key in KEYS]
        return [[version["Version"] for version in answer["Versions"]] for answer in listed]

    before = published()
    artifact = account.build(good("fine") | {"refund": GOOD}, {"refund": "main.py"})
    id_ = str(uuid4())
    account.job("publish", id_, artifact)

    assert account.release(id_).reason == (
        "nothing was published: refund: handler 'app.handler' (python3.13) needs"
        " app.py or app/__init__.py or app.pyc; the zip has main.py"
    )
    assert published() == before
