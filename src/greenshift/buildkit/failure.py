"""The one error of the build kit: a function that cannot be built, said in one line."""

from __future__ import annotations


class BuildFailure(Exception):
    """A person has to mend something: ``[function] what happened; what was expected``."""

    def __init__(self, function: str, message: str) -> None:
        super().__init__(f"[{function}] {message}" if function else message)
        self.function = function
        self.message = message
