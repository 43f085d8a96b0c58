"""The one way metric math fails: the text says what is wrong, and where if that is known."""

from __future__ import annotations


class ExpressionError(Exception):
    """An expression cannot be read or computed; ``position`` counts characters from 0."""

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message if position is None else f"{message} at position {position}")
        self.position = position
