"""``python3 -m unittest`` with one thing more: every test is a line of JSON in a file. See telling.py.

    python3 unittest_report.py FILE discover [-s folder]

A program of its own in the interpreter of the tests: it imports nothing of the build kit, and nothing of the
kit can be imported beside it.
"""

from __future__ import annotations

import json
import sys
import time
import unittest
from pathlib import Path
from typing import Any

_LONGEST_MESSAGE = 2000


class Telling(unittest.TextTestResult):
    """Writes what it shows; ``file`` is set by the program."""

    file = ""
    _began = 0.0

    def startTest(self, test: Any) -> None:
        self._began = time.monotonic()
        super().startTest(test)

    def addSuccess(self, test: Any) -> None:
        super().addSuccess(test)
        self._tell(test, "")

    def addFailure(self, test: Any, err: Any) -> None:
        super().addFailure(test, err)
        self._tell(test, "failure", _message(err))

    def addError(self, test: Any, err: Any) -> None:
        super().addError(test, err)
        self._tell(test, "error", _message(err))

    def addSkip(self, test: Any, reason: str) -> None:
        super().addSkip(test, reason)
        self._tell(test, "skipped", reason)

    def addExpectedFailure(self, test: Any, err: Any) -> None:
        super().addExpectedFailure(test, err)
        self._tell(test, "")

    def addUnexpectedSuccess(self, test: Any) -> None:
        super().addUnexpectedSuccess(test)
        self._tell(test, "failure", "it was expected to fail")

    def addSubTest(self, test: Any, subtest: Any, err: Any) -> None:
        super().addSubTest(test, subtest, err)
        if err is not None:
            is_failure = issubclass(err[0], test.failureException)
            self._tell(subtest, "failure" if is_failure else "error", _message(err))

    def _tell(self, test: Any, ended: str, message: str = "") -> None:
        # A class whose setUpClass broke is "setUpClass (module.Class)", and a file that cannot be imported
        # "unittest.loader._FailedTest.module".
        whole = test.id().replace("unittest.loader._FailedTest.", "")
        suite, _, name = ("", "", whole) if "(" in whole and " " in whole else whole.rpartition(".")
        told = {
            "suite": suite,
            "name": name,
            "seconds": time.monotonic() - self._began if self._began else 0.0,
            "ended": ended,
            "message": message[:_LONGEST_MESSAGE],
        }
        with Path(self.file).open("a", encoding="utf-8") as file:
            file.write(json.dumps(told) + "\n")


class _Runner(unittest.TextTestRunner):
    resultclass = Telling  # type: ignore[assignment]  # typeshed wants a function; a class is what unittest has


def _message(error: Any) -> str:
    kind, said = error[0], str(error[1])
    return said if issubclass(kind, AssertionError) and said else f"{kind.__name__}: {said}"


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # as ``python3 -m`` has it
    Telling.file = sys.argv[1]
    unittest.main(module=None, argv=["python3 -m unittest", *sys.argv[2:]], testRunner=_Runner)
