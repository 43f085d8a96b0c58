"""The public keys of an issuer of tokens: of this twin's own Cognito, or over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import urllib.request
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from greenshift.twin.moto import Moto
from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.wire.json_text import read_json

_COGNITO = re.compile(r"https://cognito-idp\.[\w-]+\.amazonaws\.com/([\w-]+)")
_SECONDS = 5.0
_LARGEST = 1_000_000


class Issuers:
    """Keys by issuer, read when first asked for and when a token names a key that is not among them."""

    def __init__(self, moto: Moto) -> None:
        self._moto = moto
        self._keys: dict[str, Sequence[dict[str, Any]]] = {}

    async def keys(self, issuer: str, wanted: str) -> Sequence[dict[str, Any]]:
        """Raises OSError or ValueError where the issuer does not tell them."""
        known = self._keys.get(issuer, ())
        if not any(each.get("kid") == wanted for each in known):
            known = self._keys[issuer] = await self._read(issuer)
        return known

    async def _read(self, issuer: str) -> Sequence[dict[str, Any]]:
        pool = _COGNITO.fullmatch(issuer)
        if pool:
            path = f"/{pool[1]}/.well-known/jwks.json"
            host = (("Host", "cognito-idp.us-east-1.amazonaws.com"),)
            body = (await self._moto.http(HttpRequest("GET", path, host, b""))).body
            return _found(body)
        described = await asyncio.to_thread(_get, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        return _found(await asyncio.to_thread(_get, str(json.loads(described)["jwks_uri"])))


def _get(url: str) -> bytes:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError(f"{url} is no address of an issuer")
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer:
        body: bytes = answer.read(_LARGEST)
        return body


def _found(body: bytes) -> Sequence[dict[str, Any]]:
    found = read_json(body)
    keys = found.get("keys") if isinstance(found, dict) else None
    return [each for each in keys if isinstance(each, dict)] if isinstance(keys, list) else []
