"""Releases that went well and were taken back later, by a rollback of their own. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from greenshift.contract.undone import Rollbacks
from greenshift.view.model import ReleaseView


def marked(releases: Sequence[ReleaseView], later: Iterable[ReleaseView] = ()) -> tuple[ReleaseView, ...]:
    """The releases, each with the rollback that took it back, if one did and it is not live again since.

    ``later`` are releases that began after the oldest of them; some may be among them.
    """
    rollbacks = Rollbacks((*releases, *later))
    return tuple(replace(each, undone_by=rollbacks.that_undid(each)) for each in releases)
