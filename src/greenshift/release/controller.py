"""The controller: CodePipeline's two Lambda invoke actions, Publish and Shift, and errands past the pipeline.

Returning is not enough and throwing is not enough: only PutJobSuccessResult or PutJobFailureResult ends a
job, otherwise the action hangs for 20 minutes [user guide: Lambda invoke action]. So everything ends in one
answer. The event holds temporary credentials and is never logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.errands import Ask, Errand, Plan, Rollback, Settle
from greenshift.contract.statuses import Status
from greenshift.release.errands import is_errand, parse_errand
from greenshift.release.errors import Refusal, ReleaseError, StaleRelease, describe
from greenshift.release.job import PUBLISH, Job, Token, job_id, parse_job
from greenshift.release.notices.replies import Reply, standing_reply
from greenshift.release.notices.report import JobReport, Verdict, report_of, report_of_aside
from greenshift.release.package.artifact import fetch
from greenshift.release.record.standing import Stands
from greenshift.release.services.clients import Clients, default_clients
from greenshift.release.services.pipeline import Jobs
from greenshift.release.settle import settle
from greenshift.release.targets import DEFAULT_PATH, load_targets
from greenshift.release.wiring import Wiring, remaining_of

log = logging.getLogger("greenshift")
log.setLevel(logging.INFO)

# So long each visit may end in an error before the job does.
_ERRORS = timedelta(minutes=5)


def handler(event: Mapping[str, object], context: object) -> Reply | None:
    """Lambda's entry point."""
    return respond(event, remaining_of(context), default_clients())


def respond(
    event: Mapping[str, object],
    remaining: Callable[[], float],
    clients: Clients,
    targets: Path = DEFAULT_PATH,
) -> Reply | None:
    """Carry out one job, and answer it whatever happens; or one errand."""
    if is_errand(event):
        return run_errand(parse_errand(event), Wiring(clients, load_targets(targets), remaining))
    id_ = job_id(event)

    def run(job: Job) -> JobReport:
        return _run(job, Wiring(clients, load_targets(targets), remaining))

    report = _guarded(event, lambda: _now(clients), run)
    log.info("job %s: %s: %s", id_, report.verdict.name, report.summary)
    Jobs(clients.of("codepipeline")).answer(id_, report)
    return None


def _now(clients: Clients) -> datetime:
    """AWS's time; the machine's where AWS cannot be asked, for an answer has to be given all the same."""
    try:
        return clients.clock.now()
    except (ClientError, BotoCoreError, OSError, RuntimeError):
        return datetime.now(UTC)


def run_errand(errand: Errand, wiring: Wiring) -> Reply | None:
    """The reply to one that asks. Errors are raised: Lambda repeats an errand that failed."""
    log.info("errand: %s", errand)
    match errand:
        case Settle():
            release = wiring.ledger.release(errand.release)
            if release is not None:
                pause, remaining = wiring.clients.pause, wiring.remaining
                ended = settle(wiring.shifter(), release, errand.reason, pause=pause, remaining=remaining)
                wiring.announcer().announce(ended)
        case Rollback():
            wiring.rollbacks().carry_out(errand)
        case Plan():
            return wiring.rollbacks().plan(errand)
        case Ask():
            entrance = wiring.entrance()
            found = entrance.standing(errand.commit)
            return standing_reply(found, entrance.pending() if found.stands is Stands.LIVE else ())
    return None


def _guarded(
    event: Mapping[str, object], now: Callable[[], datetime], run: Callable[[Job], JobReport]
) -> JobReport:
    try:
        job = parse_job(event)
    except Refusal as error:
        return JobReport(Verdict.FAILED, str(error), failure_type="ConfigurationError")
    try:
        return run(job)
    except StaleRelease as error:
        log.info("release %s: %s", job.release_id, error)  # expected: the other invocation goes on
        return _after_error(job, error, now())
    except Exception as error:  # the process edge: an unanswered job would hang
        log.exception("step %s of release %s", job.step, job.release_id)
        return _after_error(job, error, now())


def _after_error(job: Job, error: Exception, now: datetime) -> JobReport:
    """Come back after an error that may pass; end the job after one that does not, or does not pass."""
    since = (job.token or Token()).failing_since or now
    is_final = isinstance(error, ReleaseError) and not isinstance(error, StaleRelease)
    if is_final or now - since >= _ERRORS:
        return JobReport(Verdict.FAILED, describe(error))
    return JobReport(Verdict.CONTINUE, f"trying again after {describe(error)}", token=Token(since).text())


def _run(job: Job, wiring: Wiring) -> JobReport:
    return _publish(job, wiring) if job.step == PUBLISH else _shift(job, wiring)


def _publish(job: Job, wiring: Wiring) -> JobReport:
    if not job.inputs:
        raise Refusal("the Publish action has no input artifact; it needs the build's output")
    s3 = wiring.clients.s3_as(job.credentials)
    return wiring.publisher().publish(job, lambda: fetch(s3, job.inputs[0]))


def _shift(job: Job, wiring: Wiring) -> JobReport:
    release = wiring.ledger.release(job.release_id)
    if release is None and (aside := wiring.asides.read(job.release_id)) is not None:
        return report_of_aside(aside, is_asked=False)
    if release is None or release.status is Status.PUBLISHING:
        raise Refusal(f"release {job.release_id} was not published: the Publish stage must come first")
    shifter = wiring.shifter()
    if not release.is_ended and not release.has_begun:
        because = f"its pipeline execution ended before it did; {release.id} followed"
        earlier = shifter.clear_the_way(release, because)
        if earlier is not None:
            waiting = f"waiting for the end of release {earlier.id}: {earlier.reason or earlier.status}"
            return JobReport(Verdict.CONTINUE, waiting, token=Token().text())
    visit = shifter.visit(release, job.waves)
    return report_of(visit.release, visit.observation, Token(), job.waves)
