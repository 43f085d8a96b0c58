"""What AWS answers about something that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ClientError


@contextmanager
def unless_absent(*codes: str) -> Iterator[None]:
    """Ends its block quietly at one of these error codes; every other error goes on."""
    try:
        yield
    except ClientError as error:
        if error.response["Error"]["Code"] not in codes:
            raise
