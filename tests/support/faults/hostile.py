"""Texts that try to act on what shows them, and what may be left of them in a terminal's input."""

from __future__ import annotations

import re

HOSTILE = {
    "a colour": "\x1b[31mred",
    "a cleared screen": "\x1b[2J\x1b[1;1H",
    "the line above overwritten": "\x1b[1A\x1b[2K✔ released",
    "a carriage return": "fails\rpasses",
    "backspaces": "bad\b\b\bok ",
    "the clipboard (OSC 52)": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "the clipboard, ended by ST": "\x1b]52;c;cm0gLXJmIH4=\x1b\\",
    "a title (OSC 0)": "\x1b]0;owned\x07",
    "a link (OSC 8)": "\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\",
    "a link that hides another sequence": "\x1b]8;;x\x1b]52;c;cm0=\x07\x1b\\click",
    "a link and a colour": "\x1b[32m\x1b]8;;x\x07\x1b[2J\x1b\\click",
    "C1 controls": "\x9b2J\x9d52;c;cm0=\x9c\x90q\x9c",
    "a question to the terminal (DCS)": "\x1bP+q544e\x1b\\\x1b[6n\x1b[c",
    "mouse reports": "\x1b[?1000h\x1b[?2004h",
    "an alternative screen": "\x1b[?1049h",
    "a bell": "\x07" * 3,
    "a direction override": "release \u202eelbatsnu\u202c \u2066x\u2069\u200f",
    "markup": "[bold red]x[/] [link=http://evil.example]y[/link] [/] [none",
    "markup after a backslash": "\\[bold]x\\",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)> &lt; \" ' {{ 7*7 }} {% raw %}",
    "null and delete": "a\x00b\x7fc",
    "line separators": "a\u2028b\u2029c\x85d\x0be\x0cf",
}

_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def acting(written: str) -> list[str]:
    """What of a terminal's input acts on it, but for the colours that we use ourselves."""
    return _ACTING.findall(_STYLE.sub("", written))
