"""Which release's commit is live: the one answer of `status`, `history` and the page. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from greenshift.contract.left_at import left_at
from greenshift.contract.rules import Mode
from greenshift.contract.statuses import ARRIVED
from greenshift.view.model import FunctionView, LedgerPage, ReleaseView, Snapshot


def live(releases: Sequence[ReleaseView], versions: Mapping[str, str]) -> ReleaseView | None:
    """The last release of a commit that went well and whose versions these are, by each function's key.

    None when it is not among these releases, or somebody has moved an alias by hand.
    """
    came = (each for each in releases if each.status in ARRIVED and each.mode != Mode.ROLLBACK)
    for each in sorted(came, key=lambda release: release.ended_at, reverse=True):
        known = [f for f in each.functions if f.key in versions]
        if known and all(versions[f.key] == f.to_version for f in known):
            return each
    return None


def live_id(releases: Sequence[ReleaseView]) -> str:
    """The id of the release whose commit these, the ledger's newest, say is live; empty when none is."""
    found = live(releases, left(releases))
    return found.id if found is not None else ""


def live_in(snapshot: Snapshot) -> ReleaseView | None:
    """The release whose commit is live as this look at the stack has it."""
    return live(snapshot.ledger.releases, served(snapshot.functions))


def has_way_back(page: LedgerPage) -> bool:
    """Whether a rollback can have something to move: what is live can be undone, unless it came with first
    releases alone, as nothing goes back to a placeholder. What the ledger's first page does not tell counts.
    A release that changed nothing brought none of what is live: the one before it is undone.
    """
    brought = live([each for each in page.releases if each.changed], left(page.releases))
    return brought is None or any(not each.is_first for each in brought.changed)


def is_served(release: ReleaseView, functions: Sequence[FunctionView]) -> bool:
    """Whether each of its functions serves the version that it brought, whoever put it there."""
    versions = served(functions)
    return all(versions.get(each.key, each.to_version) == each.to_version for each in release.functions)


def served(functions: Sequence[FunctionView]) -> dict[str, str]:
    """The version that each function's releases have put there; while it shifts, the one before."""
    return {each.key: each.released or each.version for each in functions}


def left(releases: Sequence[ReleaseView]) -> dict[str, str]:
    """The same as the ledger's newest releases tell it, for whoever does not look at the functions."""
    ended = [each for each in releases if each.has_ended]
    names = {part.key: part.name for each in reversed(ended) for part in each.functions}
    found = {key: left_at(name, ended) for key, name in names.items()}
    return {key: version for key, version in found.items() if version is not None}
