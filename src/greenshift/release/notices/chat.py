"""The same notices in a chat: an incoming webhook that takes what Slack's does (Mattermost, Rocket.Chat and
others do). The URL is a secret: whoever has it can write there, so it is never logged.
"""

from __future__ import annotations

import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass

from greenshift.release.notices.notice import Notice

log = logging.getLogger("greenshift")

# The environment variable that carries the URL; "" or absent where no chat is told.
VARIABLE = "GREENSHIFT_CHAT_WEBHOOK"
_SECONDS = 5.0
# Slack's reference, "Section block": a text has at most 3,000 characters.
_LONGEST = 2900

Send = Callable[[str, bytes], None]


def payload_of(notice: Notice) -> dict[str, object]:
    """`text` is what a notification shows; the blocks are the message."""
    facts = "\n".join(f"*{_escaped(name)}:* {_escaped(value)}" for name, value in notice.facts)
    functions = "\n".join(_escaped(line.strip()) for line in notice.functions)
    findings = "\n".join(_escaped(line.strip()) for line in notice.findings)
    sections = [f"*{_escaped(notice.headline)}*", facts, functions, findings, _next(notice)]
    return {"text": _escaped(notice.subject), "blocks": [_section(text) for text in sections if text]}


def _next(notice: Notice) -> str:
    return f"*Next:* `{_escaped(notice.next)}`"


def _section(text: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:_LONGEST]}}


def _escaped(text: str) -> str:
    """Slack's reference, "Escaping text": these three, or a commit message could mention everybody."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _send(url: str, body: bytes) -> None:
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=_SECONDS):
        pass


@dataclass(frozen=True)
class Chat:
    """Tells one webhook. A chat that cannot be reached costs a line in the log: the topic is the one that
    counts."""

    url: str
    send: Send = _send

    def tell(self, notice: Notice) -> None:
        if not self.url:
            return
        try:
            self.send(self.url, json.dumps(payload_of(notice)).encode())
        except (OSError, ValueError) as error:
            log.warning("the chat was not told: %s", type(error).__name__)
