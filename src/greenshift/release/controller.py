"""The controller: CodePipeline's two Lambda invoke actions, Publish and Shift; and errands of people.

Returning is not enough and throwing is not enough: only PutJobSuccessResult or PutJobFailureResult ends a
job, otherwise the action hangs for 20 minutes [user guide: Lambda invoke action]. So everything ends in one
answer. The event holds temporary credentials and is never logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from greenshift.release.artifact import fetch
from greenshift.release.clients import Clients, default_clients
from greenshift.release.decide import has_begun
from greenshift.release.errands import Settle, is_errand, parse_errand
from greenshift.release.errors import Refusal, ReleaseError, StaleRelease, describe
from greenshift.release.job import PUBLISH, Job, Token, job_id, parse_job
from greenshift.release.model import Status
from greenshift.release.pipeline import Jobs
from greenshift.release.report import JobReport, Verdict, report_of
from greenshift.release.targets import DEFAULT_PATH, load_targets
from greenshift.release.wiring import Wiring, remaining_of

log = logging.getLogger("greenshift")
log.setLevel(logging.INFO)

# So many visits in a row may end in an error before the job does: some five minutes at CodePipeline's pace.
_ERRORS = 10


def handler(event: Mapping[str, object], context: object) -> None:
    """Lambda's entry point."""
    respond(event, remaining_of(context), default_clients())


def respond(
    event: Mapping[str, object],
    remaining: Callable[[], float],
    clients: Clients,
    targets: Path = DEFAULT_PATH,
) -> None:
    """Carry out one job, and answer it whatever happens; or an errand, which has no answer."""
    if is_errand(event):
        _run_errand(parse_errand(event), Wiring(clients, load_targets(targets), remaining))
        return
    id_ = job_id(event)
    report = _guarded(event, lambda job: _run(job, Wiring(clients, load_targets(targets), remaining)))
    log.info("job %s: %s: %s", id_, report.verdict.name, report.summary)
    Jobs(clients.of("codepipeline")).answer(id_, report)


def _run_errand(errand: Settle, wiring: Wiring) -> None:
    """An error is raised: Lambda invokes an asynchronous event again, twice."""
    left = wiring.shifter().abandon(errand.release, errand.reason)
    log.info(
        "settling %s: %s", errand.release, left.status.value if left else "the ledger has no such release"
    )


def _guarded(event: Mapping[str, object], run: Callable[[Job], JobReport]) -> JobReport:
    try:
        job = parse_job(event)
    except Refusal as error:
        return JobReport(Verdict.FAILED, str(error), failure_type="ConfigurationError")
    try:
        return run(job)
    except StaleRelease as error:
        log.info("release %s: %s", job.release_id, error)  # expected: the other invocation goes on
        return _after_error(job, error)
    except Exception as error:  # the process edge: an unanswered job would hang
        log.exception("step %s of release %s", job.step, job.release_id)
        return _after_error(job, error)


def _after_error(job: Job, error: Exception) -> JobReport:
    """Come back after an error that may pass; end the job after one that does not, or does not pass."""
    errors = (job.token or Token()).errors + 1
    is_final = isinstance(error, ReleaseError) and not isinstance(error, StaleRelease)
    if is_final or errors > _ERRORS:
        return JobReport(Verdict.FAILED, describe(error))
    return JobReport(Verdict.CONTINUE, f"trying again after {describe(error)}", token=Token(errors).text())


def _run(job: Job, wiring: Wiring) -> JobReport:
    return _publish(job, wiring) if job.step == PUBLISH else _shift(job, wiring)


def _publish(job: Job, wiring: Wiring) -> JobReport:
    if not job.inputs:
        raise Refusal("the Publish action has no input artifact; it needs the build's output")
    s3 = wiring.clients.s3_as(job.credentials)
    return wiring.publisher().publish(job, lambda: fetch(s3, job.inputs[0]))


def _shift(job: Job, wiring: Wiring) -> JobReport:
    release = wiring.ledger.release(job.release_id)
    if release is None or release.status is Status.PUBLISHING:
        raise Refusal(f"release {job.release_id} was not published: the Publish stage must come first")
    shifter = wiring.shifter()
    if not release.is_ended and not has_begun(release):
        earlier = shifter.settle_earlier(release)
        if earlier is not None:
            waiting = f"waiting for release {earlier.id} to go back: {earlier.reason or earlier.abort}"
            return JobReport(Verdict.CONTINUE, waiting, token=Token().text())
    visit = shifter.visit(release)
    return report_of(visit.release, visit.observation, Token())
