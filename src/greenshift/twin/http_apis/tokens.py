"""JSON Web Tokens: read, and judged against an issuer's keys. Pure.

API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers": RS256 and its longer kin,
``kid``, ``iss``, ``aud`` or ``client_id``, ``exp``, ``nbf``, ``iat``, and the route's scopes.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

from greenshift.twin.wire.json_text import read_json

_HASHES: dict[str, hashes.HashAlgorithm] = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
}


class Refused(Exception):
    """The token is not good; the text says why."""


@dataclass(frozen=True)
class Token:
    """A token, read and not yet judged."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def read(text: str) -> Token:
    parts = text.removeprefix("Bearer ").removeprefix("bearer ").strip().split(".")
    if len(parts) != 3:
        raise Refused("it is no token of three parts")
    try:
        header, claims = (read_json(_decoded(part)) for part in parts[:2])
        signature = _decoded(parts[2])
    except (ValueError, binascii.Error):
        raise Refused("it cannot be read") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise Refused("it cannot be read")
    return Token(header, claims, ".".join(parts[:2]).encode(), signature)


def judge(
    token: Token, keys: Sequence[Mapping[str, Any]], issuer: str, audiences: Sequence[str], now: float
) -> None:
    """Raise Refused unless the token is the issuer's, for this API, and good now."""
    _check_signature(token, keys)
    claims = token.claims
    if claims.get("iss") != issuer:
        raise Refused("its issuer is another one")
    given = claims.get("aud", claims.get("client_id"))
    told = given if isinstance(given, list) else [given]
    if audiences and not set(told) & set(audiences):
        raise Refused("it is for another audience")
    if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= now:
        raise Refused("it has expired")
    for name in ("nbf", "iat"):
        if isinstance(claims.get(name), int | float) and claims[name] > now:
            raise Refused(f"its {name} is in the future")


def scopes(token: Token) -> list[str]:
    """``scope`` or ``scp``, a text of words or a list."""
    found = token.claims.get("scope", token.claims.get("scp")) or []
    return found.split() if isinstance(found, str) else [str(each) for each in found]


def _check_signature(token: Token, keys: Sequence[Mapping[str, Any]]) -> None:
    algorithm = _HASHES.get(str(token.header.get("alg")))
    if algorithm is None:
        raise Refused("its algorithm is not an RSA one")
    key = next((each for each in keys if each.get("kid") == token.header.get("kid")), None)
    if key is None:
        raise Refused("its key is not among the issuer's")
    try:
        numbers = RSAPublicNumbers(_number(key["e"]), _number(key["n"]))
        numbers.public_key().verify(token.signature, token.signed, padding.PKCS1v15(), algorithm)
    except (InvalidSignature, KeyError, ValueError):
        raise Refused("its signature is not the issuer's") from None


def _number(text: str) -> int:
    return int.from_bytes(_decoded(text), "big")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
