"""How traffic moves, in words: what CodeDeploy has as a configuration's name."""

from __future__ import annotations

import re

_LINEAR = re.compile(r"Linear(\d+)PercentEvery(\d+)Minutes?")
_CANARY = re.compile(r"Canary(\d+)Percent(\d+)Minutes?")


def strategy(text: str) -> str:
    """``Linear10PercentEvery1Minute`` -> ``10 % every minute``; a name of another form stays as it is."""
    if text == "AllAtOnce":
        return "all at once"
    if found := _LINEAR.fullmatch(text):
        share, minutes = found.groups()
        return f"{share} % every minute" if minutes == "1" else f"{share} % every {minutes} minutes"
    if found := _CANARY.fullmatch(text):
        share, minutes = found.groups()
        return f"{share} %, the rest {minutes} minute{'' if minutes == '1' else 's'} later"
    return text
