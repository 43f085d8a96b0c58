"""Why npm failed, in its own words: the last line it writes only names a log file."""

from __future__ import annotations

import re

_SAID = re.compile(r"npm (?:error|ERR!) (.*)")
_CODE = re.compile(r"code (E\w+)$")
_DETAIL = re.compile(r"(?:syscall|errno|path|network|dest) |\s|A complete log of this run|Usage:")


def cause(stderr: str) -> str:
    """``E404: 404 Not Found - GET …``: the code of its error and the first line that says what happened."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    said = [found[1] for line in lines if (found := _SAID.match(line))]
    codes = [found[1] for line in said if (found := _CODE.match(line))]
    told = [line for line in said if line.strip() and not _CODE.match(line) and not _DETAIL.match(line)]
    return ": ".join([*codes[:1], *told[:1]]) or (lines[-1] if lines else "no message")
