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
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from pathlib import Path, PosixPath
from typing import Any
from zoneinfo import ZoneInfo

from greenshift.twin.snapshot import keys


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
    *(
        (kind, Form(kind.__name__, lambda each: [str(each)], kind))
        for kind in (IPv4Address, IPv6Address, IPv4Network, IPv6Network)
    ),
    (uuid.UUID, Form("uuid", lambda each: [str(each)], uuid.UUID)),
    (ZoneInfo, Form("zone", lambda each: [each.key], ZoneInfo)),
    (re.Pattern, Form("pattern", lambda each: [each.pattern, each.flags], re.compile)),
    (asyncio.Event, Form("event", lambda each: [each.is_set()], _event)),
    # Nobody holds one while the twin stands still.
    (type(threading.Lock()), Form("lock", lambda _: [], threading.Lock)),
    (type(threading.RLock()), Form("rlock", lambda _: [], threading.RLock)),
)  # fmt: skip


_OF_TYPE: dict[type, Form] = dict(_FORMS)
_POOL = Form("pool-key", keys.of_pool, keys.pool_key)
_PRIVATE = Form("private-key", keys.private, keys.private_key)
_PUBLIC = Form("public-key", keys.public, keys.public_key)
# Only who has such a key has loaded its type.
_OF_NAME: dict[str, Form] = {
    "joserfc._rfc7518.rsa_key:RSAKey": _POOL,
    **{
        f"cryptography.hazmat.bindings._rust.openssl.{kind}:{name}{which}Key": form
        for kind, name in (("rsa", "RSA"), ("ec", "EC"), ("ed25519", "Ed25519"))
        for which, form in (("Private", _PRIVATE), ("Public", _PUBLIC))
    },
}
OF_WORD: dict[str, Form] = {form.word: form for form in (*_OF_TYPE.values(), *_OF_NAME.values())}


def form_of(kind: type) -> Form | None:
    """How values of a type are written; None for one that is none of Python's own."""
    return _OF_TYPE.get(kind) or _OF_NAME.get(f"{kind.__module__}:{kind.__qualname__}")
