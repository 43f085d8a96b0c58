"""Where a command works: the project, its stack, its twin and what is deployed there.

What deploys (our engine, Pulumi's SDK), what looks at a stack and boto3 are loaded by who needs them: every
command begins here.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from greenshift.advice import LOCAL
from greenshift.cli.project.home import HOME, state_path
from greenshift.cli.project.passphrase import project_passphrase
from greenshift.cli.project.repository import Repository, identity
from greenshift.engine import Event, Program, StateFile, Target, read_outputs
from greenshift.errors import GreenshiftError, UsageError
from greenshift.guardrails import location as guardrails
from greenshift.settings import Project, load_project
from greenshift.twin.machine import process
from greenshift.twin.machine.process import TwinHandle

if TYPE_CHECKING:
    from greenshift.engine import Engine, PolicyPack
    from greenshift.engine.program.host import Waiting
    from greenshift.pulumi_cli import PulumiStack
    from greenshift.view import Hours, Pace, StackOutputs, StackView

LOCAL_STACK = LOCAL


@dataclass(frozen=True)
class Workspace:
    """One stack of one project: ``local`` is the twin's, every other one the Pulumi CLI's.

    The CLI's stacks are on AWS, unless this shell has the twin's environment (``twin env --pulumi``).
    """

    project: Project
    stack: str = LOCAL_STACK  # as Pulumi knows it, so perhaps with an organization before it: acme/prod

    @classmethod
    def find(
        cls, stack: str = LOCAL_STACK, directory: Path | None = None, *, any_program: bool = False
    ) -> Workspace:
        """The project in or above a directory; errors name the key, the value and what is allowed.

        ``any_program``: also one that has nothing of Greenshift's.
        """
        name = stack.rsplit("/", 1)[-1]
        return cls(load_project(directory or Path.cwd(), name, any_program=any_program), stack)

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
        from greenshift.view import StackView

        return StackView(*self.deployed(), self.pace, self.stack)

    def hours(self) -> Hours:
        """The clock on which times are shown: the reader's own for what is on a twin, UTC for AWS."""
        from greenshift.view import AWS, Hours

        twin = self.twin() if self.is_local else self._named_twin()
        if twin is None:
            return AWS
        told = process.health(twin)
        # A twin that an older version started does not tell the wall's time; it is now, give or take a call.
        return Hours.of_twin(told["speed"], told["time"], told.get("wall", time.time()))

    @property
    def pace(self) -> Pace:
        """How fast it may be looked at: AWS counts calls, the twin does not."""
        from greenshift.view import EAGER, Pace

        return EAGER if self.is_on_twin else Pace()

    def deployed(self) -> tuple[StackOutputs, Callable[[str], Any]]:
        """The stack's outputs, and what makes boto3 clients of where it is."""
        from greenshift.view import StackOutputs

        if not self.is_local:
            found = self.pulumi(lambda event: None).outputs()
            parsed = StackOutputs.parse({name: output.value for name, output in found.items()})
            named = self._named_twin()
            if named is not None:
                return parsed, self.clients(named)
            from greenshift import pulumi_cli

            return parsed, pulumi_cli.clients(self.stack, parsed.topic_arn)
        twin = self.twin()
        outputs = self.outputs(twin)
        if not outputs:
            raise GreenshiftError(
                "nothing is deployed on this twin", hint="deploy the pipeline with: greenshift up"
            )
        return StackOutputs.parse(outputs), self.clients(twin)

    def pulumi(
        self, on_event: Callable[[Event], None], variables: Mapping[str, str] | None = None
    ) -> PulumiStack:
        """The stack through the real Pulumi CLI, with the same rules as on the twin.

        ``variables`` are for all of Pulumi's processes: where the stack is, when it is not on AWS.
        """
        from greenshift.pulumi_cli import PulumiStack

        return PulumiStack(
            self.project.directory,
            self.stack,
            on_event,
            policy_packs=(guardrails.DIRECTORY,),
            environment={**guardrails.environment(self.project.directory), **(variables or {})},
        )

    def outputs(self, twin: TwinHandle) -> Mapping[str, Any]:
        """The stack's outputs; empty when nothing is deployed."""
        found = read_outputs(self.state_file(), twin.instance, self.passphrase())
        return {name: output.value for name, output in found.items()}

    def engine(
        self,
        twin: TwinHandle,
        on_event: Callable[[Event], None],
        *,
        strict: bool = False,
        spare: Waiting | None = None,
    ) -> Engine:
        """What deploys the stack to the twin; ``strict`` refuses what the twin does not have.

        ``spare``: a process that waits for the program.
        """
        if self.is_lent(twin):
            raise GreenshiftError(
                "the Pulumi CLI has the state of this stack: it is at work, or was killed",
                hint="go on with: greenshift up --engine pulumi",
            )
        from greenshift.engine import Engine

        program = Program(
            directory=self.project.directory,
            project=self.project.name,
            stack=self.project.stack,
            config=self.project.config,
            secret_keys=self.project.secret_keys,
        )
        target = Target(endpoint=twin.endpoint, region=twin.region, instance=twin.instance)
        state, passphrase = self.state_file(), self.passphrase()
        pack = self._pack(state.path)
        return Engine(
            program, target, state, on_event, passphrase, pack=pack, stand_ins=not strict, spare=spare
        )

    def _pack(self, state: Path) -> PolicyPack:
        """The guardrails, and beside the state what they found in order."""
        from greenshift.engine import PolicyPack

        folder = self.project.directory
        basis = guardrails.basis(folder)
        memory = state.with_suffix(".judged") if basis else None
        return PolicyPack(guardrails.DIRECTORY, guardrails.environment(folder), memory, basis)

    def stand_ins(self) -> list[str]:
        """``name (type)`` of what the last `up` left in the local state alone."""
        if not self.is_local:
            return []
        from greenshift.engine.steps import stand_ins

        snapshot = self.state_file().read(self.twin().instance, self.passphrase())
        return stand_ins.told(snapshot.resources.values())

    @property
    def lent_mark(self) -> Path:
        """Beside the CLI's own copy of the state ``local``: holds the twin's instance while that is newer."""
        return self.home / "pulumi-local" / "has-the-state"

    def is_lent(self, twin: TwinHandle) -> bool:
        """Whether the CLI has a newer state of ``local`` than we have (``local_pulumi``)."""
        try:
            return self.lent_mark.read_text() == twin.instance
        except FileNotFoundError:
            return False

    def state_file(self) -> StateFile:
        path = state_path(self.home, self.project.stack)
        path.parent.mkdir(parents=True, exist_ok=True)
        return StateFile(path)

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

    def passphrase(self) -> str:
        """The passphrase of the local state: ``PULUMI_CONFIG_PASSPHRASE``, else one made for this project."""
        configured = os.environ.get("PULUMI_CONFIG_PASSPHRASE")
        return configured or project_passphrase(self.home)
