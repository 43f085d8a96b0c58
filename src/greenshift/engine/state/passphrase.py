"""Secrets at rest, in Pulumi's own passphrase format, so ``pulumi stack import`` reads our state.

A state carries ``v1:<salt>:<check>``; each secret is ``v1:<nonce>:<ciphertext>`` (AES-256-GCM). The key is
derived with a million rounds of PBKDF2 (Pulumi's number), which takes a third of a second: it happens only
when the first secret is met.
"""

from __future__ import annotations

import base64
import hashlib
import os
import threading

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from greenshift.errors import EngineError

_ROUNDS = 1_000_000
_CHECK = "pulumi"  # what Pulumi encrypts under a new salt to recognise the right passphrase


class Passphrase:
    """Encrypts and decrypts with one passphrase and one salt."""

    def __init__(self, passphrase: str, state: str = "") -> None:
        self._passphrase = passphrase
        self._state = state
        self._salt = base64.b64decode(state.split(":")[1]) if state else os.urandom(8)
        self._cipher: AESGCM | None = None
        self._lock = threading.Lock()

    @property
    def state(self) -> str:
        """What to keep beside the secrets; empty until a secret was encrypted."""
        return self._state

    def encrypt(self, text: str) -> str:
        return _seal(self._opened(), text)

    def decrypt(self, sealed: str) -> str:
        return _unseal(self._opened(), sealed)

    def _opened(self) -> AESGCM:
        with self._lock:
            if self._cipher is None:
                self._cipher = self._open()
            return self._cipher

    def _open(self) -> AESGCM:
        key = hashlib.pbkdf2_hmac("sha256", self._passphrase.encode(), self._salt, _ROUNDS, 32)
        cipher = AESGCM(key)
        if self._state:
            _unseal(cipher, self._state.split(":", 2)[2])
        else:
            self._state = f"v1:{base64.b64encode(self._salt).decode()}:{_seal(cipher, _CHECK)}"
        return cipher


def _seal(cipher: AESGCM, text: str) -> str:
    nonce = os.urandom(12)
    sealed = cipher.encrypt(nonce, text.encode(), None)
    return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"


def _unseal(cipher: AESGCM, sealed: str) -> str:
    _, nonce, content = sealed.split(":")
    try:
        return cipher.decrypt(base64.b64decode(nonce), base64.b64decode(content), None).decode()
    except InvalidTag as error:
        raise EngineError(
            "the passphrase does not open this stack's state",
            hint="set the passphrase the stack was made with",
        ) from error
