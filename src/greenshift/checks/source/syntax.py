"""Python that is none: nothing of the build imports a handler, so only the smoke test would find it."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator

from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource

_PREFIX = "python"


def check_syntax(source: FunctionSource) -> Iterator[Finding]:
    """Every Python file of the package; a Python that is older than the runtime only doubts what it reads."""
    if not source.function.runtime.startswith(_PREFIX):
        return
    is_older = sys.version_info[:2] < _version(source.function.runtime)
    for name, path in sorted(source.selection.files.items()):
        error = _error(path.read_bytes()) if name.endswith(".py") else None
        if error is not None:
            yield Finding(
                rule="syntax",
                level="warning" if is_older else "error",
                function=source.key,
                file=source.file(name),
                line=error.lineno or 0,
                what=_what(error.msg),
                why=_why(source.function.runtime)
                if is_older
                else "the module cannot be loaded, so its smoke test fails the release",
                fix=f"correct what stands there; to see the place: python3 -m py_compile {source.file(name)}",
            )


def _what(said: str) -> str:
    return said if said.startswith("invalid syntax") else f"invalid syntax: {said}"


def _why(runtime: str) -> str:
    here = ".".join(map(str, sys.version_info[:2]))
    return f"Python {here}, which checks it here, cannot read it; {runtime} can only if it is newer syntax"


def _version(runtime: str) -> tuple[int, ...]:
    return tuple(int(part) for part in runtime.removeprefix(_PREFIX).split("."))


def _error(text: bytes) -> SyntaxError | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an invalid escape, say, which runs all the same
            ast.parse(text)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return None  # null bytes, or nested without end: whatever it is, it is not for us to judge
    return None
