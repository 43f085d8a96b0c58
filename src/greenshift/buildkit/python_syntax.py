"""Python that no Python can read, in the handler's file and in what that imports of the repository. Pure but
for reading files; nothing is run.

The Python that reads here may be older than the function's: then a file that has anything such a one cannot
know yet is only doubted. What is installed from elsewhere is not judged: packages bring files that nothing
imports.
"""

from __future__ import annotations

import ast
import re
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_FIELD = r"""(?:[^{0}{{\n]|\{{\{{)*\{{(?!\{{)[^}}{0}\n]*(?:{0}|$)"""
_F_STRING = "|".join(rf"\b(?:[fF][rR]?|[rR][fF]){quote}" + _FIELD.format(quote) for quote in ('"', "'"))
_SINCE = (
    ((3, 10), re.compile(r"^\s*match\b.*:|^\s*with\s*\(", re.MULTILINE)),
    ((3, 11), re.compile(r"\bexcept\s*\*|\[[^\]\n]*\*\w", re.MULTILINE)),
    (
        (3, 12),
        re.compile(rf"^\s*type\s+\w+|^\s*(?:async\s+)?(?:def|class)\s+\w+\s*\[|{_F_STRING}", re.MULTILINE),
    ),
    ((3, 14), re.compile(r"^\s*except\s+[\w.]+\s*,|\b(?:[tT][rR]?|[rR][tT])['\"]", re.MULTILINE)),
)
"""What may be syntax that came with a version ("What's New in Python"): rather too much than too little."""
_NEWEST = _SINCE[-1][0]


class Unreadable(NamedTuple):
    """A file that cannot be parsed. ``shown`` are the lines that point at the place; ``is_doubted`` where a
    newer version may well read it.
    """

    file: Path
    line: int
    what: str
    shown: str
    is_doubted: bool


def unreadable_python(runtime: str, wanted: Iterable[str], folders: Sequence[Path]) -> Iterator[Unreadable]:
    """``wanted`` are the names the handler's file may have, ``folders`` where modules are imported from."""
    first = next((path for name in wanted if (path := _found(name, folders)) is not None), None)
    queue = [first] if first is not None and first.suffix == ".py" else []
    seen = set(queue)
    for path in queue:
        text = path.read_bytes()
        error = syntax_error(text, str(path))
        if error is not None:
            yield _unreadable(path, text, error, runtime)
            continue
        for module in _imported(text, path, folders):
            if module not in seen:
                seen.add(module)
                queue.append(module)


def syntax_error(text: bytes, name: str = "<unknown>") -> SyntaxError | None:
    """What this Python says of a file it cannot read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an invalid escape, say, which runs all the same
            compile(text, name, "exec", dont_inherit=True)
    except SyntaxError as error:
        return error
    except (ValueError, RecursionError, MemoryError):
        return None  # null bytes, or nested without end: whatever it is, it is not for us to judge
    return None


def in_words(error: SyntaxError) -> str:
    return error.msg if error.msg.startswith("invalid syntax") else f"invalid syntax: {error.msg}"


def may_be_newer(text: bytes, error: SyntaxError, runtime: str, own: tuple[int, int] | None = None) -> bool:
    """Whether the function's Python may read what ``own``, by default this one, cannot."""
    here, there = own or sys.version_info[:2], _version(runtime)
    if there <= here:
        return False
    if there > _NEWEST or (here < (3, 12) and error.msg.startswith("f-string")):
        return True
    read = text.decode("utf-8", "replace")
    return any(here < since <= there and shape.search(read) for since, shape in _SINCE)


def _version(runtime: str) -> tuple[int, ...]:
    return tuple(int(part) for part in runtime.removeprefix("python").split("."))


def _unreadable(path: Path, text: bytes, error: SyntaxError, runtime: str) -> Unreadable:
    # Between the line that names the file and the one that says what is wrong.
    pointing = traceback.format_exception_only(type(error), error)[1:-1]
    shown = "".join(pointing).rstrip("\n")
    is_doubted = may_be_newer(text, error, runtime)
    return Unreadable(path, error.lineno or 0, in_words(error), shown, is_doubted)


def _found(name: str, folders: Sequence[Path]) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _imported(text: bytes, path: Path, folders: Sequence[Path]) -> Iterator[Path]:
    """The files of the repository that a module's import statements load."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _modules(alias.name.split("."), folders)
        elif isinstance(node, ast.ImportFrom):
            base = [*_package(path, folders, node.level), *(node.module.split(".") if node.module else ())]
            for alias in node.names:
                yield from _modules([*base, alias.name], folders)


def _package(path: Path, folders: Sequence[Path], level: int) -> list[str]:
    """Where a relative import of this level begins; nothing of an absolute one."""
    if not level:
        return []
    folder = next(each for each in folders if each in path.parents)
    parts = path.relative_to(folder).parts[:-1]
    return list(parts[: len(parts) - level + 1])


def _modules(parts: Sequence[str], folders: Sequence[Path]) -> Iterator[Path]:
    """Each package on the way to a module, and that itself."""
    for count in range(1, len(parts) + 1):
        place = "/".join(parts[:count])
        for name in (f"{place}/__init__.py", f"{place}.py"):
            path = _found(name, folders)
            if path is not None:
                yield path
                break
