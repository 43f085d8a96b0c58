"""Who signed a request: read in time that grows with its head alone, whatever stands there."""

from __future__ import annotations

import pytest
from support.measures.effort import effort

from greenshift.twin.entrance import signature
from greenshift.twin.entrance.signature import Signed
from greenshift.twin.moto.wsgi import HttpRequest

SCOPE = "AKID/20260101/us-east-1/lambda/aws4_request"


def request(authorization: str = "", query: str = "", form: bytes = b"") -> HttpRequest:
    headers = (("Authorization", authorization), ("Content-Type", "multipart/form-data; boundary=x"))
    return HttpRequest("POST", f"/?{query}", headers, form)


@pytest.mark.parametrize(
    ("asked", "signed"),
    [
        (request(f"AWS4-HMAC-SHA256 Credential={SCOPE}, SignedHeaders=host, Signature=0"), "lambda"),
        (request(f"AWS4-HMAC-SHA256  SignedHeaders=host,Credential={SCOPE},Signature=0"), "lambda"),
        (
            request("AWS4-ECDSA-P256-SHA256 Credential=AKID/20260101/lambda/aws4_request, Signature=0"),
            "lambda",
        ),
        (request("AWS AKID:signature="), "s3"),
        (request(query=f"X-Amz-Credential={SCOPE.replace('/', '%2F')}&X-Amz-Signature=0"), "lambda"),
        (request(query="AWSAccessKeyId=AKID&Signature=0"), "s3"),
        (
            request(
                form=b'--x\r\nContent-Disposition: form-data; name="X-Amz-Credential"\r\n\r\n'
                + SCOPE.encode()
            ),
            "s3",
        ),
        (request(form=b'--x\r\nContent-Disposition: form-data; name="AWSAccessKeyId"\r\n\r\nAKID'), "s3"),
        (request(f"Basic Credential={SCOPE}"), None),
        (request("AWS4-HMAC-SHA256 Credential=AKID/today/us-east-1/lambda/aws4_request"), None),
        (request("AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/lambda/aws4_request"), None),
        (request("AWS4-HMAC-SHA256 Credential=AKID/20260101/aws4_request"), None),
        (request(query=f"X-Amz-Credential={SCOPE}"), None),
    ],
)
def test_a_signature_is_read_wherever_it_may_stand(asked: HttpRequest, signed: str | None) -> None:
    assert signature.of(asked) == (Signed("AKID", signed) if signed else None)


@pytest.mark.parametrize(
    "asked",
    [
        request("AWS4-A " + "Credential=" * 5_900),
        request("AWS4-A " + "Credential=a" * 5_400 + "/1/a/"),
        request("AWS4-" + "A" * 32_000 + " " * 32_000),
        request("AWS4-A Credential=a/" + "1" * 65_000),
        request("AWS " + "a" * 32_000 + ":" * 32_000 + " "),
        request(query="X-Amz-Signature=&" + "X-Amz-Credential=" * 3_800),
        request(query="Signature=" + "&AWSAccessKeyId=" * 4_000),
        request(form=b'name="x-amz-credential"' + b" " * 65_000),
        request(form=b'name="AWSAccessKeyId"' * 3_000),
    ],
    ids=range(9),
)
def test_a_head_made_to_be_slow_is_not(asked: HttpRequest) -> None:
    assert effort(lambda: signature.of(asked)) < 32
