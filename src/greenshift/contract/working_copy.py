"""What an alias says while it serves a developer's working copy: which version a release had put there.

``greenshift dev`` writes it as the alias's description, so that whoever looks, and whoever puts the released
version back, knows; also after the process that wrote it is gone.
"""

from __future__ import annotations

_MARK = "greenshift dev: a working copy; released is version "


def description(released: str) -> str:
    return f"{_MARK}{released}"


def released_of(text: str) -> str:
    """The version a release had put there; empty when the alias serves what was released."""
    return text.removeprefix(_MARK) if text.startswith(_MARK) else ""
