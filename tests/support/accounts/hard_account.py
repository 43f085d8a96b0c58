"""The account of `release_account` with what the hard cases need: time that a test moves, other settings,
alarms of the user's own, and a CodePipeline that is played.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from greenshift.contract.clock import AwsClock
from greenshift.contract.release import Release
from greenshift.release import controller, recorder
from greenshift.release.record.asides import Asides
from greenshift.testing import RunningTwin
from support.accounts.played_pipeline import ReleaseClients
from support.accounts.release_account import BASE, KEYS, Account, ended

ORDERS, BUSINESS = "orders-per-minute-low", "business-is-bad"


GATED = """
import os, time

def handler(event, context):
    for _ in range(500):
        if "greenshift" not in event or not os.path.exists("{gate}"):
            break
        time.sleep(0.05)
    return "{answer}"
"""


class StandingClock(AwsClock):
    """The twin's own time. AWS's would run on by itself between two answers, and this one stands still."""

    def __init__(self, twin: RunningTwin) -> None:
        super().__init__(probe=lambda: None)
        self._twin = twin

    def now(self) -> datetime:
        return self._twin.twin.clock.now()


class HardAccount(Account):
    """On a twin whose clock stands still until it is moved."""

    clients: ReleaseClients

    def __init__(self, twin: RunningTwin, folder: Path) -> None:
        super().__init__(twin, folder)
        self.codedeploy = twin.client("codedeploy")
        self.clients = ReleaseClients(twin)
        self.gate = folder / "closed"
        for key in KEYS:
            self.functions.update_function_configuration(FunctionName=f"{BASE}-{key}", Timeout=30)
        self.clients.clock = StandingClock(twin)
        self.clients.pause = lambda _: self.step()
        self._orders_alarm()

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
        targets: Any = self._targets()
        for key, function in targets["functions"].items():
            function |= {"otherAlarms": list(also), "wave": (waves or {}).get(key, 0)}
        self.targets.write_text(json.dumps(targets | {"rules": dict(rules or {})}))
        for key in KEYS:
            alarms = [f"{BASE}-{key}-errors", *also]
            speed = "AllAtOnce" if key in at_once else "Canary10Percent5Minutes"
            self.codedeploy.update_deployment_group(
                applicationName=BASE,
                currentDeploymentGroupName=f"{BASE}-{key}",
                deploymentConfigName=f"CodeDeployDefault.Lambda{speed}",
                alarmConfiguration={"enabled": True, "alarms": [{"name": name} for name in alarms]},
            )

    def blinds(self, key: str) -> dict[str, Any]:
        """Let a function's alarm watch an alias that nobody calls; what to write back."""
        (found,) = self.alarms.describe_alarms(AlarmNames=[f"{BASE}-{key}-errors"])["MetricAlarms"]
        members = ("AlarmName", "Metrics", "Threshold", "ComparisonOperator", "TreatMissingData")
        alarm = {name: found[name] for name in (*members, "EvaluationPeriods")}
        text = json.dumps(alarm).replace(f"{BASE}-{key}:live", f"{BASE}-{key}:nobody")
        self.alarms.put_metric_alarm(**json.loads(text))
        return alarm

    def sets(self, alarm: str, state: str) -> None:
        self.alarms.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason=f"{alarm} {state}")

    def moves(self, key: str, version: str, weights: Mapping[str, float] | None = None) -> None:
        """Somebody's hand on an alias."""
        routing = {"AdditionalVersionWeights": dict(weights or {})}
        name = f"{BASE}-{key}"
        self.functions.update_alias(
            FunctionName=name, Name="live", FunctionVersion=version, RoutingConfig=routing
        )

    def gated(self, answer: str) -> dict[str, str]:
        """Code whose smoke test ends when the gate opens."""
        return {key: GATED.format(gate=str(self.gate), answer=f"{key} {answer}") for key in KEYS}

    def calls(self, key: str, times: int = 1, qualifier: str = "live") -> None:
        for _ in range(times):
            self.functions.invoke(FunctionName=f"{BASE}-{key}", Qualifier=qualifier, Payload=b"{}")

    def step(self) -> None:
        self.twin.advance(60)
        time.sleep(0.02)

    def invokes(self, handler: Callable[..., None], event: Mapping[str, object], seconds: float) -> None:
        """One invocation; it takes a moment, unless a gate is closed: `advance` waits for code that runs."""
        handler(event, lambda: seconds, self.clients, self.targets)
        if not self.gate.exists():
            self.twin.advance(2)

    # Releasing

    def publish(self, sources: Mapping[str, str], **variables: str) -> str:
        """The id of a release that is published; ``variables`` are what its execution was started with."""
        release_id = str(uuid4())
        self.clients.codepipeline.variables[release_id] = variables
        self.job("publish", release_id, self.build(sources))
        self.twin.advance(2)
        return release_id

    def shift(self, release_id: str, waves: int | None = None) -> None:
        """One Shift job; ``waves`` is how many of them may begin."""
        wanted = {} if waves is None else {"waves": waves}
        asked = json.dumps({"step": "shift", "pipelineExecutionId": release_id, **wanted})
        data = {"actionConfiguration": {"configuration": {"UserParameters": asked}}}
        self.invokes(controller.respond, {"CodePipeline.job": {"id": str(uuid4()), "data": data}}, 900.0)

    def shift_until(
        self,
        release_id: str,
        is_reached: Callable[[Release], bool],
        seconds: float = 60,
        waves: int | None = None,
    ) -> Release:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.shift(release_id, waves)
            release = self.release(release_id)
            if is_reached(release):
                return release
            assert not release.is_ended, release
            self.step()
        raise AssertionError(f"not reached in {seconds} s: {self.release(release_id)}")

    def ship(self, sources: Mapping[str, str], **variables: str) -> Release:
        """Published and shifted, to the end of it."""
        return self.shift_until(self.publish(sources, **variables), ended)

    def errand(self, **members: str) -> None:
        self.invokes(controller.respond, {"greenshift": members}, 900.0)

    def rolled_back(self, to: str = "", release_id: str = "", undo: str = "") -> Release:
        """The release of `greenshift rollback`, to the end of it."""
        id_ = release_id or f"rollback-{uuid4()}"
        self.errand(errand="rollback", id=id_, to=to, by="Ada", why="refunds fail", undo=undo)
        return self.release(id_)

    def refused_rollback(self, to: str = "", undo: str = "") -> str:
        """Why a rollback is refused: it is no release, and leaves no row among them."""
        id_ = f"rollback-{uuid4()}"
        self.errand(errand="rollback", id=id_, to=to, by="Ada", why="refunds fail", undo=undo)
        assert self.ledger.release(id_) is None
        aside = Asides(self.twin.client("dynamodb"), f"{BASE}-ledger").read(id_)
        assert aside is not None and aside.is_refused
        return aside.because

    def asks(self, **errand: str) -> Any:
        """The reply to an errand that only asks, as JSON brings it."""
        reply = controller.respond({"greenshift": errand}, lambda: 300.0, self.clients, self.targets)
        return json.loads(json.dumps(reply))

    def stops(self, release_id: str) -> None:
        """CodePipeline's event that the execution was stopped, taken in by the recorder."""
        detail = {"pipeline": BASE, "execution-id": release_id, "state": "STOPPED", "version": 1}
        self.hears("aws.codepipeline", "CodePipeline Pipeline Execution State Change", detail)

    def hears(self, source: str, kind: str, detail: Mapping[str, object], id_: str = "") -> None:
        event = {"id": id_ or str(uuid4()), "source": source, "detail-type": kind, "detail": detail}
        self.invokes(recorder.record, event, 300.0)

    def answer(self) -> tuple[str, str]:
        """What CodePipeline was told last."""
        return self.clients.codepipeline.answers[-1]

    def live(self) -> dict[str, str]:
        """The version each alias stands on; it stands whole."""
        found = self.versions()
        assert not any(weights for _, weights in found.values()), found
        return {key: version for key, (version, _) in found.items()}

    def messages(self) -> list[str]:
        """The subjects of what was announced since it was last asked."""
        return [subject for subject, _ in self.mail()]

    def mail(self) -> list[tuple[str, str]]:
        sqs = self.twin.client("sqs")
        answer = sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=message["ReceiptHandle"])
        found = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return [(body["Subject"], body["Message"]) for body in found]


def hooks_of(account: Account, deployment_id: str) -> dict[str, str]:
    codedeploy = account.twin.client("codedeploy")
    (target,) = codedeploy.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
    found = codedeploy.get_deployment_target(deploymentId=deployment_id, targetId=target)
    events = found["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"]
    return {event["lifecycleEventName"]: event["status"] for event in events}


def is_split(account: Account) -> bool:
    return any(weights for _, weights in account.versions().values())
