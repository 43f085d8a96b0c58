"""Python that is none, before a build refuses it, or a call fails on what nothing imports at its start."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from greenshift.buildkit.python_syntax import in_words, may_be_newer, syntax_error
from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource

_PREFIX = "python"


def check_syntax(source: FunctionSource) -> Iterator[Finding]:
    """Every Python file of the package; a Python that is older than the runtime only doubts newer syntax."""
    if not source.function.runtime.startswith(_PREFIX):
        return
    for name, path in sorted(source.selection.files.items()):
        text = path.read_bytes() if name.endswith(".py") else b""
        error = syntax_error(text)
        if error is not None:
            is_doubted = may_be_newer(text, error, source.function.runtime)
            yield Finding(
                rule="syntax",
                level="warning" if is_doubted else "error",
                function=source.key,
                file=source.file(name),
                line=error.lineno or 0,
                what=in_words(error),
                why=_why(source.function.runtime)
                if is_doubted
                else "the module cannot be loaded, and the build refuses one that the handler imports",
                fix=f"correct what stands there; to see the place: python3 -m py_compile {source.file(name)}",
            )


def _why(runtime: str) -> str:
    here = ".".join(map(str, sys.version_info[:2]))
    return f"Python {here}, which checks it here, cannot read it; {runtime} can only if it is newer syntax"
