"""What an alias says while it serves a developer's working copy: which version a release had put there.

``greenshift dev`` writes it as the alias's description, so that whoever looks, and whoever puts the released
version back, knows; also after the process that wrote it is gone. A release counts such an alias as left at
the released version, and takes the mark away.
"""

from __future__ import annotations

from dataclasses import dataclass

AT_REST = "What callers use; CodeDeploy moves it"
"""What an alias says otherwise."""
VERSION = "a working copy, by greenshift dev"
"""How a version of a working copy is described: no release published it."""
_MARK = "greenshift dev: a working copy; released is version "
_HOLD = "; held as "


@dataclass(frozen=True)
class WorkingCopy:
    """``hold`` names what the process holds as long as it lives (``holding``); empty when nothing says."""

    released: str
    hold: str = ""

    @classmethod
    def parse(cls, description: str) -> WorkingCopy | None:
        """None when the alias serves what was released."""
        if not description.startswith(_MARK):
            return None
        released, _, hold = description.removeprefix(_MARK).partition(_HOLD)
        return cls(released, hold)

    def text(self) -> str:
        return f"{_MARK}{self.released}{_HOLD}{self.hold}"
