"""Who signed a request, and for which service: told, not proved, as the twin knows nobody's secrets.

A signature is asked for because no page can add one to a request of another site without a preflight, which
the twin refuses. It stands in the ``Authorization`` header, in a presigned query, or in the form of a
presigned POST to S3 (IAM user guide, "AWS Signature Version 4"; S3 API reference, "Browser-based uploads").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from greenshift.twin.moto.wsgi import HttpRequest

# Access key, date, region (which version 4a does not name), service.
_SCOPE = r"([^/&,\s\"]+)/\d+/(?:[^/&,\s]*/)?([^/&,\s]+)/aws4_request"
_HEADER = re.compile(rf"AWS4-[A-Z0-9-]+ +.*?Credential={_SCOPE}")
_QUERY = re.compile(rf"(?:^|&)X-Amz-Credential={_SCOPE}")
# Signature version 2, which boto3 still signs S3 URLs with.
_HEADER_V2 = re.compile(r"AWS ([^:\s]+):\S+")
_QUERY_V2 = re.compile(r"(?:^|&)AWSAccessKeyId=([^&]+)")
_POSTED = re.compile(rf'name="x-amz-credential"\s+{_SCOPE}', re.IGNORECASE)
_POSTED_V2 = re.compile(r'name="AWSAccessKeyId"\s+(\S+)', re.IGNORECASE)
_FORM_HEAD = 65_536
"""A POST policy's fields come before the file; S3 reads no more of them than 20 KB."""


@dataclass(frozen=True)
class Signed:
    """Whose key it is, and which service the signature is good for."""

    key: str
    service: str


def of(request: HttpRequest) -> Signed | None:
    """None for a request that nobody signed."""
    return _in_header(request.header("authorization")) or _in_query(request.query) or _in_form(request)


def _in_header(text: str) -> Signed | None:
    if found := _HEADER.match(text):
        return Signed(found[1], found[2])
    old = _HEADER_V2.fullmatch(text)
    return Signed(old[1], "s3") if old else None


def _in_query(query: str) -> Signed | None:
    if "X-Amz-Signature=" in query and (found := _QUERY.search(unquote(query))):
        return Signed(found[1], found[2])
    if "Signature=" in query and (old := _QUERY_V2.search(query)):
        return Signed(unquote(old[1]), "s3")
    return None


def _in_form(request: HttpRequest) -> Signed | None:
    if request.method != "POST" or not request.header("content-type").startswith("multipart/form-data"):
        return None
    text = request.body[:_FORM_HEAD].decode("latin-1")
    if found := _POSTED.search(text):
        return Signed(found[1], "s3")
    old = _POSTED_V2.search(text)
    return Signed(old[1], "s3") if old else None


def signed_by(request: HttpRequest, key: str, region: str) -> HttpRequest:
    """The same request, signed for S3 by this key."""
    scope = f"{key}/20260101/{region}/s3/aws4_request"
    header = ("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=entrance")
    return HttpRequest(request.method, request.target, (*request.headers, header), request.body)
