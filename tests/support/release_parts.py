"""An account with two functions ready to be released, on a real twin: what the components would have made.

Functions, groups, alarms, table, topic, and the hooks' code, which runs on the twin as on AWS; and what a
test changes of all that before a release.
"""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from played_pipeline import ReleaseClients

from greenshift.release import controller
from greenshift.release.ledger import Ledger
from greenshift.testing import RunningTwin
from greenshift.twin.clock import ManualClock

BASE = "payments-dev"
KEYS = ("charge", "refund")
BUCKET = "payments-dev-artifacts"
ORDERS, BUSINESS = "orders-per-minute-low", "business-is-bad"
RELEASE_CODE = Path(controller.__file__).parent
GOOD = "def handler(event, context):\n    return '{answer}'\n"
BAD = (
    "def handler(event, context):\n"
    "    if 'greenshift' in event: return 'ok'\n"
    "    raise RuntimeError('{answer}')\n"
)
SLOW = (  # its smoke test, and so the hook before traffic, takes long enough for something else to happen
    "import time\n\ndef handler(event, context):\n"
    "    if 'greenshift' in event: time.sleep(1.5)\n"
    "    return '{answer}'\n"
)
BROKEN = "import a_module_nobody_packaged\n\ndef handler(event, context):\n    return '{answer}'\n"


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


class Parts:
    """What the components would have made: functions, groups, alarms, table, topic, and the hooks' code."""

    def __init__(self, twin: RunningTwin, folder: Path) -> None:
        self.twin = twin
        self.functions = twin.client("lambda")
        self.alarms = twin.client("cloudwatch")
        self.codedeploy = twin.client("codedeploy")
        self.targets = folder / "targets.json"
        self.clients = ReleaseClients(twin)
        self.clients.pause = lambda _: self.step()
        self.role = self._role()
        self._table()
        twin.client("s3").create_bucket(Bucket=BUCKET)
        self.topic = twin.client("sns").create_topic(Name=f"{BASE}-releases")["TopicArn"]
        self.inbox = self._inbox()
        self.targets.write_text(json.dumps(self._targets({}, {}, ())))
        self._release_code()
        for key in KEYS:
            self._function(key)
        self._orders_alarm()
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

    def _targets(
        self, rules: Mapping[str, object], waves: Mapping[str, int], also: Sequence[str]
    ) -> dict[str, object]:
        return {
            "formatVersion": 1,
            "rules": dict(rules),
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
                    "otherAlarms": list(also),
                    "wave": waves.get(key, 0),
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
        if key == KEYS[0]:
            self.codedeploy.create_application(applicationName=BASE, computePlatform="Lambda")
        self.codedeploy.create_deployment_group(
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

    def _orders_alarm(self) -> None:
        """An alarm of the user's own, and one composed of it; they are what a test says they are."""
        self.alarms.put_metric_alarm(
            AlarmName=ORDERS,
            Namespace="Shop",
            MetricName="Orders",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1.0,
            ComparisonOperator="LessThanThreshold",
            TreatMissingData="ignore",
        )
        self.alarms.put_composite_alarm(AlarmName=BUSINESS, AlarmRule=f'ALARM("{ORDERS}")')
        self.sets(ORDERS, "OK")

    # What a test changes of it

    def deploy(
        self,
        rules: Mapping[str, object] | None = None,
        *,
        waves: Mapping[str, int] | None = None,
        also: Sequence[str] = (),
        at_once: Sequence[str] = (),
    ) -> None:
        """Other settings, as another `up` would bring them; what is left out is as by default."""
        self.targets.write_text(json.dumps(self._targets(rules or {}, waves or {}, also)))
        for key in KEYS:
            alarms = [f"{BASE}-{key}-errors", *also]
            speed = "AllAtOnce" if key in at_once else "Canary10Percent5Minutes"
            self.codedeploy.update_deployment_group(
                applicationName=BASE,
                currentDeploymentGroupName=f"{BASE}-{key}",
                deploymentConfigName=f"CodeDeployDefault.Lambda{speed}",
                alarmConfiguration={"enabled": True, "alarms": [{"name": name} for name in alarms]},
            )

    def sets(self, alarm: str, state: str) -> None:
        self.alarms.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason=f"{alarm} {state}")

    def moves(self, key: str, version: str, weights: Mapping[str, float] | None = None) -> None:
        """Somebody's hand on an alias."""
        routing = {"AdditionalVersionWeights": dict(weights or {})}
        name = f"{BASE}-{key}"
        self.functions.update_alias(
            FunctionName=name, Name="live", FunctionVersion=version, RoutingConfig=routing
        )

    def calls(self, key: str, times: int = 1, qualifier: str = "live") -> None:
        for _ in range(times):
            self.functions.invoke(FunctionName=f"{BASE}-{key}", Qualifier=qualifier, Payload=b"{}")

    @property
    def is_manual(self) -> bool:
        return isinstance(self.twin.twin.clock, ManualClock)

    def step(self) -> None:
        """A little time passes."""
        if self.is_manual:
            self.twin.advance(60)
            time.sleep(0.02)
        else:
            time.sleep(0.1)
