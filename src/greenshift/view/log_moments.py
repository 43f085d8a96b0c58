"""The moments that AWS itself writes at the beginning of a log's line, by the reader's clock. Pure.

CodeBuild begins what it says with ``[Container] 2026/11/23 16:30:00.25``, Lambda what it says of a time-out
with ``2026-11-23T16:30:00.250Z``; both are UTC, and on a twin the twin's. What a function or a command prints
is its own, and by the clock of the machine it runs on.
"""

from __future__ import annotations

import re

from greenshift.view.hours import Hours

_CODEBUILD = re.compile(r"(?<=^\[Container\] )(\d{4})/(\d\d)/(\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)")
_LAMBDA = re.compile(r"^(\d{4})-(\d\d)-(\d\d)T([\d:.]+)Z(?= \S+ Task timed out)")


def by_reader(text: str, hours: Hours) -> str:
    """``[Container] 16:00:30 (twin 16:30:00) Running command npm test``; as it is where one clock is all."""
    if not hours.are_twins:
        return text
    for shape in (_CODEBUILD, _LAMBDA):
        if (found := shape.search(text)) is not None:
            year, month, day, time = found.groups()
            moment = f"{year}-{month}-{day}T{time}Z"
            told = f"{hours.clock(moment)}{hours.beside(moment)}"
            return text[: found.start()] + told + text[found.end() :]
    return text
