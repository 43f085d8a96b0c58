"""What a look before the shift found, and what follows: it is told in the ledger, or stops the release. Pure.

A finding that would break the old version, or the shift, stops the release before anything is published,
unless its kind is accepted for the function by setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from greenshift.contract.release import Release
from greenshift.contract.text import listed
from greenshift.release.comparison.findings import MOST_LINES, Finding, Harm, lines_of, summary_of
from greenshift.release.errors import Refusal

# Findings told in a refusal; the ledger row has them all.
_TOLD = 3


@dataclass(frozen=True)
class Safety:
    """The findings of one look, by function, and what is to be remembered with each new version."""

    findings: tuple[Finding, ...] = ()
    accepted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()  # functions of whose live version nothing is remembered
    snapshots: Mapping[str, str] = field(default_factory=dict)

    @property
    def stopping(self) -> tuple[Finding, ...]:
        return tuple(
            item
            for item in self.findings
            if item.harm is not Harm.NONE and item.kind not in self.accepted.get(item.function, frozenset())
        )

    def told_in(self, release: Release, now: datetime) -> Release:
        """The release that tells of this look; the same one when it told of it before."""
        lines = tuple(dict.fromkeys([*release.findings, *lines_of(self.findings)]))[:MOST_LINES]
        told = {item.cause for item in release.transitions}
        noted = replace(release, findings=lines)
        for cause in self._causes():
            noted = noted if cause in told else noted.noting(now, cause)
        return noted

    def _causes(self) -> list[str]:
        found = [f"compared with what is live: {summary_of(self.findings)}"] if self.findings else []
        return [*found, *([self._unknown()] if self.unknown else [])]

    def _unknown(self) -> str:
        return (
            f"permissions and concurrency of {listed(self.unknown)} not compared: nothing was remembered"
            " when what is live was published"
        )

    def refuse(self) -> None:
        """Raise the Refusal that stops the release, when something found must stop it."""
        stopping = self.stopping
        if not stopping:
            return
        kinds = sorted({item.kind.value for item in stopping})
        raise Refusal(
            f"nothing was shifted: {'; '.join(map(str, stopping[:_TOLD]))}"
            + (f"; and {len(stopping) - _TOLD} more" if len(stopping) > _TOLD else "")
            + f". Fix it, or accept it with greenshift:safety: {{accept: [{', '.join(kinds)}]}},"
            " and release again"
        )
