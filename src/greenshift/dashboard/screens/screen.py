"""What all screens have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from greenshift.view import Snapshot


class Screen(Protocol):
    """One page for one visitor. ``parts`` runs in a thread, for one look after the other."""

    tab: str
    """Which entry of the navigation is current."""
    template: str

    @property
    def title(self) -> str: ...

    def parts(self, snapshot: Snapshot) -> dict[str, str]:
        """Name -> HTML of every piece that may change; the names of a screen never change."""
        ...

    def values(self) -> Mapping[str, Any]:
        """What else the template shows: it stays as it is while the page is open."""
        ...
