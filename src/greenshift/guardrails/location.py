"""Where the pack is, and how it learns of a project's own rules: for whoever starts it.

``python -m greenshift.guardrails.location`` prints the folder for ``pulumi up --policy-pack``.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from greenshift.guardrails.program import PROJECT, Program, stamp

DIRECTORY = Path(__file__).parent
"""The pack itself: give it to ``pulumi up --policy-pack``."""

OWN_RULES = "GREENSHIFT_GUARDRAILS"
"""Environment variable: the folder of the project's own rules. Pulumi's CLI starts a pack inside the pack's
own folder, so it cannot find a project's by itself."""


def environment(project: Path) -> dict[str, str]:
    """What the pack's process needs to know of a project: where it is, and its own rules when it has any."""
    folder = project / "guardrails"
    return {PROJECT: str(project), **({OWN_RULES: str(folder)} if folder.is_dir() else {})}


def basis(project: Path) -> str:
    """On what answers depend beside a resource and the configuration: the pack's code, the program's files.

    Empty when they cannot be foreseen: what a project's own rules look at, only they know.
    """
    if OWN_RULES in environment(project):
        return ""
    known = [stamp(path) for path in sorted(DIRECTORY.rglob("*.py"))]
    read = Program.here({PROJECT: str(project)}).fingerprint()
    return hashlib.sha256("\n".join([*known, *read]).encode()).hexdigest()


if __name__ == "__main__":
    print(DIRECTORY)
