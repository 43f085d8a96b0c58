"""Source through a connection ("GitHub version 2", and its kin for other providers)."""

from __future__ import annotations

import json

from greenshift.twin.codepipeline.actions.checkout import check_out
from greenshift.twin.codepipeline.actions.contract import ActionContext, ActionFailed, Outcome, Progress
from greenshift.twin.codepipeline.state import SourceRevision
from greenshift.twin.service import ServiceError

# A connection's upload names an ACL: without ``s3:PutObjectAcl`` it is denied (aws/aws-cdk#13557). Which one
# is written down nowhere; this is what lets the bucket's owner read it (unverified).
_ACL = "bucket-owner-full-control"
MAX_SUMMARY = 2048  # API reference, SourceRevision: revisionSummary


async def fetch_from_connection(context: ActionContext) -> Outcome:
    configuration = context.configuration
    repository, branch = configuration["FullRepositoryId"], configuration["BranchName"]
    if configuration.get("OutputArtifactFormat", "CODE_ZIP") != "CODE_ZIP":
        raise ActionFailed(
            "ConfigurationError", "OutputArtifactFormat CODEBUILD_CLONE_REF is not supported by the twin"
        )
    provider = await _available_provider(context)
    context.progress(Progress(entity_url=_url(context, "BRANCH", f"Branch={branch}")))
    commit = await check_out(context, repository, branch, ACL=_ACL)
    summary = _summary(provider, commit.message)
    now = context.world.clock.time()
    url = _url(context, "COMMIT", f"Commit={commit.id}")
    return Outcome(
        variables={
            "AuthorDate": commit.author_date,
            "BranchName": branch,
            "CommitId": commit.id,
            "CommitMessage": commit.message,
            "ConnectionArn": configuration["ConnectionArn"],
            "FullRepositoryName": repository,
        },
        revision=SourceRevision(commit.id, summary, url, commit.id, now),
        summary=summary,
        external_id=commit.id,
    )


def _summary(provider: str, message: str) -> str:
    """A connection's summary is JSON text (seen in GetPipelineState answers of real pipelines).

    A long message is cut so that the whole is still JSON, and within the length of a summary.
    """
    text = _json(provider, message)
    while (excess := len(text) - MAX_SUMMARY) > 0:
        # A character takes up to six in JSON (a control character does), so this never cuts too much.
        message = message[: -max(1, excess // 6)]
        text = _json(provider, message)
    return text


def _json(provider: str, message: str) -> str:
    document = {"ProviderType": provider, "CommitMessage": message}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


async def _available_provider(context: ActionContext) -> str:
    """The provider of the connection; the action fails unless somebody completed its handshake."""
    arn = context.configuration["ConnectionArn"]
    try:
        # ``UseConnection``, the permission a pipeline needs on AWS, is no API operation: reading the
        # connection is what stands for using it.
        answer = await context.call("codeconnections", "GetConnection", ConnectionArn=arn)
    except ServiceError as error:
        if error.code == "ResourceNotFoundException":
            raise ActionFailed("ConfigurationError", f"Could not find connection: {arn}") from error
        raise
    connection = answer["Connection"]
    if connection["ConnectionStatus"] != "AVAILABLE":
        raise ActionFailed(
            "ConfigurationError",
            f"Connection {arn} is not available: its status is {connection['ConnectionStatus']}. "
            "Complete its handshake with the provider, then retry",
        )
    return str(connection["ProviderType"])


def _url(context: ActionContext, kind: str, reference: str) -> str:
    configuration = context.configuration
    return (
        f"https://{context.world.region}.console.aws.amazon.com/codesuite/settings/connections/redirect"
        f"?connectionArn={configuration['ConnectionArn']}&referenceType={kind}"
        f"&FullRepositoryId={configuration['FullRepositoryId']}&{reference}"
    )
