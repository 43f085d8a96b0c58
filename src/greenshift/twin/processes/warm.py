"""A function in Python that begins as a copy of the nursery, which has imported AWS's SDK already.

To start an interpreter and import boto3 takes most of a function's first second; a copy takes a hundredth.
The nursery is isolated as a function's interpreter is (``-I -S``), and its copy becomes one: its own files,
its descriptors and its environment are gone before the function's script begins. What a copy could not do as
a process of its own does is left to such a process (``fits``). Standard library only: the nursery reads it.
"""

import contextlib
import os
import signal
import sys
import time
import types
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

LANG = "C.UTF-8"
"""By this an interpreter chooses its encodings when it starts: a function's, unless its user says another."""
# Read where they are needed by what is loaded by then: the interpreter, the loader, the C library, OpenSSL.
_READ_AT_THE_START = ("LC_", "LD_", "MALLOC_", "GLIBC_", "OPENSSL_", "PYTHON")
_IMPORTED = ("boto3", "boto3.dynamodb.types", "boto3.s3.inject")
_OUR_OWN = ("tree", "warm")


class Begins(BaseException):
    """Raised in a copy, to leave what the nursery was about; the copy is then to ``run``."""

    def __init__(self, code: types.CodeType, command: Sequence[str], environment: Mapping[str, str]) -> None:
        super().__init__()
        self._code = code
        self._command = command
        self._environment = environment

    def run(self) -> None:
        """The script, as the main module of this process."""
        os.closerange(3, 256)
        open_streams()
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(self._environment)
        time.tzset()
        sys.argv = list(self._command)
        main = types.ModuleType("__main__")
        main.__file__ = sys.argv[0]
        sys.modules["__main__"] = main
        for name in _OUR_OWN:
            sys.modules.pop(name, None)
        exec(self._code, main.__dict__)


def open_streams() -> None:
    """Of what the descriptors are now: those of the nursery remember its own."""
    sys.stdin = sys.__stdin__ = _stream(0, "r")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = _stream(1, "w")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "w")  # type: ignore[misc]


def _stream(descriptor: int, mode: str) -> Any:
    return open(descriptor, mode, encoding="utf-8", errors="surrogateescape", closefd=False)


class Warm:
    """What the nursery has imported for its copies."""

    def __init__(self) -> None:
        self._codes: dict[str, types.CodeType] = {}
        self._has_failed = not sys.platform.startswith("linux")

    def get_ready(self, script: Sequence[str]) -> None:
        """For a script and the folder of the SDK, once; where that fails, no copy is ever made."""
        file, sdk, *_ = script
        if file in self._codes or self._has_failed:
            return
        sys.path.append(sdk)
        try:
            for name in _IMPORTED:
                __import__(name)
            self._codes[file] = compile(Path(file).read_bytes(), file, "exec")
        except Exception:
            self._has_failed = True
        finally:
            sys.path.remove(sdk)

    def begin(self, script: Sequence[str], environment: Mapping[str, str]) -> None:
        """In a copy: raises ``Begins``, or returns where a process of its own has to do."""
        code = self._codes.get(script[0])
        if code is not None and fits(environment, sys.modules):
            raise Begins(code, script, environment)


def fits(environment: Mapping[str, str], imported: Mapping[str, object]) -> bool:
    """Whether a copy is the same as a process of its own: it reads nothing at its start that is too late by
    then, and no module of the function's has the name of one that is imported.
    """
    if any(name.startswith(_READ_AT_THE_START) for name in environment) or environment.get("LANG") != LANG:
        return False
    taken = {name.partition(".")[0] for name in imported}
    with contextlib.suppress(OSError, KeyError):
        own = Path(environment["LAMBDA_TASK_ROOT"]).iterdir()
        return not any(path.name.partition(".")[0] in taken for path in own)
    return False
