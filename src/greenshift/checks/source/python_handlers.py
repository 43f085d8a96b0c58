"""A Python handler that cannot be imported, as its file has no such function. Nothing is run."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource
from greenshift.contract.handlers import handler_files


def check_importable(source: FunctionSource) -> Iterator[Finding]:
    """Checks the handler's file alone; the tests and the smoke test find what it cannot import."""
    function = source.function
    if not function.runtime.startswith("python") or function.build is not None:
        return
    wanted = handler_files(function.runtime, function.handler)
    places = [name for name in wanted if name.endswith(".py")]
    places += [f"src/{name}" for name in places] if source.contents.python_project else []
    name = next((each for each in places if each in source.selection.files), None)
    if name is None:
        return
    export = function.handler.rpartition(".")[2]
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(source.selection.files[name].read_bytes())
    except (SyntaxError, ValueError):
        return  # what is no Python has a finding of its own
    if not _defines(tree, export):
        what = f"has no {export!r}, which handler {function.handler!r} names"
        fix = f"define {export}, or fix greenshift:functions.{source.key}.handler"
        yield _finding(source, name, what, fix)


def _finding(source: FunctionSource, name: str, what: str, fix: str) -> Finding:
    return Finding(
        rule="handler-import",
        level="error",
        function=source.key,
        file=source.file(name),
        what=what,
        why="Lambda accepts such a package and fails at the first invocation",
        fix=fix,
    )


def _defines(tree: ast.Module, name: str) -> bool:
    """Whether the module may have the name: bound anywhere in it, or brought by an import of everything."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name == name:
            return True
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            return True
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = {(each.asname or each.name) for each in node.names}
            if name in names or "*" in names:
                return True
        if isinstance(node, ast.FunctionDef) and node.name == "__getattr__":
            return True
        if isinstance(node, ast.Name) and node.id in ("globals", "setattr"):
            return True
    return False
