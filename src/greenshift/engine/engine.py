"""Preview, up and destroy: opens the state, serves the protocol, runs the program, deletes leftovers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, resource_pb2_grpc

from greenshift.engine import host, policy_pack
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.callbacks import Callbacks
from greenshift.engine.console import Console
from greenshift.engine.deployment import Deployment
from greenshift.engine.events import Diagnostic, Event, Step, StepDone, StepPlanned
from greenshift.engine.hooks import Hooks
from greenshift.engine.host import Ending, ProgramError
from greenshift.engine.importing import Imported, bring_in
from greenshift.engine.journal import Journal
from greenshift.engine.monitor import InternalError, Monitor, Parts
from greenshift.engine.outputs import Output, as_outputs, read_outputs
from greenshift.engine.plugin.configuration import Configuration
from greenshift.engine.policies import Inspection, NoPolicies, Policies, Watch, refuse, warn
from greenshift.engine.policy_pack import PolicyPack, RunningPack, Violation
from greenshift.engine.program_spec import Program, Target
from greenshift.engine.provider import Provider
from greenshift.engine.providers import Providers
from greenshift.engine.record import Memory, Record
from greenshift.engine.recovery import recover
from greenshift.engine.refresh import refresh as look
from greenshift.engine.reporter import Reporter
from greenshift.engine.run import Run
from greenshift.engine.snapshot import Snapshot
from greenshift.engine.statefile import StateFile
from greenshift.engine.stop import StopSignal, interrupted
from greenshift.engine.targets import Targets
from greenshift.engine.transforms import Transforms
from greenshift.errors import EngineError

_HANDLERS = 40  # more than the program's threads, so that a waiting registration never blocks a log line
_LARGEST_MESSAGE = 400 * 1024 * 1024  # the SDK's own limit


@dataclass(frozen=True)
class Result:
    """What a run did (or, for a preview, would do)."""

    outputs: Mapping[str, Output] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)  # op -> number of resources
    steps: tuple[Step, ...] = ()
    duration: float = 0.0


class Engine:
    """Runs one program against one target. One run at a time."""

    def __init__(
        self,
        program: Program,
        target: Target,
        state: StateFile,
        on_event: Callable[[Event], None],
        passphrase: str,
        *,
        provider: Provider | None = None,
        pack: PolicyPack | None = None,
    ) -> None:
        self._program = program
        self._target = target
        self._state = state
        self._on_event = on_event
        self._passphrase = passphrase
        self._given = provider
        self._pack = pack
        self._targets = Targets()
        self._stop = StopSignal()
        self._host: host.Host | None = None

    def preview(self, targets: Targets | None = None, *, refresh: bool = False) -> Result:
        """What ``up`` would do. Nothing is created, changed or written."""
        self._targets = targets or Targets()
        snapshot = self._state.read(self._target.instance, self._passphrase)
        run = self._new_run(Memory(snapshot), dry_run=True)
        recover(snapshot, run.record, self._providers(snapshot))
        self._prepare(run, snapshot, refresh=refresh)
        with self._asked(dry_run=True) as pack:
            if pack is None:
                return self._deploy(run, snapshot, NoPolicies())
            inspection = Inspection(pack)
            result = self._deploy(run, snapshot, inspection)
            self._judge(inspection.violations(), run.reporter, "up would refuse this program")
            if inspection.refusal is not None:
                raise inspection.refusal
            return result

    def up(self, targets: Targets | None = None, *, refresh: bool = False) -> Result:
        """Bring everything to what the program says, unless a mandatory policy refuses it as a whole."""
        self._targets = targets or Targets()
        with (
            self._asked(dry_run=False) as pack,
            self._state.opened(self._target.instance, self._passphrase) as journal,
        ):
            run = self._new_run(journal, dry_run=False)
            recover(journal.snapshot, journal, self._providers(journal.snapshot))
            self._prepare(run, journal.snapshot, refresh=refresh)
            if pack is None:
                return self._deploy(run, journal.snapshot, NoPolicies())
            watch, planned = self._inspected(pack, run, journal.snapshot)
            if planned is not None:
                return planned
            result = self._deploy(run, journal.snapshot, watch)
            self._judge(watch.violations(), run.reporter, "everything was created before they could be seen")
            return result

    def refresh(self, targets: Targets | None = None, *, dry_run: bool = False) -> Result:
        """Bring the state to what is there, without a change of anything else."""
        began = time.monotonic()
        self._targets = targets or Targets()
        with self._state.opened(self._target.instance, self._passphrase) as journal:
            record = Memory(journal.snapshot) if dry_run else journal
            run = self._new_run(record, dry_run)
            providers = self._providers(journal.snapshot)
            recover(journal.snapshot, record, providers)
            self._targets.refuse_unmatched(journal.snapshot.resources)
            with self._interruptible():
                look(run, journal.snapshot, providers, self._targets)
            return Result({}, run.reporter.counts, run.reporter.steps, time.monotonic() - began)

    def bring_in(self, type_: str, name: str, id_: str) -> Imported:
        """Take a resource that exists into the state (``importing``)."""
        with self._state.opened(self._target.instance, self._passphrase) as journal:
            root = f"urn:pulumi:{self._program.stack}::{self._program.project}"
            return bring_in(journal, self._providers(journal.snapshot), root, type_, name, id_)

    def editing(self) -> AbstractContextManager[Journal]:
        """The state to be changed by hand (``edit``)."""
        return self._state.opened(self._target.instance, self._passphrase)

    def snapshot(self) -> Snapshot:
        """The state as it is now."""
        return self._state.read(self._target.instance, self._passphrase)

    def _prepare(self, run: Run, snapshot: Snapshot, *, refresh: bool) -> None:
        """The look at what is there, before the program runs; of a preview it stays in memory."""
        if refresh:
            quiet = Run(run.record, self._reporter(lambda event: None), run.stop, dry_run=False)
            with self._interruptible():
                look(quiet, snapshot, self._providers(snapshot), Targets())

    def destroy(self) -> Result:
        """Delete everything in the state. Refuses before deleting anything when a resource is protected."""
        began = time.monotonic()
        with self._state.opened(self._target.instance, self._passphrase) as journal:
            run = self._new_run(journal, dry_run=False)
            providers = self._providers(journal.snapshot)
            recover(journal.snapshot, journal, providers)
            with self._interruptible(), closing(Callbacks()) as callbacks:
                hooks = Hooks(callbacks, run.reporter, dry_run=False)
                Deployment(run, journal.snapshot, providers, hooks).delete_leftovers()
            return Result({}, run.reporter.counts, run.reporter.steps, time.monotonic() - began)

    def outputs(self) -> Mapping[str, Output]:
        """The stack's outputs as the last ``up`` left them, from the state alone."""
        return read_outputs(self._state, self._target.instance, self._passphrase)

    def cancel(self) -> None:
        """Finish the calls in flight and end the run, from another thread."""
        self._stop.set(interrupted())
        if self._host is not None:
            self._host.kill()

    def _new_run(self, record: Record, dry_run: bool) -> Run:
        self._stop = StopSignal()
        return Run(record, self._reporter(self._on_event), self._stop, dry_run)

    def _reporter(self, on_event: Callable[[Event], None]) -> Reporter:
        reporter = Reporter(on_event)
        reporter.hide(
            value for key, value in self._program.config.items() if key in self._program.secret_keys
        )
        return reporter

    def _asked(self, dry_run: bool) -> AbstractContextManager[RunningPack | None]:
        """The policy pack's process, when there is a pack."""
        return policy_pack.running(self._pack, self._program, dry_run) if self._pack else nullcontext()

    def _inspected(self, pack: RunningPack, run: Run, snapshot: Snapshot) -> tuple[Watch, Result | None]:
        """A preview that is not shown, for the policies: nothing is created when one of them refuses.

        What the program says in it is told only when it fails; else it will say it again. When it finds that
        nothing would change, not even in the state, it was the run: the program need not run twice for that.
        """
        unshown: list[Event] = []
        preview = Run(Memory(snapshot), self._reporter(unshown.append), run.stop, dry_run=True)
        inspection = Inspection(pack)
        try:
            planned = self._deploy(preview, snapshot, inspection)
            found = inspection.violations()
            self._judge(found, preview.reporter, "nothing was created or changed", tell=run.reporter)
            if inspection.refusal is not None:
                raise inspection.refusal
        except EngineError:
            for event in unshown:
                if isinstance(event, Diagnostic):
                    self._on_event(event)
            raise
        if not preview.would_change:
            self._repeat(unshown)
            return Watch(pack, frozenset()), planned
        return Watch(pack, inspection.known(), frozenset(found)), None

    def _repeat(self, unshown: Iterable[Event]) -> None:
        """What a preview said, as the run it turned out to be."""
        for event in unshown:
            self._on_event(StepDone(event.step, 0.0) if isinstance(event, StepPlanned) else event)

    @staticmethod
    def _judge(
        found: Iterable[Violation], secrets: Reporter, consequence: str, *, tell: Reporter | None = None
    ) -> None:
        """Advisory ones are warnings; mandatory ones fail the run, all in one report."""
        cleaned = [replace(item, message=secrets.clean(item.message)) for item in found]
        warn(cleaned, tell or secrets)
        refuse(cleaned, consequence)

    def _deploy(self, run: Run, snapshot: Snapshot, policies: Policies) -> Result:
        began = time.monotonic()
        providers = self._providers(snapshot)
        with self._interruptible(), closing(Callbacks()) as callbacks:
            hooks = Hooks(callbacks, run.reporter, run.dry_run)
            deployment = Deployment(run, snapshot, providers, hooks, policies, self._targets)
            parts = Parts(deployment, providers, Transforms(callbacks), hooks)
            ending = self._run_program(run, parts)
            self._raise_failure(ending, run.reporter)
            deployment.refuse_unknown_targets()
            if not hooks.are_there:  # else the program stayed, and it was done while its hooks were there
                deployment.delete_leftovers()
        outputs = as_outputs(deployment.stack_outputs)
        return Result(outputs, run.reporter.counts, run.reporter.steps, time.monotonic() - began)

    def _providers(self, snapshot: Snapshot) -> Providers:
        given, target = self._given, self._target

        def make(configured: Configuration) -> Provider:
            return given or AwsProvider(
                target.endpoint, configured.region, default_tags=configured.default_tags
            )

        return Providers(self._program, snapshot, make, target.region)

    def _run_program(self, run: Run, parts: Parts) -> Ending:
        monitor = Monitor(self._program, parts, self._stop, run.dry_run)
        with (
            _serving(monitor, Console(run.reporter)) as address,
            host.running(self._program, address, run.dry_run, run.reporter.says) as running,
        ):
            self._host = running
            try:
                return running.wait()
            except KeyboardInterrupt:
                self._stop.set(interrupted())
                raise
            finally:
                self._host = None

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Whatever ends a run early, the reason that came first is the one that is raised."""
        try:
            yield
        except KeyboardInterrupt:
            self._stop.set(interrupted())
        except EngineError as error:
            self._stop.set(error)
        reason = self._stop.reason
        if isinstance(reason, InternalError) and reason.__cause__ is not None:
            raise reason.__cause__  # ours to mend: with its traceback
        if reason is not None:
            raise reason

    def _raise_failure(self, ending: Ending, reporter: Reporter) -> None:
        if self._stop.reason is not None or ending.kind == "well":
            self._stop.check()
            return
        if ending.kind == "refused":
            raise ProgramError(reporter.clean(ending.message), hint=ending.hint, exit_code=ending.code)
        for frame in ending.frames:
            reporter.says("error", f"  at {frame}")
        where = f" (at {ending.frames[-1]})" if ending.frames else ""
        raise EngineError(
            reporter.clean(f"the program failed: {ending.message}{where}"),
            hint=f"mend {self._program.directory / '__main__.py'} and run the same command again",
        )


@contextmanager
def _serving(monitor: Monitor, console: Console) -> Iterator[str]:
    """Both services on a free loopback port; on leaving, every call in flight has ended."""
    options = [
        ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
        ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ("grpc.so_reuseport", 0),
    ]
    pool = ThreadPoolExecutor(_HANDLERS, thread_name_prefix="engine")
    server = grpc.server(pool, options=options)
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
    engine_pb2_grpc.add_EngineServicer_to_server(console, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(grace=None).wait()
        pool.shutdown(wait=True)
