"""The one error of the build kit: a function that cannot be built, said in one line."""

from __future__ import annotations

FAILED = "Build failed: "
"""What the last line of a failed build begins with."""


class BuildFailure(Exception):
    """A person has to fix something: ``[function] what happened; what was expected``."""

    def __init__(self, function: str, message: str) -> None:
        super().__init__(f"[{function}] {message}" if function else message)
        self.function = function
        self.message = message
