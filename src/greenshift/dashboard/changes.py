"""What of a screen has changed since it was sent last. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping


class Sent:
    """What one visitor has on the screen."""

    def __init__(self) -> None:
        self._parts: dict[str, str] = {}

    def changes(self, parts: Mapping[str, str]) -> dict[str, str]:
        """The parts that differ; from now on they count as sent."""
        changed = {name: text for name, text in parts.items() if self._parts.get(name) != text}
        self._parts.update(changed)
        return changed


def event(name: str, data: object) -> str:
    """One message of a stream of server-sent events (HTML standard, section "Server-sent events")."""
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False, separators=(',', ':'))}\n\n"
