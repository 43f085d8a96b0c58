"""S3: most actions are not named as their operation (Service Authorization Reference, S3)."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from greenshift.twin.iam.needs.contract import Facts, Find, Need, Parameters, Place, action, everything


def _bucket(parameters: Parameters, _: Place) -> str:
    return f"arn:aws:s3:::{parameters.get('Bucket', '')}"


def _object(parameters: Parameters, place: Place) -> str:
    return f"{_bucket(parameters, place)}/{parameters.get('Key', '')}"


def _of_version(plain: str, versioned: str) -> Find:
    """Naming a version takes another action than naming the object."""

    def find(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
        name = versioned if parameters.get("VersionId") else plain
        return [Need(f"s3:{name}", _object(parameters, place))]

    return find


def _listing(name: str) -> Find:
    def find(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
        asked = {"s3:prefix": "Prefix", "s3:delimiter": "Delimiter", "s3:max-keys": "MaxKeys"}
        keys = tuple((key, str(parameters[member])) for key, member in asked.items() if member in parameters)
        return [Need(f"s3:{name}", _bucket(parameters, place), keys)]

    return find


def _written(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
    """An object put with an ACL takes the permission to set one, too (user guide: PutObject)."""
    where = _object(parameters, place)
    needs = [Need("s3:PutObject", where)]
    return [*needs, Need("s3:PutObjectAcl", where)] if parameters.get("ACL") else needs


def _copied(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
    """A copy reads one object and writes another."""
    source = parameters.get("CopySource") or ""
    if isinstance(source, dict):
        path, version = f"{source.get('Bucket', '')}/{source.get('Key', '')}", source.get("VersionId")
    else:
        path, _sep, version = unquote(str(source)).lstrip("/").partition("?versionId=")
    read = "s3:GetObjectVersion" if version else "s3:GetObject"
    return [Need(read, f"arn:aws:s3:::{path}"), Need("s3:PutObject", _object(parameters, place))]


def _deleted(parameters: Parameters, place: Place, _: Facts) -> Iterable[Need]:
    """DeleteObjects is asked of each object it names; of all of them where the list could not be read."""
    objects = (parameters.get("Delete") or {}).get("Objects") or [{"Key": "*"}]
    bucket = _bucket(parameters, place)
    return [
        Need(
            f"s3:{'DeleteObjectVersion' if each.get('VersionId') else 'DeleteObject'}",
            f"{bucket}/{each['Key']}",
        )
        for each in objects
    ]


def _on_bucket(**names: str) -> dict[str, Find]:
    return {operation: action(f"s3:{name}", _bucket) for operation, name in names.items()}


def _as_named(*operations: str) -> dict[str, Find]:
    return _on_bucket(**{operation: operation for operation in operations})


TABLE: dict[str, Find] = {
    "GetObject": _of_version("GetObject", "GetObjectVersion"),
    "HeadObject": _of_version("GetObject", "GetObjectVersion"),
    "GetObjectAttributes": _of_version("GetObject", "GetObjectVersion"),
    "DeleteObject": _of_version("DeleteObject", "DeleteObjectVersion"),
    "GetObjectTagging": _of_version("GetObjectTagging", "GetObjectVersionTagging"),
    "PutObjectTagging": _of_version("PutObjectTagging", "PutObjectVersionTagging"),
    "GetObjectAcl": _of_version("GetObjectAcl", "GetObjectVersionAcl"),
    "PutObjectAcl": _of_version("PutObjectAcl", "PutObjectVersionAcl"),
    "PutObject": _written,
    "CreateMultipartUpload": _written,
    "UploadPart": action("s3:PutObject", _object),
    "CompleteMultipartUpload": action("s3:PutObject", _object),
    "AbortMultipartUpload": action("s3:AbortMultipartUpload", _object),
    "ListParts": action("s3:ListMultipartUploadParts", _object),
    "CopyObject": _copied,
    "UploadPartCopy": _copied,
    "DeleteObjects": _deleted,
    "ListObjects": _listing("ListBucket"),
    "ListObjectsV2": _listing("ListBucket"),
    "ListObjectVersions": _listing("ListBucketVersions"),
    "HeadBucket": action("s3:ListBucket", _bucket),
    "ListBuckets": action("s3:ListAllMyBuckets", everything),
    **_as_named(
        "CreateBucket",
        "DeleteBucket",
        "DeleteBucketPolicy",
        "GetBucketAcl",
        "GetBucketLocation",
        "GetBucketLogging",
        "GetBucketOwnershipControls",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketTagging",
        "GetBucketVersioning",
        "PutBucketAcl",
        "PutBucketLogging",
        "PutBucketOwnershipControls",
        "PutBucketPolicy",
        "PutBucketTagging",
        "PutBucketVersioning",
    ),
    **_on_bucket(
        ListMultipartUploads="ListBucketMultipartUploads",
        GetBucketEncryption="GetEncryptionConfiguration",
        PutBucketEncryption="PutEncryptionConfiguration",
        DeleteBucketEncryption="PutEncryptionConfiguration",
        GetBucketLifecycleConfiguration="GetLifecycleConfiguration",
        PutBucketLifecycleConfiguration="PutLifecycleConfiguration",
        DeleteBucketLifecycle="PutLifecycleConfiguration",
        GetBucketNotificationConfiguration="GetBucketNotification",
        PutBucketNotificationConfiguration="PutBucketNotification",
        GetPublicAccessBlock="GetBucketPublicAccessBlock",
        PutPublicAccessBlock="PutBucketPublicAccessBlock",
        DeletePublicAccessBlock="PutBucketPublicAccessBlock",
        DeleteBucketOwnershipControls="PutBucketOwnershipControls",
        DeleteBucketTagging="PutBucketTagging",
    ),
}
