"""What an execution tells of its release: the commit, what started it, and what was asked for."""

from __future__ import annotations

from dataclasses import replace

from greenshift.contract.release import Release
from greenshift.release.services.pipeline import Execution
from greenshift.release.variables import Wish


def as_asked(release: Release, execution: Execution | None, wish: Wish) -> Release:
    """The release with it; where CodePipeline has no such execution, with what was wished for alone."""
    known = execution or Execution(release.id, "")
    return replace(
        release,
        commit=known.commit,
        message=known.message,
        trigger=known.trigger,
        author=wish.author,
        mode=wish.mode,
        by=wish.by,
        why=wish.why,
    )
