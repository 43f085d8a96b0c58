"""Who or what started a release, in words. Pure; CodePipeline's kinds of triggers are those of its API."""

from __future__ import annotations

from greenshift.contract.people import person
from greenshift.view.model import ExecutionView, ReleaseView

_IN_WORDS = {
    "CreatePipeline": "by the pipeline's creation",
    "WebhookV2": "by a push{of}",
    "Webhook": "by a push{of}, which a webhook told",
    "PollForSourceChanges": "by a push{of}, which CodePipeline found",
    "CloudWatchEvent": "by an event, which a rule told",
    "PutActionRevision": "by a revision that somebody put",
    "StartPipelineExecution": "by {who}, who started the pipeline",
    "ManualRollback": "by {who}, who rolled a stage back",
    "AutomatedRollback": "by CodePipeline, which rolled a stage back",
}


def by_whom(release: ReleaseView) -> str:
    """``by Ada``; of one that no person is known of, what started it: ``by the pipeline's creation``."""
    name = person(release.by or release.author)
    told = f"by {name}" if name else started(release, None).partition(",")[0]
    return told if told.startswith("by ") else ""


def started(release: ReleaseView | None, execution: ExecutionView | None) -> str:
    """``by Ada, who asked for a release``, ``by a push of 0123abcd``. A kind nobody knows stays as it is,
    and "" stays empty.
    """
    by = (release.by if release else "") or (execution.by if execution else "")
    if by:
        what = "rollback" if release is not None and release.mode == "rollback" else "release"
        return f"by {person(by)}, who asked for a {what}"
    told = execution or release
    kind, _, detail = told.trigger.partition(" ") if told else ("", "", "")
    if told is None or kind not in _IN_WORDS:
        return told.trigger if told else ""
    of = f" of {told.commit[:8]}" if told.commit else ""
    return _IN_WORDS[kind].format(of=of, who=person(detail) or "somebody")
