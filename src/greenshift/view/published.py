"""Which functions still serve bootstrap code: what is live there was published by no release.

The ledger's newest page tells it for nothing, of every function it names. Where it is all there is of the
ledger, Lambda is asked about those it does not name, a few in a look and each once: a version never changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from greenshift.reading.functions import Alias, read_configuration
from greenshift.view.model import LedgerPage
from greenshift.view.outputs import FunctionOutputs

# How a release describes the versions it publishes.
_OURS = "greenshift "


class Published:
    """What is known so far. ``a_look`` is how many versions are asked about in one look."""

    def __init__(self, client: Any, a_look: int) -> None:
        self._client = client
        self._a_look = a_look
        self._known: dict[tuple[str, str], bool] = {}

    def bootstrap(
        self, functions: Iterable[FunctionOutputs], aliases: Mapping[str, Alias | None], page: LedgerPage
    ) -> frozenset[str]:
        """The keys of functions that serve bootstrap code, as far as it is known."""
        parts = [part for release in page.releases for part in release.functions]
        left = {(part.name, part.from_version) for part in parts if part.is_first}
        named = {part.name for part in parts}
        live = {
            each.key: (each.name, alias.version)
            for each in functions
            if (alias := aliases[each.key]) is not None
        }
        if not page.next:
            self._ask(place for place in live.values() if place[0] not in named)
        return frozenset(
            key for key, place in live.items() if place in left or self._known.get(place) is False
        )

    def _ask(self, places: Iterable[tuple[str, str]]) -> None:
        unknown = [place for place in places if place not in self._known]
        for place in unknown[: self._a_look]:
            self._known[place] = self._is_ours(*place)

    def _is_ours(self, name: str, version: str) -> bool:
        """Whether a release published the version. Nothing is said of one that was deleted meanwhile."""
        found = read_configuration(self._client, name, version)
        return found is None or found.description.startswith(_OURS)
