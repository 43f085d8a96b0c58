"""Every error Greenshift shows to a person.

    GreenshiftError          exit 1: something a person can fix
      UsageError             exit 2: the command was called wrongly
        SettingsError        a configuration key has a value it may not have
      EngineError            a resource could not be brought to its desired state
      TwinError              the local twin is not there, or refused

Each says where, what, and (as ``hint``) what to do next. Anything that is not one of these is our bug
and shows its traceback.
"""

from __future__ import annotations


class GreenshiftError(Exception):
    """Base of all errors a user can act on: one line, a hint, and the exit code of the command."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(GreenshiftError):
    """The command or its surroundings are wrong: not a project, no such option, port taken."""

    exit_code = 2


class Unanswered(GreenshiftError):
    """A person is waited for who did not come in time; what waits goes on waiting."""

    exit_code = 3


class SettingsError(UsageError):
    """A configuration key is unknown, or has a value that is not allowed."""

    def __init__(self, key: str, value: object, allowed: str, *, hint: str = "") -> None:
        super().__init__(f"{key}: {value!r} is not allowed; {allowed}", hint=hint)
        self.key = key
        self.value = value
        self.allowed = allowed


class EngineError(GreenshiftError):
    """A step of preview, up or destroy failed; the state on disk says how far it came."""


class TwinError(GreenshiftError):
    """The local twin is not running, could not start, or refused a request."""


GONE = "was the stack destroyed meanwhile? See: greenshift status; greenshift up makes what is missing"


def is_gone(error: Exception) -> bool:
    """Whether AWS does not know what it was asked about; each service has a word of its own for that."""
    code = str(getattr(error, "response", {}).get("Error", {}).get("Code", ""))
    return any(part in code for part in ("NotFound", "NoSuch", "DoesNotExist"))
