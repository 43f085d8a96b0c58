"""One shape: its files, its functions, and what their packages and answers must be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SAID = "@SAID@"
"""Stands in the sources for what this commit's functions say; ``broken`` fails whoever calls them."""

NODE = {"runtime": "nodejs22.x", "handler": "index.handler"}
PYTHON_BODY = f"""\
    if "{SAID}" == "broken" and "greenshift" not in event:
        raise RuntimeError("broken")
"""
NODE_BODY = f"""\
  if ('{SAID}' === 'broken' && !('greenshift' in event)) throw new Error('broken');
"""


@dataclass(frozen=True)
class Shape:
    """``files`` by path below the shape's own folder; ``functions`` are settings, their directories too.

    ``packages`` are the names in each function's package, ``answers`` what it says beside ``said``; of the
    functions that stand in neither nothing is expected but that they follow.
    """

    folder: str
    files: Mapping[str, str]
    functions: Mapping[str, Mapping[str, Any]]
    packages: Mapping[str, Iterable[str]]
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    before: str = ""
    """Lines of the program before the pipeline; they may fill ``functions``."""
    after: str = ""
    """Lines behind it; ``delivery`` is the pipeline."""
    prepare: Callable[[Path], None] | None = None
    """What a person did before the first commit, such as locking versions."""

    def settings(self) -> dict[str, Any]:
        return {
            key: {**each, "directory": "/".join(filter(None, (self.folder, each["directory"])))}
            for key, each in self.functions.items()
        }

    def write(self, root: Path, said: str) -> None:
        for name, text in self.files.items():
            path = root / self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace(SAID, said))


def node(answer: str, *, module: bool = False, before: str = "") -> str:
    """A handler that answers with ``said`` and the members that ``answer`` adds."""
    head = "export const handler =" if module else "exports.handler ="
    return f"{before}{head} async (event) => {{\n{NODE_BODY}  return {{ said: '{SAID}', {answer} }};\n}};\n"


def python(answer: str, *, before: str = "", name: str = "handler") -> str:
    return (
        f"{before}\n\ndef {name}(event, context):\n{PYTHON_BODY}    return {{'said': '{SAID}', {answer}}}\n"
    )
