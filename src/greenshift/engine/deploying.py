"""One program's way to one target: it runs, what it registers is deployed, what it left out is deleted."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.events import Event, Step
from greenshift.engine.hidden import hidden_texts
from greenshift.engine.loading import Loading
from greenshift.engine.local.provider import LocalProvider
from greenshift.engine.plugin.configuration import Configuration
from greenshift.engine.policy.policies import Policies
from greenshift.engine.program import host
from greenshift.engine.program.callbacks import Callbacks
from greenshift.engine.program.console import Console
from greenshift.engine.program.host import Ending
from greenshift.engine.program.monitor import Monitor, Parts
from greenshift.engine.program.program_spec import Program, Target
from greenshift.engine.program.serving import serving
from greenshift.engine.program.transforms import Transforms
from greenshift.engine.provider import Provider
from greenshift.engine.reporter import Reporter
from greenshift.engine.state.outputs import Output, as_outputs
from greenshift.engine.state.snapshot import Snapshot
from greenshift.engine.state.stack_references import StackReferences
from greenshift.engine.state.statefile import StateFile
from greenshift.engine.steps.deployment import Deployment
from greenshift.engine.steps.hooks import Hooks
from greenshift.engine.steps.providers import Providers
from greenshift.engine.steps.run import Run
from greenshift.engine.steps.stop import StopSignal, interrupted, interruptible
from greenshift.engine.steps.targets import Targets


@dataclass(frozen=True)
class Result:
    """What a run did (or, for a preview, would do)."""

    outputs: Mapping[str, Output] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)  # op -> number of resources
    steps: tuple[Step, ...] = ()
    duration: float = 0.0
    stand_ins: tuple[str, ...] = ()  # "name (type)" of what is in the state and not on the twin


@dataclass(frozen=True)
class Way:
    """Everything about a program and its target that is the same in each of their runs."""

    program: Program
    target: Target
    state: StateFile
    passphrase: str
    provider: Provider | None = None
    """Instead of the AWS provider at the target, and of the local one."""
    stand_ins: bool = False
    """What the twin does not have is kept in the state and told, instead of refused."""
    _made: dict[str, Provider] = field(default_factory=dict)
    """Each provider by its configuration: what one run has loaded, the next one need not load again."""

    def reporter(self, on_event: Callable[[Event], None]) -> Reporter:
        """One that hides what the program keeps secret."""
        reporter = Reporter(on_event)
        reporter.hide(hidden_texts(self.program, os.environ))
        return reporter

    def providers(self, snapshot: Snapshot) -> Providers:
        """Who makes each resource, with the provider resources of a state."""

        def make(configured: Configuration) -> Provider:
            if self.provider is not None:
                return self.provider
            key = repr(configured)
            if key not in self._made:
                made = AwsProvider(
                    self.target.endpoint,
                    configured.region,
                    default_tags=configured.default_tags,
                    stand_ins=self.stand_ins,
                )
                self._made.setdefault(key, made)  # of two threads at once, both get the first one's
            return self._made[key]

        beside = self.provider or LocalProvider(self.program.directory, stand_ins=self.stand_ins)
        return Providers(self.program, snapshot, make, self.target.region, beside)


class Deployer:
    """Deploys along one way, one run at a time; a run may hold another one inside (a look before it)."""

    def __init__(self, way: Way, spare: host.Waiting | None = None) -> None:
        """``spare``: a process for the first run; ``close`` ends it when there is none."""
        self._way = way
        self._stop = StopSignal()
        self._host: host.Host | None = None
        self._spare = spare
        self._spares = threading.Lock()
        self._loading: Loading | None = None

    def deploy(self, run: Run, snapshot: Snapshot, policies: Policies, targets: Targets) -> Result:
        """Raises the first reason for which the run ended early (``stop.interruptible``)."""
        began = time.monotonic()
        way = self._way
        providers = way.providers(snapshot)
        if self._loading is None:
            self._loading = Loading(lambda: providers.of(""))
        self.expect("")
        with self._stopped_by(run.stop), interruptible(run.stop), closing(Callbacks()) as callbacks:
            hooks = Hooks(callbacks, run.reporter, run.dry_run)
            deployment = Deployment(run, snapshot, providers, hooks, policies, targets)
            references = StackReferences(way.state, way.target.instance, way.passphrase)
            parts = Parts(deployment, providers, Transforms(callbacks), hooks, references)
            ending = self._run_program(run, parts)
            self._raise_failure(run, ending)
            deployment.refuse_unknown_targets()
            if not hooks.are_there:  # else the program stayed, and it was done while its hooks were there
                deployment.delete_leftovers()
        outputs = as_outputs(deployment.stack_outputs)
        took = time.monotonic() - began
        return Result(outputs, run.reporter.counts, run.reporter.steps, took, deployment.stand_ins)

    def get_ready(self) -> None:
        """Another run will follow this one: start its process beside it. ``close`` must follow."""
        with self._spares:
            if self._spare is None:
                self._spare = host.waiting(self._way.state.path)

    def expect(self, type_: str) -> None:
        """A resource of this type is to be made ("": a function is to be called)."""
        if self._loading is not None:
            self._loading.want(type_)

    def close(self) -> None:
        """End what was started for a run that did not come."""
        if self._loading is not None:
            self._loading.close()
            self._loading = None
        spare = self._take_spare()
        if spare is not None:
            spare.discard()

    def _take_spare(self) -> host.Waiting | None:
        with self._spares:
            spare, self._spare = self._spare, None
            return spare

    def cancel(self) -> None:
        """Finish the calls in flight and end the run, from another thread."""
        self._stop.set(interrupted())
        if self._host is not None:
            self._host.kill()

    @contextmanager
    def _stopped_by(self, stop: StopSignal) -> Iterator[None]:
        outer, self._stop = self._stop, stop
        try:
            yield
        finally:
            self._stop = outer

    def _run_program(self, run: Run, parts: Parts) -> Ending:
        program, state = self._way.program, self._way.state.path
        monitor = Monitor(program, parts, run.stop, run.dry_run)
        with (
            serving(monitor, Console(run.reporter)) as address,
            host.running(
                program, address, run.dry_run, run.reporter.says, state, self._take_spare()
            ) as running,
        ):
            self._host = running
            try:
                return running.wait()
            except KeyboardInterrupt:
                run.stop.set(interrupted())
                raise
            finally:
                self._host = None

    def _raise_failure(self, run: Run, ending: Ending) -> None:
        if run.stop.reason is not None or ending.kind == "well":
            run.stop.check()
            return
        raise host.failure(ending, run.reporter, self._way.program.directory)
