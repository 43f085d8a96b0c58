"""Filter criteria: which records a function gets. Pure.

Developer guide, "Control which events Lambda sends to your function": patterns are EventBridge's; a record
passes when one of them matches. A pattern for the data (``body`` of SQS, ``data`` of Kinesis) is of one kind,
text or JSON, and what is of the other kind does not pass ("Properly filtering Amazon SQS messages").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from greenshift.twin.events.patterns import Pattern, PatternError, matches, parse_pattern
from greenshift.twin.wire.json_text import read_json

MOST_FILTERS = 5


@dataclass(frozen=True)
class Filter:
    """One pattern; ``of_json`` tells what its data is: JSON, text, or not looked at (None)."""

    text: str
    pattern: Pattern
    of_json: bool | None


def read_filter(text: str, data: str) -> Filter:
    """Raises PatternError; ``data`` is the name of the member that carries the data, empty for none."""
    pattern = parse_pattern(text)
    found = read_json(text).get(data) if data else None
    return Filter(text, pattern, None if found is None else isinstance(found, Mapping))


def passes(filters: Sequence[Filter], record: Mapping[str, Any], data: str = "", text: str = "") -> bool:
    """Whether a record goes to the function; ``text`` is its data, decoded."""
    return not filters or any(_passes(each, record, data, text) for each in filters)


def _passes(filter_: Filter, record: Mapping[str, Any], data: str, text: str) -> bool:
    if filter_.of_json is None:
        return matches(filter_.pattern, record)
    parsed = _json(text)
    if filter_.of_json != (parsed is not None):
        return False
    return matches(filter_.pattern, {**record, data: text if parsed is None else parsed})


def _json(text: str) -> dict[str, Any] | None:
    try:
        found = read_json(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


__all__ = ["MOST_FILTERS", "Filter", "PatternError", "passes", "read_filter"]
