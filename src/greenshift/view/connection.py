"""The connection to the repository: whether somebody has approved it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from greenshift.reading.absence import unless_absent
from greenshift.reading.connections import AVAILABLE, read_connection

# A connection that works rarely stops working, and then a release fails and says so.
_WHILE_AVAILABLE = 10


class Connection:
    """Its status, read every ``seconds``, or ten times less often while it is available."""

    def __init__(
        self,
        clients: Callable[[str], Any],
        seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clients = clients
        self._seconds = seconds
        self._monotonic = monotonic
        self._read: tuple[str, str, float] | None = None

    def status(self, arn: str) -> str:
        """PENDING, AVAILABLE or ERROR; MISSING when there is none of this ARN; empty when nobody may know."""
        if not arn:
            return ""
        if self._read is None or self._read[0] != arn or self._is_old(*self._read[1:]):
            self._read = (arn, self._ask(arn), self._monotonic())
        return self._read[1]

    def software(self, arn: str) -> str:
        """The connection's ProviderType; empty when there is none, or nobody may know."""
        if not arn:
            return ""
        with unless_absent("AccessDeniedException"):
            return read_connection(self._clients, arn).provider
        return ""

    def _is_old(self, status: str, read_at: float) -> bool:
        patience = self._seconds * (_WHILE_AVAILABLE if status == AVAILABLE else 1)
        return self._monotonic() - read_at >= patience

    def _ask(self, arn: str) -> str:
        try:
            return read_connection(self._clients, arn).status or "MISSING"
        except ClientError as error:
            if error.response["Error"]["Code"] != "AccessDeniedException":
                raise
            return ""
