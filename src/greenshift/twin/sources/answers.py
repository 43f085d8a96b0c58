"""What a function answers about its batch. Pure.

Developer guide, "Reporting batch item failures": complete success for an empty or null list, an empty or null
answer; complete failure for what is no JSON, an empty or null identifier, an unknown one, or a wrong name.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from greenshift.twin.wire.json_text import read_json


def failed_items(payload: bytes, known: Collection[str]) -> frozenset[str] | None:
    """The identifiers reported as failed; None when all of the batch failed."""
    if not payload.strip():
        return frozenset()
    try:
        answer: Any = read_json(payload)
    except ValueError:
        return None
    if answer is None or answer == {}:
        return frozenset()
    if not isinstance(answer, dict):
        return frozenset()  # a function that reports nothing, as one that answers a text
    items = answer.get("batchItemFailures")
    if items is None:
        return frozenset()
    if not isinstance(items, list):
        return None
    found = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in items]
    if any(not isinstance(each, str) or each not in known for each in found):
        return None
    return frozenset(str(each) for each in found)
