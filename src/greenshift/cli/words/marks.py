"""What each mark means that stands for a word: told by the helps of commands that draw them, and by a page.

Nothing here loads more than the icons, as the help of one command is made of it.
"""

from __future__ import annotations

from greenshift.cli.words.icons import BACK, BAD, OK, PAUSED, RUNNING, WAITING, WARNED

MEANINGS = {
    OK.mark: "went well, or is as it should be",
    BAD.mark: "failed, was stopped, or an alarm that fires",
    RUNNING.mark: "is under way",
    BACK.mark: "is rolled back, or was, to what was live before",
    PAUSED.mark: "waits for a person or for its turn, or gave way to a newer one",
    WAITING.mark: "has not begun, or has nothing to tell yet; of findings: a hint",
    WARNED.mark: "a warning",
    "→": "from one version to the next; in `show`, a step of the traffic",
    "█░": "how much of the traffic the new version has",
}
WITH_LEGEND = frozenset(("abort", "demo", "history", "release", "rollback", "show", "status"))
"""The commands whose help tells it."""


def legend() -> str:
    """The end of a help; ``\\b`` keeps its lines as they are."""
    return "\n".join(("\b", "Marks:", *(f"  {mark:<2}  {means}" for mark, means in MEANINGS.items())))
