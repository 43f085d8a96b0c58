"""A stack on a twin whose releases start from a finished build: the real pipeline, less CodeBuild.

The components deploy it as they do for a user. Then the Build stage is taken out, and an S3 source delivers
the build's artifact instead, so that a release takes a second and hundreds of them can be made.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from greenshift.actions.release_request import ReleaseRequest
from greenshift.contract.release import Release
from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.release.record.ledger import Ledger
from greenshift.settings import load_project
from greenshift.testing import RunningTwin
from support.stacks.released_before import released_before

STACK = "shop-local"
OFTEN, SELDOM = 0.02, 0.1
"""Seconds between two looks: at what passes, and at what stays as it is once it has come. A look costs the
machine more than the twin's own work.
"""
BUILD_KEY = "builds/next.zip"
GOOD = "def handler(event, context):\n    return '{answer}'\n"
BAD = (
    "def handler(event, context):\n"
    "    if 'greenshift' in event: return 'ok'\n"
    "    raise RuntimeError('{answer}')\n"
)
PROJECT = """
name: shop
runtime: python
config:
  greenshift:source: {{value: {{repository: acme/shop, branch: main}}}}
  greenshift:rollout: {{value: {rollout}}}
  greenshift:shift: {{value: {{bakeMinutes: 0}}}}
  greenshift:functions:
    value:
{functions}
"""


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


class Delivered:
    """The stack, and what a test does to it and sees of it."""

    def __init__(
        self, twin: RunningTwin, folder: Path, keys: Iterable[str], rollout: str = "AllAtOnce"
    ) -> None:
        self.twin = twin
        self.folder = folder
        self.keys = tuple(keys)
        self._sources = {key: GOOD.format(answer=f"{key} first") for key in self.keys}
        self._write(rollout)
        self._deploy()
        self._end_first_release()
        self._skip_build()
        self.ledger = Ledger(twin.client("dynamodb"), f"{STACK}-ledger")
        # A first release moves all traffic at once; hundreds of others shift.
        released_before(twin.client("dynamodb"), f"{STACK}-ledger", [f"{STACK}-{key}" for key in self.keys])
        self.inbox = self._subscribe()

    # Deploying

    def _write(self, rollout: str) -> None:
        lines = [
            f"      {key}: {{directory: {key}, runtime: python3.13, handler: app.handler}}"
            for key in self.keys
        ]
        project = PROJECT.format(rollout=rollout, functions="\n".join(lines))
        (self.folder / "Pulumi.yaml").write_text(project)
        program = "import greenshift\n\ngreenshift.DeliveryPipeline.from_config()\n"
        (self.folder / "__main__.py").write_text(program)
        for key in self.keys:
            (self.folder / key).mkdir()
            (self.folder / key / "app.py").write_text(self._sources[key])
        self._git("init", "--quiet", "--initial-branch", "main")
        self._git("add", "--all")
        self._commit("First")
        self.twin.register_repository("acme/shop", self.folder)

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True)

    def _commit(self, message: str) -> None:
        """A commit may be empty: what the build makes of it is put in its place by ``build``."""
        author = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "gc.auto=0")
        self._git(*author, "commit", "--allow-empty", "-qm", message)

    def deploy_again(self, settings: Mapping[str, object]) -> None:
        """`up` with these settings of every function, beside those it has."""
        file = self.folder / "Pulumi.yaml"
        project = yaml.safe_load(file.read_text())
        for function in project["config"]["greenshift:functions"]["value"].values():
            function.update(settings)
        file.write_text(yaml.safe_dump(project))
        self._deploy()

    def _deploy(self) -> None:
        project = load_project(self.folder, "local")
        program = Program(self.folder, "shop", "local", project.config, project.secret_keys)
        target = Target(self.twin.endpoint, self.twin.region, "one")
        state = StateFile(self.folder / ".state" / "local.json")
        (self.folder / ".state").mkdir(exist_ok=True)
        Engine(program, target, state, lambda _: None, "a passphrase").up()

    def _end_first_release(self) -> None:
        """A new pipeline starts by itself; nobody here waits for its build."""
        (first,) = self.pipeline.list_pipeline_executions(pipelineName=STACK)["pipelineExecutionSummaries"]
        self.pipeline.stop_pipeline_execution(
            pipelineName=STACK, pipelineExecutionId=first["pipelineExecutionId"], abandon=True
        )
        until(lambda: self.status(first["pipelineExecutionId"]) != "InProgress", self.state)

    def _skip_build(self) -> None:
        pipeline = self.pipeline.get_pipeline(name=STACK)["pipeline"]
        stages = {stage["name"]: stage for stage in pipeline["stages"]}
        _, kit = stages["Source"]["actions"]
        kit["configuration"]["S3ObjectKey"] = BUILD_KEY
        kit["outputArtifacts"] = stages["Build"]["actions"][0]["outputArtifacts"]
        pipeline["stages"] = [stage for stage in pipeline["stages"] if stage["name"] != "Build"]
        self.pipeline.update_pipeline(pipeline=pipeline)

    def _subscribe(self) -> str:
        sqs, sns = self.twin.client("sqs"), self.twin.client("sns")
        queue = sqs.create_queue(QueueName="inbox")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        topic = f"arn:aws:sns:{self.twin.region}:{self.twin.account}:{STACK}-releases"
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return str(queue)

    # Releasing

    def build(self, sources: Mapping[str, str]) -> None:
        """Put the artifact a build of these sources would have made where the pipeline takes it from."""
        files: dict[str, str | bytes] = {}
        functions = []
        for key, source in sources.items():
            package = zipped({"app.py": source})
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
        self.twin.client("s3").put_object(Bucket=self.bucket, Key=BUILD_KEY, Body=zipped(files))

    def good(self, answer: str, keys: Iterable[str] | None = None) -> dict[str, str]:
        """New code for some functions, or for all; the others keep what they had."""
        changed = self.keys if keys is None else keys
        self._sources |= {key: GOOD.format(answer=f"{key} {answer}") for key in changed}
        return dict(self._sources)

    def start(self, sources: Mapping[str, str], request: ReleaseRequest | None = None) -> str:
        """Release a build of a new commit: one that is live, or went back, is not released again."""
        self._commit("Next")
        self.build(sources)
        variables = {"variables": request.variables()} if request else {}
        started = self.pipeline.start_pipeline_execution(name=STACK, **variables)
        return str(started["pipelineExecutionId"])

    def follow(self, execution: str, seconds: float = 120) -> str:
        """Wait until the pipeline's execution and its release have ended; how the former did."""
        until(lambda: self.status(execution) != "InProgress", self.state, seconds, SELDOM)
        until(
            lambda: (found := self.ledger.release(execution)) is not None and found.is_ended,
            self.state,
            seconds,
            SELDOM,
        )
        return self.status(execution)

    def succeed(self, sources: Mapping[str, str], request: ReleaseRequest | None = None) -> str:
        """A release that must go well; its id."""
        execution = self.start(sources, request)
        assert self.follow(execution) == "Succeeded", self.state()
        return execution

    # Looking

    @cached_property
    def pipeline(self) -> Any:
        return self.twin.client("codepipeline")

    @cached_property
    def bucket(self) -> str:
        return f"{STACK}-artifacts-{self.twin.account}-{self.twin.region}"

    def status(self, execution: str) -> str:
        found = self.pipeline.get_pipeline_execution(pipelineName=STACK, pipelineExecutionId=execution)
        return str(found["pipelineExecution"]["status"])

    def state(self) -> str:
        """Every action with its error, for a failing test to show."""
        stages = self.pipeline.get_pipeline_state(name=STACK)["stageStates"]
        return json.dumps([stage.get("actionStates") for stage in stages], default=str)

    def release(self, execution: str) -> Release:
        found = self.ledger.release(execution)
        assert found is not None
        return found

    def aliases(self) -> dict[str, tuple[str, dict[str, float]]]:
        """Where each alias sends traffic."""
        found = {}
        for key in self.keys:
            alias = self.lambda_.get_alias(FunctionName=f"{STACK}-{key}", Name="live")
            weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
            found[key] = (alias["FunctionVersion"], weights)
        return found

    @cached_property
    def lambda_(self) -> Any:
        return self.twin.client("lambda")

    def calls(self, function: str = f"{STACK}-controller", since: float = 0.0) -> list[dict[str, Any]]:
        """The AWS calls a function made, in the order of their ends."""
        calls = self.twin.request("GET", "/_twin/calls")["calls"]
        return [call for call in calls if call["function"] == function and call["time"] > since]

    def now(self) -> float:
        return float(self.twin.request("GET", "/_twin/health")["time"])

    def mail(self) -> list[dict[str, str]]:
        """What was announced since the last look."""
        sqs = self.twin.client("sqs")
        found = []
        while messages := sqs.receive_message(QueueUrl=self.inbox, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=self.inbox, ReceiptHandle=message["ReceiptHandle"])
                found.append(json.loads(message["Body"]))
        return found


def until(
    condition: Callable[[], bool], told: Callable[[], str], seconds: float = 60, pause: float = OFTEN
) -> None:
    """``pause``: between two looks."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, told()
        time.sleep(pause)
