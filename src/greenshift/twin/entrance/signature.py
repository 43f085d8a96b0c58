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

_HEADER = "Credential="
_QUERY = "X-Amz-Credential="
_POSTED = 'name="x-amz-credential"'
_END_OF_SCOPE = re.compile(r'[&,\s"]')
_LONGEST_SCOPE = 1024
# Signature version 2, which boto3 still signs S3 URLs with.
_HEADER_V2 = re.compile(r"AWS ([^:\s]+):\S+")
_QUERY_V2 = re.compile(r"(?:^|&)AWSAccessKeyId=([^&]+)")
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
    algorithm, _, rest = text.partition(" ")
    if algorithm.startswith("AWS4-"):
        return _after(_HEADER, rest)
    old = _HEADER_V2.fullmatch(text)
    return Signed(old[1], "s3") if old else None


def _in_query(query: str) -> Signed | None:
    if "X-Amz-Signature=" in query:
        named = next((pair for pair in query.split("&") if pair.startswith(_QUERY)), "")
        if found := _after(_QUERY, unquote(named)):
            return found
    if "Signature=" in query and (old := _QUERY_V2.search(query)):
        return Signed(unquote(old[1]), "s3")
    return None


def _in_form(request: HttpRequest) -> Signed | None:
    if request.method != "POST" or not request.header("content-type").startswith("multipart/form-data"):
        return None
    text = request.body[:_FORM_HEAD].decode("latin-1")
    start = text.lower().find(_POSTED)
    if start >= 0 and (found := _scope(text[start + len(_POSTED) :].lstrip())):
        return Signed(found.key, "s3")
    old = _POSTED_V2.search(text)
    return Signed(old[1], "s3") if old else None


def _after(name: str, text: str) -> Signed | None:
    """Of the first scope after a name; nothing is looked for twice, however often the name stands there."""
    _, found, rest = text.partition(name)
    return _scope(rest) if found else None


def _scope(text: str) -> Signed | None:
    """Access key, date, region (which version 4a does not name), service and a fixed word."""
    key, *rest = _END_OF_SCOPE.split(text[:_LONGEST_SCOPE], maxsplit=1)[0].split("/")
    if not key or len(rest) not in (3, 4) or rest[-1] != "aws4_request":
        return None
    date, service = rest[0], rest[-2]
    return Signed(key, service) if date.isdigit() and service else None


def signed_by(request: HttpRequest, key: str, region: str) -> HttpRequest:
    """The same request, signed for S3 by this key."""
    scope = f"{key}/20260101/{region}/s3/aws4_request"
    header = ("Authorization", f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=entrance")
    return HttpRequest(request.method, request.target, (*request.headers, header), request.body)
