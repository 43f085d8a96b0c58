"""The one error of the build kit: a function that cannot be built, said in one line."""

from __future__ import annotations

import os

FAILED = "Build failed: "
"""What the last line of a failed build begins with."""

AT_HAND = "GREENSHIFT_BUILD_AT_HAND"
"""A variable that `greenshift build` sets: whoever reads the end of this log has just typed it."""


def run_here(*keys: str) -> str:
    """How to see the failure on one's own machine, after what failed; empty where that was just done."""
    return "" if os.environ.get(AT_HAND) else f"; run it here with: greenshift build {' '.join(keys)}"


class BuildFailure(Exception):
    """A person has to fix something: ``[function] what happened; what was expected``."""

    def __init__(self, function: str, message: str) -> None:
        super().__init__(f"[{function}] {message}" if function else message)
        self.function = function
        self.message = message
