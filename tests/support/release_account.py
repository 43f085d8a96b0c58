"""Whole releases of the account in `release_parts`: handlers run in this process, the rest on the twin."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from uuid import uuid4

from release_parts import BASE, BUCKET, GOOD, KEYS, Parts, zipped

from greenshift.release import controller, recorder
from greenshift.release.model import Release


class Account(Parts):
    """What happens to it: jobs, errands, events, calls."""

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

    def job(
        self, step: str, release_id: str, artifact: str = "", job_id: str = "", waves: int | None = None
    ) -> None:
        location = {"type": "S3", "s3Location": {"bucketName": BUCKET, "objectKey": artifact}}
        inputs = [{"name": "BuildOutput", "revision": None, "location": location}] if artifact else []
        wanted = {} if waves is None else {"waves": waves}
        asked = json.dumps({"step": step, "pipelineExecutionId": release_id, **wanted})
        data = {
            "actionConfiguration": {"configuration": {"FunctionName": "c", "UserParameters": asked}},
            "inputArtifacts": inputs,
            "outputArtifacts": [],
            "artifactCredentials": {"accessKeyId": "", "secretAccessKey": "", "sessionToken": ""},
        }
        job = {"id": job_id or str(uuid4()), "accountId": self.twin.account, "data": data}
        event = {"CodePipeline.job": job}
        self.invokes(controller.respond, event, 900.0)

    def invokes(self, handler: Callable[..., None], event: Mapping[str, object], seconds: float) -> None:
        """One invocation. It takes time also where time stands still: the handlers' own clock runs on."""
        handler(event, lambda: seconds, self.clients, self.targets)
        if self.is_manual:
            self.twin.advance(2)

    def publish(self, sources: Mapping[str, str], **variables: str) -> str:
        """The id of a release that is published; ``variables`` are what its execution was started with."""
        release_id = str(uuid4())
        self.clients.codepipeline.variables[release_id] = variables
        self.job("publish", release_id, self.build(sources))
        return release_id

    def shift_until(
        self,
        release_id: str,
        is_reached: Callable[[Release], bool],
        seconds: float = 60,
        waves: int | None = None,
    ) -> Release:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.job("shift", release_id, waves=waves)
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

    def rolled_back(self, to: str = "", release_id: str = "") -> Release:
        """The release of `greenshift rollback`, to the end of it."""
        id_ = release_id or f"rollback-{uuid4()}"
        self.errand(errand="rollback", id=id_, to=to, by="Ada", why="refunds fail")
        return self.release(id_)

    def stops(self, release_id: str) -> None:
        """CodePipeline's event that the execution was stopped, taken in by the recorder."""
        detail = {"pipeline": BASE, "execution-id": release_id, "state": "STOPPED", "version": 1}
        self.hears("aws.codepipeline", "CodePipeline Pipeline Execution State Change", detail)

    def hears(self, source: str, kind: str, detail: Mapping[str, object]) -> None:
        event = {"id": str(uuid4()), "source": source, "detail-type": kind, "detail": detail}
        self.invokes(recorder.record, event, 300.0)

    def answer(self) -> tuple[str, str]:
        """What CodePipeline was told last."""
        return self.clients.codepipeline.answers[-1]

    def live(self) -> dict[str, str]:
        """The version each alias stands on; it stands whole."""
        found = self.versions()
        assert not any(weights for _, weights in found.values()), found
        return {key: version for key, (version, _) in found.items()}

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
        """The subjects of what was announced since it was last asked."""
        return [subject for subject, _ in self.mail()]

    def mail(self) -> list[tuple[str, str]]:
        sqs = self.twin.client("sqs")
        answer = sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=message["ReceiptHandle"])
        found = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
        return [(body["Subject"], body["Message"]) for body in found]


def ended(release: Release) -> bool:
    return release.is_ended


def good(answer: str) -> dict[str, str]:
    return {key: GOOD.format(answer=f"{key} {answer}") for key in KEYS}


def hooks_of(account: Account, deployment_id: str) -> dict[str, str]:
    codedeploy = account.twin.client("codedeploy")
    (target,) = codedeploy.list_deployment_targets(deploymentId=deployment_id)["targetIds"]
    found = codedeploy.get_deployment_target(deploymentId=deployment_id, targetId=target)
    events = found["deploymentTarget"]["lambdaTarget"]["lifecycleEvents"]
    return {event["lifecycleEventName"]: event["status"] for event in events}


def is_split(account: Account) -> bool:
    return any(weights for _, weights in account.versions().values())
