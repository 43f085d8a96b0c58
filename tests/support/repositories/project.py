"""A project on disk as its stack on a twin: deployed, released, rolled back and looked at."""

from __future__ import annotations

import io
import json
import subprocess
import urllib.request
import zipfile
from pathlib import Path
from typing import Any

from greenshift.actions import RollbackRequest, start_rollback
from greenshift.contract.statuses import MOVING
from greenshift.engine import Engine, Program, StateFile, Target
from greenshift.release.record.ledger import Ledger
from greenshift.settings import load_project
from greenshift.testing import RunningTwin
from support.stacks.delivered import SELDOM, until

# Builds fetch tools from registries, on a machine that does other things too.
_SECONDS = 420.0
# However busy this machine is; of what fails three calls are needed to tell it from chance.
ENDS_WHEN_CALLED = {"bakeMinutes": 0, "whenNobodyCalls": "hold", "holdCalls": 5, "holdMinutes": 1200}


class Project:
    """``keys`` are its functions; a release waits until each of them was called."""

    def __init__(self, twin: RunningTwin, folder: Path, name: str, keys: list[str]) -> None:
        self.twin = twin
        self.folder = folder
        self.stack = f"{name}-local"
        self.keys = keys
        self.ids: dict[str, str] = {}
        self.outputs: dict[str, Any] = {}
        self.events: dict[str, object] = {}
        """What a function is called with while it shifts, where it is not ``{}``."""
        self.ledger = Ledger(twin.client("dynamodb"), f"{self.stack}-ledger")

    def ship(self, repository: str) -> None:
        """Deploy it; its first release, which begins by itself, is ``one``."""
        self.twin.register_repository(repository, self.folder)
        self.outputs = self._deploy()
        (self.ids["one"],) = self._executions()
        assert self._follow(self.ids["one"]) == "Succeeded", self.state()

    def _git(self, *arguments: str) -> None:
        subprocess.run(["git", *arguments], cwd=self.folder, check=True, capture_output=True)

    def _commit(self, message: str) -> None:
        self._git("add", "--all")
        author = ("-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "gc.auto=0")
        self._git(*author, "commit", "--quiet", "--allow-empty", "--message", message)

    def _engine(self) -> Engine:
        (self.folder / ".state").mkdir(exist_ok=True)
        project = load_project(self.folder, "local")
        return Engine(
            Program(self.folder, project.name, "local", project.config, project.secret_keys),
            Target(self.twin.endpoint, self.twin.region, "one"),
            StateFile(self.folder / ".state/local.json"),
            lambda _: None,
            "a passphrase",
        )

    def _deploy(self) -> dict[str, Any]:
        return {name: each.value for name, each in self._engine().up().outputs.items()}

    # Releasing

    def commit_and_release(self, name: str) -> str:
        self._commit(name)
        started = self.twin.client("codepipeline").start_pipeline_execution(name=self.stack)
        self.ids[name] = str(started["pipelineExecutionId"])
        return self._follow(self.ids[name])

    def roll_back(self, to: str) -> None:
        name = str(self.outputs["controllerName"])
        done = start_rollback(
            self.twin.client("lambda"), name, RollbackRequest(self.ids[to], "Ada", "a test")
        )
        until(lambda: self._has_ended(done), self.state, _SECONDS, SELDOM)

    def _follow(self, execution: str) -> str:
        """A build that fails leaves no release."""

        def ended() -> bool:
            has_ended = self._has_ended(execution)
            return self._status(execution) != "InProgress" and (
                has_ended or self.ledger.release(execution) is None
            )

        until(ended, self.state, _SECONDS, SELDOM)
        return self._status(execution)

    def _has_ended(self, release: str) -> bool:
        """While it is under way everybody is called once more: it waits for that, on its new versions too."""
        found = self.ledger.release(release)
        if found is not None and found.status in MOVING:
            for key in self.keys:
                self.call(key, self.events.get(key))
        return found is not None and found.is_ended

    def _executions(self) -> list[str]:
        found = self.twin.client("codepipeline").list_pipeline_executions(pipelineName=self.stack)
        return [str(each["pipelineExecutionId"]) for each in found["pipelineExecutionSummaries"]]

    def _status(self, execution: str) -> str:
        found = self.twin.client("codepipeline").get_pipeline_execution(
            pipelineName=self.stack, pipelineExecutionId=execution
        )
        return str(found["pipelineExecution"]["status"])

    # Looking

    def name(self, key: str) -> str:
        return str(self.outputs["functions"][key]["name"])

    def call(self, key: str, event: object = None) -> Any:
        """What the alias answers; an error as its text."""
        said = self.twin.client("lambda").invoke(
            FunctionName=self.name(key), Qualifier="live", Payload=json.dumps(event or {}).encode()
        )
        return json.loads(said["Payload"].read())

    def versions(self) -> dict[str, str]:
        lambda_ = self.twin.client("lambda")
        found = {key: lambda_.get_alias(FunctionName=self.name(key), Name="live") for key in self.keys}
        return {key: str(alias["FunctionVersion"]) for key, alias in found.items()}

    def package(self, key: str) -> zipfile.ZipFile:
        """The live version's package, as Lambda hands it out."""
        found = self.twin.client("lambda").get_function(FunctionName=self.name(key), Qualifier="live")
        with urllib.request.urlopen(found["Code"]["Location"]) as answer:
            return zipfile.ZipFile(io.BytesIO(answer.read()))

    def log(self) -> list[str]:
        """Of the newest build."""
        codebuild, logs = self.twin.client("codebuild"), self.twin.client("logs")
        newest = codebuild.list_builds_for_project(projectName=f"{self.stack}-build")["ids"][0]
        (build,) = codebuild.batch_get_builds(ids=[newest])["builds"]
        return [
            event["message"]
            for page in logs.get_paginator("filter_log_events").paginate(
                logGroupName=build["logs"]["groupName"], logStreamNames=[build["logs"]["streamName"]]
            )
            for event in page["events"]
        ]

    def state(self) -> str:
        """Every action with its error, and the end of the build's log, for a failing test to show."""
        stages = self.twin.client("codepipeline").get_pipeline_state(name=self.stack)["stageStates"]
        actions = json.dumps([stage.get("actionStates") for stage in stages], default=str)
        return "\n".join((actions, *self.log()[-60:]))

    def destroy(self) -> None:
        self._engine().destroy()
