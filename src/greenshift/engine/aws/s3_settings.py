"""The settings of a bucket that Pulumi declares as resources of their own: put whole, read, taken away.

They are alike, so they are rows: which property goes into which parameter of Put, how Get finds it, and what
takes it away. Versioning cannot be taken away, only suspended (user guide: "Using versioning in S3 buckets").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.entry import Change, Entry, Seen, Update, keys
from greenshift.engine.aws.fit import Rule, Rules, fit

_GONE = ("NoSuchBucket", "404")


@dataclass(frozen=True)
class Setting:
    token: str
    properties: frozenset[str]
    put: str
    parameter: str
    get: str
    absent: str  # the error code when the bucket has none
    remove: Callable[[Calls, str], Any]
    body: Callable[[Document], Any] = dict
    rules: Rules = field(default_factory=dict)
    present: str = ""  # a member of the answer without which there is none either


def _remove(operation: str) -> Callable[[Calls, str], Any]:
    return lambda calls, bucket: calls.look(operation, *_GONE, Bucket=bucket)


def _suspend(calls: Calls, bucket: str) -> Any:
    return calls.look(
        "PutBucketVersioning", *_GONE, Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )


def _plain_policy(inputs: Document) -> Any:
    return inputs["policy"]


_SETTINGS = (
    Setting(
        token="aws:s3/bucketVersioning:BucketVersioning",
        properties=keys("versioningConfiguration"),
        put="PutBucketVersioning",
        parameter="VersioningConfiguration",
        body=lambda inputs: inputs["versioningConfiguration"],
        get="GetBucketVersioning",
        absent="",
        present="Status",
        remove=_suspend,
    ),
    Setting(
        token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        properties=keys("rules"),
        put="PutBucketEncryption",
        parameter="ServerSideEncryptionConfiguration",
        rules={"rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": Rule("KMSMasterKeyID")},
        get="GetBucketEncryption",
        absent="ServerSideEncryptionConfigurationNotFoundError",
        remove=_remove("DeleteBucketEncryption"),
    ),
    Setting(
        token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        properties=keys("blockPublicAcls blockPublicPolicy ignorePublicAcls restrictPublicBuckets"),
        put="PutPublicAccessBlock",
        parameter="PublicAccessBlockConfiguration",
        get="GetPublicAccessBlock",
        absent="NoSuchPublicAccessBlockConfiguration",
        remove=_remove("DeletePublicAccessBlock"),
    ),
    Setting(
        token="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        properties=keys("rule"),
        put="PutBucketOwnershipControls",
        parameter="OwnershipControls",
        rules={"rule": Rule("Rules", lambda rule: [rule])},
        get="GetBucketOwnershipControls",
        absent="OwnershipControlsNotFoundError",
        remove=_remove("DeleteBucketOwnershipControls"),
    ),
    Setting(
        token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        properties=keys("rules"),
        put="PutBucketLifecycleConfiguration",
        parameter="LifecycleConfiguration",
        get="GetBucketLifecycleConfiguration",
        absent="NoSuchLifecycleConfiguration",
        remove=_remove("DeleteBucketLifecycle"),
    ),
    Setting(
        token="aws:s3/bucketPolicy:BucketPolicy",
        properties=keys("policy"),
        put="PutBucketPolicy",
        parameter="Policy",
        body=_plain_policy,
        get="GetBucketPolicy",
        absent="NoSuchBucketPolicy",
        remove=_remove("DeleteBucketPolicy"),
    ),
)


def _entry(setting: Setting) -> Entry:
    def put(calls: Calls, inputs: Document) -> None:
        wanted = {key: value for key, value in inputs.items() if key in setting.properties}
        shape = calls.model(setting.put).input_shape.members[setting.parameter]
        body = fit(shape, setting.body(wanted), setting.rules)
        calls.call(setting.put, Bucket=inputs["bucket"], **{setting.parameter: body})

    def create(calls: Calls, inputs: Document) -> Seen:
        put(calls, inputs)
        return Seen(inputs["bucket"], {})

    def read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
        found = calls.look(setting.get, setting.absent, *_GONE, Bucket=inputs["bucket"])
        if found is None or (setting.present and setting.present not in found):
            return None
        return Seen(inputs["bucket"], {})

    def update(calls: Calls, change: Change) -> None:
        put(calls, change.new)

    return Entry(
        token=setting.token,
        service="s3",
        properties=setting.properties | keys("bucket"),
        replace=keys("bucket"),
        create=create,
        read=read,
        update=(Update(setting.properties, update),),
        delete=lambda calls, inputs, id_: setting.remove(calls, id_),
    )


ENTRIES = tuple(_entry(setting) for setting in _SETTINGS)
