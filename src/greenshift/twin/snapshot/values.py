"""Values of Python's own that stand in a snapshot as a word and plain parts: both ways, side by side."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PosixPath
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Form:
    """How values of one type are written: as a word and scalars, and read again."""

    word: str
    write: Callable[[Any], list[Any]]
    read: Callable[..., Any]


def _event(is_set: bool) -> asyncio.Event:
    made = asyncio.Event()
    if is_set:
        made.set()
    return made


_FORMS: tuple[tuple[type, Form], ...] = (
    (dt.datetime, Form("moment", lambda each: [each.isoformat()], dt.datetime.fromisoformat)),
    (dt.date, Form("day", lambda each: [each.isoformat()], dt.date.fromisoformat)),
    (dt.timedelta, Form("span", lambda each: [each.days, each.seconds, each.microseconds], dt.timedelta)),
    (Decimal, Form("decimal", lambda each: [str(each)], Decimal)),
    (PosixPath, Form("path", lambda each: [str(each)], Path)),
    (uuid.UUID, Form("uuid", lambda each: [str(each)], uuid.UUID)),
    (ZoneInfo, Form("zone", lambda each: [each.key], ZoneInfo)),
    (re.Pattern, Form("pattern", lambda each: [each.pattern, each.flags], re.compile)),
    (asyncio.Event, Form("event", lambda each: [each.is_set()], _event)),
    # Nobody holds one while the twin stands still.
    (type(threading.Lock()), Form("lock", lambda _: [], threading.Lock)),
    (type(threading.RLock()), Form("rlock", lambda _: [], threading.RLock)),
)  # fmt: skip

OF_TYPE: dict[type, Form] = dict(_FORMS)
OF_WORD: dict[str, Form] = {form.word: form for _, form in _FORMS}

FACTORIES: dict[str, type] = {each.__name__: each for each in (list, dict, set, int, str, float)}
"""What a ``defaultdict`` may make."""
