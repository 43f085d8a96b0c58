"""Preview, up and destroy: opens the state, serves the protocol, runs the program, deletes leftovers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace

from greenshift.engine import host, policy_pack
from greenshift.engine.aws.provider import AwsProvider
from greenshift.engine.callbacks import Callbacks
from greenshift.engine.console import Console
from greenshift.engine.deployment import Deployment
from greenshift.engine.events import Diagnostic, Event, Step, StepDone, StepPlanned
from greenshift.engine.goal import Goal
from greenshift.engine.hidden import hidden_texts
from greenshift.engine.hooks import Hooks
from greenshift.engine.host import Ending
from greenshift.engine.importing import Imported, bring_in
from greenshift.engine.journal import Journal
from greenshift.engine.local.provider import LocalProvider
from greenshift.engine.monitor import Monitor, Parts
from greenshift.engine.outputs import Output, as_outputs, read_outputs
from greenshift.engine.plugin.configuration import Configuration
from greenshift.engine.policies import Inspection, Listing, NoPolicies, Policies, PolicyError, Watch, judge
from greenshift.engine.policy_pack import PackError, PolicyPack, RunningPack, Violation
from greenshift.engine.program_spec import Program, Target
from greenshift.engine.provider import Provider
from greenshift.engine.providers import Providers
from greenshift.engine.record import Memory, Record
from greenshift.engine.recovery import recover
from greenshift.engine.refresh import refresh as look
from greenshift.engine.reporter import Reporter
from greenshift.engine.run import Run
from greenshift.engine.serving import serving
from greenshift.engine.snapshot import Snapshot
from greenshift.engine.stack_references import StackReferences
from greenshift.engine.statefile import StateFile
from greenshift.engine.stop import Interrupted, StopSignal, interrupted, interruptible
from greenshift.engine.targets import Targets
from greenshift.engine.transforms import Transforms
from greenshift.engine.values import Properties
from greenshift.errors import EngineError


@dataclass(frozen=True)
class Result:
    """What a run did (or, for a preview, would do)."""

    outputs: Mapping[str, Output] = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)  # op -> number of resources
    steps: tuple[Step, ...] = ()
    duration: float = 0.0
    stand_ins: tuple[str, ...] = ()  # "name (type)" of what is in the state and not on the twin


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
        stand_ins: bool = False,
    ) -> None:
        """``stand_ins``: what the twin does not have is kept in the state and told, instead of refused."""
        self._program = program
        self._target = target
        self._state = state
        self._on_event = on_event
        self._passphrase = passphrase
        self._given = provider
        self._pack = pack
        self._stand_ins = stand_ins
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
            judge(self._found(pack, inspection, snapshot), run.reporter, "up would refuse this program")
            if inspection.refusal is not None:
                raise inspection.refusal
            return result

    def judged(self) -> tuple[Violation, ...]:
        """What the pack says of the program, whatever its level; nothing is created, changed or written.

        A resource the engine does not make is judged like every other.
        """
        self._targets = Targets()
        snapshot = self._state.read(self._target.instance, self._passphrase)
        run = Run(Memory(snapshot), self._reporter(lambda event: None), self._stop, dry_run=True)
        with self._asked(dry_run=True) as pack:
            if pack is None:
                return ()
            inspection = Inspection(pack)
            self._deploy(run, snapshot, inspection)
            found = self._found(pack, inspection, snapshot)
        return tuple(replace(item, message=run.reporter.clean(item.message)) for item in found)

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
            judge(watch.violations(), run.reporter, "everything was created before they could be seen")
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
            with interruptible(self._stop):
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

    def planned(self) -> tuple[tuple[Goal, Properties], ...]:
        """Every resource that an ``up`` would leave, each with its inputs. No policy is asked."""
        snapshot = self.snapshot()
        run = self._new_run(Memory(snapshot), dry_run=True)
        recover(snapshot, run.record, self._providers(snapshot))
        listing = Listing()
        self._deploy(run, snapshot, listing)
        return tuple(listing.wanted)

    def _prepare(self, run: Run, snapshot: Snapshot, *, refresh: bool) -> None:
        """The look at what is there, before the program runs; of a preview it stays in memory."""
        if refresh:
            quiet = Run(run.record, self._reporter(lambda event: None), run.stop, dry_run=False)
            with interruptible(self._stop):
                look(quiet, snapshot, self._providers(snapshot), Targets())

    def destroy(self) -> Result:
        """Delete everything in the state. Refuses before deleting anything when a resource is protected."""
        began = time.monotonic()
        with self._state.opened(self._target.instance, self._passphrase) as journal:
            run = self._new_run(journal, dry_run=False)
            providers = self._providers(journal.snapshot)
            recover(journal.snapshot, journal, providers)
            with interruptible(self._stop), closing(Callbacks()) as callbacks:
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
        reporter.hide(hidden_texts(self._program, os.environ))
        return reporter

    def _asked(self, dry_run: bool) -> AbstractContextManager[RunningPack | None]:
        """The policy pack's process, when there is a pack."""
        return (
            policy_pack.running(self._pack, self._program, dry_run, self._passphrase)
            if self._pack
            else nullcontext()
        )

    def _inspected(self, pack: RunningPack, run: Run, snapshot: Snapshot) -> tuple[Watch, Result | None]:
        """A preview that is not shown, for the policies: nothing is created when one of them refuses.

        It foresees ids and ARNs. Should it fail for anything but a policy, such as a look at what is not
        there yet, what was foreseen may be the reason, and it is done again without.
        """
        try:
            with self._stop_of_its_own() as stop:
                return self._inspect(pack, run, snapshot, stop, foresees=True)
        except (PolicyError, PackError, Interrupted):
            raise
        except EngineError:
            return self._inspect(pack, run, snapshot, run.stop, foresees=False)

    def _inspect(
        self, pack: RunningPack, run: Run, snapshot: Snapshot, stop: StopSignal, *, foresees: bool
    ) -> tuple[Watch, Result | None]:
        """What the program says in it is told only when it fails; else it will say it again. When it finds
        that nothing would change, not even in the state, it was the run: there is no need for another one.
        """
        unshown: list[Event] = []
        preview = Run(Memory(snapshot), self._reporter(unshown.append), stop, dry_run=True, foresees=foresees)
        inspection = Inspection(pack)
        try:
            planned = self._deploy(preview, snapshot, inspection)
            found = inspection.violations()
            if foresees and inspection.refusal is not None and not any(each.is_mandatory for each in found):
                raise inspection.refusal
            judge(found, preview.reporter, "nothing was created or changed", tell=run.reporter)
            if inspection.refusal is not None:
                raise inspection.refusal
        except EngineError as error:
            if foresees and not isinstance(error, PolicyError):
                raise
            for event in unshown:
                if isinstance(event, Diagnostic):
                    self._on_event(event)
            raise
        if not preview.would_change:
            self._repeat(unshown)
            return Watch(pack, {}), planned
        return Watch(pack, inspection.known(), frozenset(found)), None

    def _repeat(self, unshown: Iterable[Event]) -> None:
        """What a preview said, as the run it turned out to be."""
        for event in unshown:
            self._on_event(StepDone(event.step, 0.0) if isinstance(event, StepPlanned) else event)

    def _found(self, pack: RunningPack, inspection: Inspection, snapshot: Snapshot) -> list[Violation]:
        """What a preview's policies say, and what they would say of values it does not know."""
        found = inspection.violations()
        if inspection.is_complete:
            return found
        told = {(item.policy, item.urn) for item in found}
        more = self._foreseen(pack, snapshot)
        return [*found, *(item for item in more if (item.policy, item.urn) not in told)]

    def _foreseen(self, pack: RunningPack, snapshot: Snapshot) -> list[Violation]:
        """What policies say once ids and ARNs are taken as they will be. Whatever else such a preview of its
        own trips over is not told: the program as it is was looked at already.
        """
        inspection = Inspection(pack)
        try:
            with self._stop_of_its_own() as stop:
                quiet = Run(Memory(snapshot), self._reporter(lambda event: None), stop, True, foresees=True)
                self._deploy(quiet, snapshot, inspection)
        except (PackError, Interrupted):
            raise
        except EngineError:
            return []
        return inspection.violations()

    @contextmanager
    def _stop_of_its_own(self) -> Iterator[StopSignal]:
        """For a run inside of another one, whose failure does not end that."""
        outer, self._stop = self._stop, StopSignal()
        try:
            yield self._stop
        finally:
            self._stop = outer

    def _deploy(self, run: Run, snapshot: Snapshot, policies: Policies) -> Result:
        began = time.monotonic()
        providers = self._providers(snapshot)
        with interruptible(self._stop), closing(Callbacks()) as callbacks:
            hooks = Hooks(callbacks, run.reporter, run.dry_run)
            deployment = Deployment(run, snapshot, providers, hooks, policies, self._targets)
            references = StackReferences(self._state, self._target.instance, self._passphrase)
            parts = Parts(deployment, providers, Transforms(callbacks), hooks, references)
            ending = self._run_program(run, parts)
            self._raise_failure(ending, run.reporter)
            deployment.refuse_unknown_targets()
            if not hooks.are_there:  # else the program stayed, and it was done while its hooks were there
                deployment.delete_leftovers()
        outputs = as_outputs(deployment.stack_outputs)
        took = time.monotonic() - began
        return Result(outputs, run.reporter.counts, run.reporter.steps, took, deployment.stand_ins)

    def _providers(self, snapshot: Snapshot) -> Providers:
        given, target = self._given, self._target

        def make(configured: Configuration) -> Provider:
            return given or AwsProvider(
                target.endpoint,
                configured.region,
                default_tags=configured.default_tags,
                stand_ins=self._stand_ins,
            )

        beside = given or LocalProvider(self._program.directory, stand_ins=self._stand_ins)
        return Providers(self._program, snapshot, make, target.region, beside)

    def _run_program(self, run: Run, parts: Parts) -> Ending:
        monitor = Monitor(self._program, parts, self._stop, run.dry_run)
        with (
            serving(monitor, Console(run.reporter)) as address,
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

    def _raise_failure(self, ending: Ending, reporter: Reporter) -> None:
        if self._stop.reason is not None or ending.kind == "well":
            self._stop.check()
            return
        raise host.failure(ending, reporter, self._program.directory)
