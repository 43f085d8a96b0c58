"""What a validator raises: in words what is allowed, and where below the field it stands.

pydantic puts a ``ValueError`` into its report and keeps the object, so nothing is parsed out of text.
"""

from __future__ import annotations


class Violation(ValueError):
    def __init__(self, allowed: str, *, at: tuple[str, ...] = ()) -> None:
        super().__init__(allowed)
        self.allowed = allowed
        self.at = at
