"""Where a command works: the project, its stack, its twin and what is deployed there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from greenshift.cli.repository import Repository
from greenshift.engine import Engine, Event, Program, StateFile, Target
from greenshift.errors import GreenshiftError, UsageError
from greenshift.settings import Project, load_project
from greenshift.twin import process
from greenshift.twin.process import TwinHandle
from greenshift.view import StackOutputs, StackView

LOCAL_STACK = "local"
HOME = ".greenshift"


@dataclass(frozen=True)
class Workspace:
    """One stack of one project on this machine."""

    project: Project

    @classmethod
    def find(cls, stack: str = LOCAL_STACK, directory: Path | None = None) -> Workspace:
        """The project in or above a directory; errors name the key, the value and what is allowed."""
        if stack != LOCAL_STACK:
            raise UsageError(
                f"stack {stack!r}: only the stack {LOCAL_STACK!r} runs on this machine",
                hint=f"deploy to AWS with the Pulumi CLI, same program: pulumi up --stack {stack}",
            )
        return cls(load_project(directory or Path.cwd(), stack))

    @property
    def home(self) -> Path:
        """The project's own directory for state and the twin; never committed."""
        return self.project.directory / HOME

    def repository(self) -> Repository:
        """The git repository the project is; it stands in for the connection's."""
        return Repository.open(self.project.directory)

    def twin(self) -> TwinHandle:
        """The running twin, or an error that says how to start it."""
        return process.require(self.home)

    def view(self) -> StackView:
        """What is deployed on the running twin."""
        twin = self.twin()
        outputs = self.outputs(twin)
        if not outputs:
            raise GreenshiftError(
                "nothing is deployed on this twin", hint="deploy the pipeline with: greenshift up"
            )
        return StackView(StackOutputs.parse(outputs), self.clients(twin))

    def outputs(self, twin: TwinHandle) -> Mapping[str, Any]:
        """The stack's outputs; empty when nothing is deployed."""
        found = self.engine(twin, lambda event: None).outputs()
        return {name: output.value for name, output in found.items()}

    def engine(self, twin: TwinHandle, on_event: Callable[[Event], None]) -> Engine:
        program = Program(
            directory=self.project.directory,
            project=self.project.name,
            stack=self.project.stack,
            config=self.project.config,
            secret_keys=self.project.secret_keys,
        )
        target = Target(endpoint=twin.endpoint, region=twin.region, instance=twin.instance)
        return Engine(program, target, self.state_file(), on_event, self._passphrase())

    def state_file(self) -> StateFile:
        folder = self.home / "state"
        folder.mkdir(parents=True, exist_ok=True)
        return StateFile(folder / f"{self.project.stack}.json")

    @staticmethod
    def clients(twin: TwinHandle) -> Callable[[str], Any]:
        """Makes boto3 clients of the twin."""
        session = boto3.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=twin.region
        )
        config = Config(retries={"mode": "standard"}, max_pool_connections=16)
        return lambda service: session.client(service, endpoint_url=twin.endpoint, config=config)

    def _passphrase(self) -> str:
        """Of the local state: ``PULUMI_CONFIG_PASSPHRASE``, else one made for this project."""
        configured = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
        if configured:
            return configured
        path = self.home / "passphrase"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(32))
        return path.read_text()
