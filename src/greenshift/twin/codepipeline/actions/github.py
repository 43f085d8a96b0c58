"""Source from GitHub version 1 (OAuth token); the same local repository stands in for it."""

from __future__ import annotations

from greenshift.twin.codepipeline.actions.checkout import check_out
from greenshift.twin.codepipeline.actions.contract import ActionContext, Outcome, Progress
from greenshift.twin.codepipeline.state import SourceRevision


async def fetch_from_github(context: ActionContext) -> Outcome:
    owner, name = context.configuration["Owner"], context.configuration["Repo"]
    branch = context.configuration["Branch"]
    address = f"https://github.com/{owner}/{name}"
    context.progress(Progress(entity_url=f"{address}/tree/{branch}"))
    commit = await check_out(context, f"{owner}/{name}", branch)
    url, now = f"{address}/commit/{commit.id}", context.world.clock.time()
    summary = commit.message[:2048]
    return Outcome(
        variables={
            "AuthorDate": commit.author_date,
            "BranchName": branch,
            "CommitId": commit.id,
            "CommitMessage": commit.message,
            "CommitUrl": url,
            "CommitterDate": commit.committer_date,
            "RepositoryName": name,
        },
        revision=SourceRevision(commit.id, summary, url, commit.id, now),
        summary=summary,
        external_id=commit.id,
    )
