"""What both Git sources share: find the local repository, choose the commit, store its tree."""

from __future__ import annotations

import re

from greenshift.twin.codepipeline.actions.contract import ActionContext, ActionFailed
from greenshift.twin.codepipeline.actions.git import Commit, Repository, RepositoryError

_COMMIT_ID = re.compile(r"[0-9a-f]{7,40}")


async def check_out(context: ActionContext, repository_id: str, branch: str, **headers: str) -> Commit:
    """Put the tree of the branch's head, or of the commit a start asked for, into the output artifact."""
    repository = _repository(context, repository_id)
    try:
        commit = await repository.commit(await _revision(context, repository, branch))
        body = await repository.archive(commit.id)
    except RepositoryError as error:
        raise ActionFailed("ConfigurationError", f"Repository {repository_id}: {error}") from error
    await context.store_output(body, **headers)
    return commit


def _repository(context: ActionContext, repository_id: str) -> Repository:
    try:
        return Repository(context.world.repositories.path(repository_id))
    except LookupError as error:
        raise ActionFailed(
            "ConfigurationError",
            f"Repository {repository_id} is not registered with the twin: {error.args[0]}",
        ) from error


async def _revision(context: ActionContext, repository: Repository, branch: str) -> str:
    if context.override is None:
        return await repository.head_of(branch)
    if context.override.type != "COMMIT_ID":
        raise ActionFailed(
            "ConfigurationError",
            f"A Git source takes a revision of type COMMIT_ID, not {context.override.type}",
        )
    if not _COMMIT_ID.fullmatch(context.override.value):
        raise ActionFailed("ConfigurationError", f"{context.override.value} is not the id of a commit")
    return context.override.value
