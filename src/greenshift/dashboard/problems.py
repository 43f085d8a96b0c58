"""What goes wrong on the page: one shape, told as a page to a person and as JSON to a script.

{"error": {"code": "not-found", "message": "...", "hint": "..."}}
"""

from __future__ import annotations

from dataclasses import dataclass

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from greenshift.errors import GONE, GreenshiftError, is_gone

_NAMES = {
    400: "bad-request",
    401: "no-token",
    403: "refused",
    404: "not-found",
    405: "wrong-method",
    409: "too-late",
    413: "too-large",
    500: "internal",
    502: "stack-unreadable",
}


@dataclass(frozen=True)
class Way:
    """A hint that names a page of ours, as a link: what it says, and the address."""

    words: str
    place: str


class Problem(GreenshiftError):
    """An answer that is not what was asked for: HTTP status, what happened, and what to do next."""

    def __init__(self, status: int, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.status = status

    @property
    def code(self) -> str:
        return _NAMES.get(self.status, "error")

    @property
    def way(self) -> Way | None:
        """Where the hint leads, when it ends with an address of this page; else None."""
        words, _, place = self.hint.rpartition(": ")
        if not words or not place.startswith("/"):
            return None
        return Way(words[0].upper() + words[1:].removesuffix(" at"), place)

    @property
    def leads_back(self) -> bool:
        """Whether its page has a link to the dashboard: not for whoever may not see that, and not where the
        hint leads on already. A deed that a page refuses to whom it shows everything has a hint.
        """
        may_see = self.status not in (401, 403) or (self.status == 403 and bool(self.hint))
        return may_see and self.way is None

    def to_json(self) -> dict[str, dict[str, str]]:
        return {"error": {"code": self.code, "message": self.message, "hint": self.hint}}


def problem_of(error: Exception) -> Problem:
    """Any error as what the page can say about it."""
    match error:
        case Problem():
            return error
        case GreenshiftError():
            return Problem(409, error.message, hint=error.hint)
        case ClientError():
            if is_gone(error):
                return Problem(502, "what this page shows is not there any more", hint=GONE)
            return Problem(502, _refusal(error), hint="see what is there with: greenshift doctor")
        case EndpointConnectionError() | ConnectionClosedError() | ConnectTimeoutError() | ReadTimeoutError():
            return Problem(502, "nothing answers where this stack was", hint=_IS_IT_THERE)
        case BotoCoreError():
            return Problem(502, f"the stack cannot be reached: {error}", hint=_IS_IT_THERE)
        case _:
            return Problem(500, "the page itself has a fault", hint="its terminal shows what happened")


_IS_IT_THERE = "of a local stack, see whether its twin runs: greenshift twin status"


def _refusal(error: ClientError) -> str:
    told = error.response.get("Error", {})
    return f"AWS refused {error.operation_name}: {told.get('Message') or told.get('Code', 'no reason given')}"
