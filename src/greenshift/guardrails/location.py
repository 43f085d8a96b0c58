"""Where the pack is, and how it learns of a project's own rules: for whoever starts it.

``python -m greenshift.guardrails.location`` prints the folder for ``pulumi up --policy-pack``.
"""

from __future__ import annotations

from pathlib import Path

DIRECTORY = Path(__file__).parent
"""The pack itself: give it to ``pulumi up --policy-pack``."""

OWN_RULES = "GREENSHIFT_GUARDRAILS"
"""Environment variable: the folder of the project's own rules. Pulumi's CLI starts a pack inside the pack's
own folder, so it cannot find a project's by itself."""


def environment(project: Path) -> dict[str, str]:
    """What the pack's process needs to know of a project: its ``guardrails/`` folder, when it has one."""
    folder = project / "guardrails"
    return {OWN_RULES: str(folder)} if folder.is_dir() else {}


if __name__ == "__main__":
    print(DIRECTORY)
