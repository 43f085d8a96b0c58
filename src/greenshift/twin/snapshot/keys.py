"""Keys of user pools and of KMS, as text and back. Their libraries are loaded where there are such keys."""

from __future__ import annotations

import base64
import json
from typing import Any


def of_pool(key: Any) -> list[Any]:
    return [json.dumps(key.as_dict(private=True))]


def pool_key(text: str) -> Any:
    from joserfc.jwk import RSAKey

    return RSAKey.import_key(json.loads(text))


def private(key: Any) -> list[Any]:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    written = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return [base64.b64encode(written).decode()]


def private_key(text: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    return load_der_private_key(base64.b64decode(text), None)


def public(key: Any) -> list[Any]:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return [base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()]


def public_key(text: str) -> Any:
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    return load_der_public_key(base64.b64decode(text))
