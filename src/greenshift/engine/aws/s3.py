"""S3 buckets and objects. The bucket's settings are types of their own: ``s3_settings``."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from greenshift.engine.aws import s3_inline
from greenshift.engine.aws.calls import CallError, Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys, nothing
from greenshift.engine.aws.fit import fit, tag_list, tag_map
from greenshift.engine.properties import assets
from greenshift.engine.properties.values import Archive, Asset

_MISSING = ("404", "NoSuchBucket", "NoSuchKey", "NotFound")
_MOST_DELETES = 1000  # keys of one DeleteObjects call (API reference)


def _create_bucket(calls: Calls, inputs: Document) -> Seen:
    name = inputs["bucket"]
    location = {} if calls.region == "us-east-1" else {"LocationConstraint": calls.region}
    more: Document = {"CreateBucketConfiguration": location} if location else {}
    if inputs.get("objectLockEnabled") or inputs.get("objectLockConfiguration"):
        more["ObjectLockEnabledForBucket"] = True
    calls.call("CreateBucket", Bucket=name, **more)
    if inputs.get("tags"):
        _tag_bucket(calls, Change(name, {}, inputs))
    s3_inline.put_all(calls, name, inputs)
    return _seen_bucket(calls, name, inputs)


def _seen_bucket(calls: Calls, name: str, inputs: Document) -> Seen:
    domain = f"{name}.s3.amazonaws.com"
    regional = f"{name}.s3.{calls.region}.amazonaws.com"
    outputs = {
        "arn": f"arn:aws:s3:::{name}",
        "bucketDomainName": domain,
        "bucketRegionalDomainName": regional,
        "bucketRegion": calls.region,
        **s3_inline.outputs(calls, name, inputs),
    }
    return Seen(name, outputs)


def _read_bucket(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    found = calls.look("HeadBucket", *_MISSING, Bucket=inputs["bucket"])
    return _seen_bucket(calls, inputs["bucket"], inputs) if found is not None else None


def _tag_bucket(calls: Calls, change: Change) -> None:
    tags = change.new.get("tags")
    if not tags:
        calls.call("DeleteBucketTagging", Bucket=change.id)
        return
    shape = calls.model("PutBucketTagging").input_shape.members["Tagging"].members["TagSet"]
    calls.call("PutBucketTagging", Bucket=change.id, Tagging={"TagSet": fit(shape, tag_list(tags), {})})


def _delete_bucket(calls: Calls, inputs: Document, id_: str) -> None:
    if calls.look("HeadBucket", *_MISSING, Bucket=id_) is None:
        return
    if inputs.get("forceDestroy"):
        _resume_versioning(calls, id_)
        _delete_versions(calls, id_, "")
    try:
        calls.call("DeleteBucket", Bucket=id_)
    except CallError as error:
        if error.code == "BucketNotEmpty":
            error.hint = "set force_destroy=True on the bucket and run `up`, or empty it"
        raise


def _resume_versioning(calls: Calls, bucket: str) -> None:
    """Its versioning resource is deleted, so suspended, before the bucket is emptied.

    moto 5.2.5 cannot delete single versions of a suspended bucket (it drops the whole key, and fails on
    delete markers); S3 can. Enabling it for the last moment of the bucket does no harm on either.
    """
    if calls.call("GetBucketVersioning", Bucket=bucket).get("Status") == "Suspended":
        calls.call("PutBucketVersioning", Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def _delete_versions(calls: Calls, bucket: str, prefix: str, only: str = "") -> None:
    """Every version and delete marker: what is left of one keeps a bucket from being deleted."""
    found = list(_versions(calls, bucket, prefix, only))
    for start in range(0, len(found), _MOST_DELETES):
        batch = found[start : start + _MOST_DELETES]
        answer = calls.call("DeleteObjects", Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
        for failure in answer.get("Errors", []):
            raise CallError("DeleteObjects", failure["Code"], f"{failure['Key']}: {failure['Message']}")


def _versions(calls: Calls, bucket: str, prefix: str, only: str) -> Iterator[dict[str, Any]]:
    for page in calls.pages("ListObjectVersions", Bucket=bucket, Prefix=prefix):
        for item in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
            if not only or item["Key"] == only:
                yield {"Key": item["Key"], "VersionId": item["VersionId"]}


_OBJECT_HEADERS = keys("contentType cacheControl contentDisposition contentEncoding contentLanguage metadata")
_OBJECT_CONTENT = keys("source content contentBase64 etag sourceHash")


def _put_object(calls: Calls, inputs: Document) -> Seen:
    headers = {key: inputs[key] for key in _OBJECT_HEADERS if inputs.get(key) is not None}
    parameters = fit(calls.model("PutObject").input_shape, headers, {})
    if inputs.get("tags"):
        parameters["Tagging"] = "&".join(f"{key}={value}" for key, value in inputs["tags"].items())
    calls.call("PutObject", Bucket=inputs["bucket"], Key=inputs["key"], Body=_content(inputs), **parameters)
    seen = _read_object(calls, inputs, "")
    assert seen is not None
    return seen


def _content(inputs: Document) -> bytes:
    source = inputs.get("source")
    if isinstance(source, Archive):
        return assets.archive_bytes(source)
    if isinstance(source, Asset):
        return assets.asset_bytes(source)
    if "contentBase64" in inputs:
        return base64.b64decode(inputs["contentBase64"])
    return str(inputs.get("content", "")).encode()


def _read_object(calls: Calls, inputs: Document, id_: str) -> Seen | None:
    bucket, key = inputs["bucket"], inputs["key"]
    found = calls.look("HeadObject", *_MISSING, Bucket=bucket, Key=key)
    if found is None:
        return None
    outputs = {
        "arn": f"arn:aws:s3:::{bucket}/{key}",
        "versionId": found.get("VersionId", ""),
        "etag": found["ETag"].strip('"'),
        "contentType": found.get("ContentType", ""),
    }
    return Seen(f"{bucket}/{key}", outputs)


def _update_object(calls: Calls, change: Change) -> None:
    _put_object(calls, change.new)


def _delete_object(calls: Calls, inputs: Document, id_: str) -> None:
    if calls.look("HeadBucket", *_MISSING, Bucket=inputs["bucket"]) is not None:
        _delete_versions(calls, inputs["bucket"], inputs["key"], only=inputs["key"])


def _observe_object(calls: Calls, id_: str) -> Document | None:
    """``bucket/key``; what is in it stays where it is."""
    bucket, _, key = id_.removeprefix("s3://").partition("/")
    found = calls.look("HeadObject", *_MISSING, Bucket=bucket, Key=key)
    if found is None:
        return None
    told = {name: found.get(name[0].upper() + name[1:]) for name in _OBJECT_HEADERS}
    tags = calls.call("GetObjectTagging", Bucket=bucket, Key=key).get("TagSet", [])
    inputs = {"bucket": bucket, "key": key, **told, "tags": tag_map(tags)}
    if inputs["contentType"] == _PLAIN_TYPE:
        del inputs["contentType"]
    return {name: value for name, value in inputs.items() if value}


_PLAIN_TYPE = "binary/octet-stream"


def _bucket(token: str, inline: frozenset[str]) -> Entry:
    return Entry(
        token=token,
        service="s3",
        properties=keys("bucket bucketPrefix forceDestroy tags objectLockEnabled") | inline,
        replace=keys("bucketPrefix objectLockEnabled"),
        name="bucket",
        longest_name=63,
        create=_create_bucket,
        read=_read_bucket,
        update=(
            Update(keys("tags"), _tag_bucket),
            Update(keys("forceDestroy"), nothing),
            *s3_inline.updates(inline),
        ),
        delete=_delete_bucket,
        shared=inline | keys("objectLockEnabled"),
        volatile=keys("websiteEndpoint websiteDomain"),
    )


_OBJECT = Entry(
    token="aws:s3/bucketObjectv2:BucketObjectv2",
    service="s3",
    properties=keys("bucket key tags forceDestroy") | _OBJECT_HEADERS | _OBJECT_CONTENT,
    replace=keys("bucket key"),
    create=_put_object,
    read=_read_object,
    update=(
        Update(_OBJECT_HEADERS | _OBJECT_CONTENT | keys("tags"), _update_object),
        Update(keys("forceDestroy"), nothing),
    ),
    delete=_delete_object,
    volatile=keys("versionId etag"),
    observe=_observe_object,
    shared=keys("contentType"),
)
ENTRIES = (
    _bucket("aws:s3/bucket:Bucket", s3_inline.PROPERTIES),
    _bucket("aws:s3/bucketV2:BucketV2", s3_inline.PROPERTIES_V2),
    _OBJECT,
    replace(_OBJECT, token="aws:s3/bucketObject:BucketObject"),  # its former name
)
