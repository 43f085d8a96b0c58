"""What a function cannot even be loaded for: files of its own that its runtime cannot read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ..contract.handlers import handler_files
from .manifest import Function
from .node_syntax import unreadable_javascript
from .python_syntax import Unreadable, unreadable_python
from .survey import Contents


def unreadable(function: Function, directory: Path, contents: Contents) -> Iterator[Unreadable]:
    """In the handler's file, and in what it imports of the repository; nothing of the other runtimes."""
    wanted = handler_files(function.runtime, function.handler)
    if function.runtime.startswith("python"):
        yield from unreadable_python(function.runtime, wanted, _folders(directory, contents))
    elif function.runtime.startswith("nodejs"):
        yield from unreadable_javascript(function.runtime, wanted, directory)


def _folders(directory: Path, contents: Contents) -> list[Path]:
    """Where its modules are in the source; a project's own may lie below src, and is installed from there."""
    members = [*contents.locked.local] if contents.locked is not None else []
    own = [directory / "src"] if contents.python_project else []
    return [directory, *own, *(folder / place for folder in members for place in ("", "src"))]
