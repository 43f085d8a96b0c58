"""An answer is late only for the client that would lose a part of it."""

from __future__ import annotations

import pytest

from greenshift.twin.moto.wsgi import HttpRequest, HttpResponse
from greenshift.twin.port import distance

GO = "APN/1.0 HashiCorp/1.0 Terraform/1.9 aws-sdk-go-v2/1.36.3 lang/go#1.23.10"


@pytest.mark.parametrize(
    ("agent", "asked", "size", "late"),
    [
        (GO, b"{}", 5000, True),
        (GO, b"{}", 100, False),
        (GO, b"", 5000, False),
        ("Boto3/1.44", b"{}", 5000, False),
    ],
)
def test_who_waits(agent: str, asked: bytes, size: int, late: bool) -> None:
    request = HttpRequest("POST", "/", (("User-Agent", agent),), asked)
    response = HttpResponse(200, (), b"x" * size)

    assert late == distance.is_too_near(request, response)
