"""The ids of releases, as people read and type them."""

from __future__ import annotations

SHORTEST = 4
"""Characters of an id that may be meant for a whole one."""


def short_id(release_id: str) -> str:
    """The first eight digits of the id, after the word before them if there is one: rollback-3f2a91c0."""
    word, dash, digits = (
        release_id.partition("-") if release_id.startswith("rollback-") else ("", "", release_id)
    )
    return f"{word}{dash}{digits[:8]}"
