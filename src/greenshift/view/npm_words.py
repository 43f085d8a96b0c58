"""What npm says when it fails, without what it adds to it. Pure.

npm tells the cause first, then how the command is used (fifty lines for ``npm ci``), frames of its own code
and the name of a log file on the machine that ran it: whoever shows the end of a log would show those.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_SAID = re.compile(r"npm (?:error|ERR!)(?: (?P<words>.*))?$")
_USAGE = "Usage:"
_ADDED = re.compile(
    r"[\s}]*$|\s+at .*:\d+:\d+\)?|A complete log of this run can be found in|\s+/.*-debug-\d+\.log$"
)


def without_additions(lines: Iterable[str]) -> list[str]:
    """The lines, of npm's errors those that tell the cause; every other line as it is."""
    kept: list[str] = []
    cause: list[str] | None = None
    is_usage = False
    for line in lines:
        said = _SAID.match(line)
        if said is None:
            kept, cause, is_usage = [*kept, *(cause or ()), line], None, False
            continue
        words = said["words"] or ""
        if words.strip() == _USAGE:
            # What the command is for stands before its usage.
            cause, is_usage = (cause or [])[:-1], True
        elif not is_usage and not _ADDED.match(words):
            cause = [*(cause or ()), line]
    return [*kept, *(cause or ())]
