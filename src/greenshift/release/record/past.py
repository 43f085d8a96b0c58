"""The releases before one, as far back as it takes to say where each of its functions was left."""

from __future__ import annotations

from collections.abc import Collection

from greenshift.contract.left_at import left_at
from greenshift.contract.release import Release
from greenshift.release.record.ledger import Ledger

_PAGE = 20
# A release that was published names every function, so one look is enough; a new function has no past at all.
_PAGES = 5


def past_of(ledger: Ledger, release: Release, names: Collection[str]) -> tuple[Release, ...]:
    """An index is a moment behind its table: a release that looks as if it had not ended is read again."""
    found: list[Release] = []
    start: str | None = None
    for _ in range(_PAGES):
        page = ledger.releases(release.pipeline, _PAGE, start)
        others = (each for each in page.rows if each.id != release.id)
        found += (each if each.is_ended else ledger.release(each.id) or each for each in others)
        ended = [each for each in found if each.is_ended]
        if not page.next or all(left_at(name, ended) is not None for name in names):
            break
        start = page.next
    return tuple(found)
