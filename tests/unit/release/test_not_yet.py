"""A version that was just published may be unknown for a moment: that is "not yet", and no failure."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from greenshift.release.errors import ReleaseError
from greenshift.release.services.functions import Functions


class FakeLambda:
    """Answers of which the first ones do not know the version yet."""

    def __init__(self, unknown: int) -> None:
        self._left: Iterator[int] = iter(range(unknown))

    def _maybe(self, operation: str) -> None:
        if next(self._left, None) is not None:
            error = {"Error": {"Code": "ResourceNotFoundException", "Message": "Function not found"}}
            raise ClientError(error, operation)

    def publish_version(self, **_: object) -> dict[str, str]:
        return {"Version": "7"}

    def get_function_configuration(self, **_: object) -> dict[str, str]:
        self._maybe("GetFunctionConfiguration")
        return {"Version": "7", "State": "Active", "LastUpdateStatus": "Successful"}

    def invoke(self, **_: object) -> dict[str, Any]:
        self._maybe("Invoke")
        return {"Payload": io.BytesIO(b"1")}


def functions(unknown: int, pauses: list[float]) -> Functions:
    client = FakeLambda(unknown)
    return Functions(client, client, pauses.append)


def test_a_version_that_appears_within_seconds_is_published_and_tried() -> None:
    pauses: list[float] = []

    assert functions(5, pauses).publish_version("pay", "sha", "greenshift r1") == "7"
    assert functions(5, pauses).invoke("pay", "7", b"{}").payload == b"1"
    assert 0 < sum(pauses) < 15


def test_one_that_never_appears_is_told_of_and_not_waited_for_five_minutes() -> None:
    pauses: list[float] = []

    with pytest.raises(ReleaseError, match="version 7 was published, and cannot be found"):
        functions(10_000, pauses).publish_version("pay", "sha", "greenshift r1")
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        functions(10_000, pauses).invoke("pay", "7", b"{}")
    assert sum(pauses) < 40
