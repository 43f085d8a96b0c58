"""Where a command works: the project, its stack, its twin and what is deployed there.

What deploys (our engine, Pulumi's SDK) and boto3 are loaded by who needs them: every command begins here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenshift.advice import LOCAL
from greenshift.cli.passphrase import project_passphrase
from greenshift.cli.place import HOME
from greenshift.cli.repository import Repository, identity
from greenshift.engine import Event, Program, StateFile, Target, read_outputs
from greenshift.errors import GreenshiftError, UsageError
from greenshift.guardrails import location as guardrails
from greenshift.settings import Project, load_project
from greenshift.twin import process
from greenshift.twin.process import TwinHandle
from greenshift.view import EAGER, Pace, StackOutputs, StackView

if TYPE_CHECKING:
    from greenshift.automation import PulumiStack
    from greenshift.engine import Engine

LOCAL_STACK = LOCAL


@dataclass(frozen=True)
class Workspace:
    """One stack of one project: ``local`` is the twin's, every other one the Pulumi CLI's.

    The CLI's stacks are on AWS, unless this shell has the twin's environment (``twin env --pulumi``).
    """

    project: Project
    stack: str = LOCAL_STACK  # as Pulumi knows it, so perhaps with an organization before it: acme/prod

    @classmethod
    def find(cls, stack: str = LOCAL_STACK, directory: Path | None = None) -> Workspace:
        """The project in or above a directory; errors name the key, the value and what is allowed."""
        return cls(load_project(directory or Path.cwd(), stack.rsplit("/", 1)[-1]), stack)

    @property
    def is_local(self) -> bool:
        return self.stack == LOCAL_STACK

    @property
    def is_on_twin(self) -> bool:
        """Whether it is deployed to this project's twin, whichever engine did it."""
        return self.is_local or self._named_twin() is not None

    def _named_twin(self) -> TwinHandle | None:
        """The project's twin, when it is what AWS_ENDPOINT_URL names."""
        named = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
        running = process.find(self.home) if named else None
        return running if running is not None and running.endpoint == named else None

    @property
    def home(self) -> Path:
        """The project's own directory for state and the twin; never committed."""
        return self.project.directory / HOME

    def repository(self) -> Repository:
        """The git repository the project is; it stands in for the connection's."""
        return Repository.open(self.project.directory)

    def author(self) -> str:
        """Who git says commits here, as ``name <address>``; "" where git knows nobody."""
        return identity(self.project.directory)

    def twin(self) -> TwinHandle:
        """The running twin, or an error that says how to start it."""
        named = None if self.is_local else self._named_twin()
        if named is not None:
            return named
        if not self.is_local:
            raise UsageError(
                f"stack {self.stack!r} is on AWS; there, a push to the source branch starts a release",
                hint=f"git push; then see it with: greenshift status --stack {self.stack}",
            )
        return process.require(self.home)

    def view(self) -> StackView:
        """What is deployed, on the running twin or on AWS."""
        return StackView(*self.deployed(), self.pace, self.stack)

    @property
    def pace(self) -> Pace:
        """How fast it may be looked at: AWS counts calls, the twin does not."""
        return EAGER if self.is_on_twin else Pace()

    def deployed(self) -> tuple[StackOutputs, Callable[[str], Any]]:
        """The stack's outputs, and what makes boto3 clients of where it is."""
        if not self.is_local:
            found = self.pulumi(lambda event: None).outputs()
            parsed = StackOutputs.parse({name: output.value for name, output in found.items()})
            named = self._named_twin()
            if named is not None:
                return parsed, self.clients(named)
            from greenshift import automation

            return parsed, automation.clients(self.stack, parsed.topic_arn)
        twin = self.twin()
        outputs = self.outputs(twin)
        if not outputs:
            raise GreenshiftError(
                "nothing is deployed on this twin", hint="deploy the pipeline with: greenshift up"
            )
        return StackOutputs.parse(outputs), self.clients(twin)

    def pulumi(self, on_event: Callable[[Event], None]) -> PulumiStack:
        """The stack on AWS, through the real Pulumi CLI, with the same rules as on the twin."""
        from greenshift.automation import PulumiStack

        return PulumiStack(
            self.project.directory,
            self.stack,
            on_event,
            policy_packs=(guardrails.DIRECTORY,),
            environment=guardrails.environment(self.project.directory),
        )

    def outputs(self, twin: TwinHandle) -> Mapping[str, Any]:
        """The stack's outputs; empty when nothing is deployed."""
        found = read_outputs(self.state_file(), twin.instance, self._passphrase())
        return {name: output.value for name, output in found.items()}

    def engine(self, twin: TwinHandle, on_event: Callable[[Event], None]) -> Engine:
        """What deploys the stack to the twin."""
        from greenshift.engine import Engine, PolicyPack

        program = Program(
            directory=self.project.directory,
            project=self.project.name,
            stack=self.project.stack,
            config=self.project.config,
            secret_keys=self.project.secret_keys,
        )
        target = Target(endpoint=twin.endpoint, region=twin.region, instance=twin.instance)
        pack = PolicyPack(guardrails.DIRECTORY, guardrails.environment(self.project.directory))
        return Engine(program, target, self.state_file(), on_event, self._passphrase(), pack=pack)

    def state_file(self) -> StateFile:
        folder = self.home / "state"
        folder.mkdir(parents=True, exist_ok=True)
        return StateFile(folder / f"{self.project.stack}.json")

    @staticmethod
    def clients(twin: TwinHandle) -> Callable[[str], Any]:
        """Makes boto3 clients of the twin."""
        import boto3
        from botocore.config import Config

        session = boto3.Session(
            aws_access_key_id="local", aws_secret_access_key="local", region_name=twin.region
        )
        config = Config(retries={"mode": "standard"}, max_pool_connections=16)
        return lambda service: session.client(service, endpoint_url=twin.endpoint, config=config)

    def _passphrase(self) -> str:
        """Of the local state: ``PULUMI_CONFIG_PASSPHRASE``, else one made for this project."""
        configured = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
        return configured or project_passphrase(self.home)
