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
from greenshift.engine.aws.fit import Rule, Rules, fit, observed

_GONE = ("NoSuchBucket", "404")


def _no_outputs(calls: Calls, bucket: str) -> Document:
    return {}


def website_outputs(calls: Calls, bucket: str) -> Document:
    domain = f"s3-website-{calls.region}.amazonaws.com"
    return {"websiteEndpoint": f"{bucket}.{domain}", "websiteDomain": domain}


def nothing_to_remove(calls: Calls, bucket: str) -> None:
    """Of a setting that goes with its bucket."""


@dataclass(frozen=True)
class Setting:
    token: str
    properties: frozenset[str]
    put: str
    parameter: str
    get: str
    absent: str  # the error code when the bucket has none
    remove: Callable[[Calls, str], Any] = nothing_to_remove
    body: Callable[[Document], Any] = dict
    rules: Rules = field(default_factory=dict)
    outputs: Callable[[Calls, str], Document] = _no_outputs
    present: str = ""  # a member of the answer without which there is none either
    back: Callable[[Any], Document] | None = None  # of an answer in another form: the inputs

    def apply(self, calls: Calls, bucket: str, inputs: Document) -> None:
        """Put what the inputs say, whole."""
        wanted = {key: value for key, value in inputs.items() if key in self.properties}
        body = fit(self._shape(calls), self.body(wanted), self.rules)
        calls.call(self.put, Bucket=bucket, **{self.parameter: body})

    def is_there(self, calls: Calls, bucket: str) -> bool:
        return self._answer(calls, bucket) is not None

    def told(self, calls: Calls, bucket: str) -> Document | None:
        """What Get says, as the inputs that would make it; None when the bucket has none of it."""
        found = self._answer(calls, bucket)
        if found is None:
            return None
        answer = found.get(self.parameter, found)
        if self.back is not None:
            return self.back(answer)
        return observed(self._shape(calls), answer, self.properties, self.rules)

    def _answer(self, calls: Calls, bucket: str) -> Document | None:
        found = calls.look(self.get, self.absent, *_GONE, Bucket=bucket)
        return None if found is None or (self.present and self.present not in found) else found

    def _shape(self, calls: Calls) -> Any:
        return calls.model(self.put).input_shape.members[self.parameter]


def _remove(operation: str) -> Callable[[Calls, str], Any]:
    return lambda calls, bucket: calls.look(operation, *_GONE, Bucket=bucket)


def _suspend(calls: Calls, bucket: str) -> Any:
    return calls.look(
        "PutBucketVersioning", *_GONE, Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}
    )


def _first_rule(rules: Any) -> Document:
    return {"objectOwnership": rules[0]["ObjectOwnership"]}


def _plain_policy(inputs: Document) -> Any:
    return inputs["policy"]


VERSIONING = Setting(
    token="aws:s3/bucketVersioning:BucketVersioning",
    properties=keys("versioningConfiguration"),
    put="PutBucketVersioning",
    parameter="VersioningConfiguration",
    body=lambda inputs: inputs["versioningConfiguration"],
    get="GetBucketVersioning",
    absent="",
    present="Status",
    remove=_suspend,
    back=lambda found: {"versioningConfiguration": {"status": found["Status"]}},
)
ENCRYPTION = Setting(
    token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    properties=keys("rules"),
    put="PutBucketEncryption",
    parameter="ServerSideEncryptionConfiguration",
    rules={"rules.applyServerSideEncryptionByDefault.kmsMasterKeyId": Rule("KMSMasterKeyID")},
    get="GetBucketEncryption",
    absent="ServerSideEncryptionConfigurationNotFoundError",
    remove=_remove("DeleteBucketEncryption"),
)
LIFECYCLE = Setting(
    token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    properties=keys("rules"),
    put="PutBucketLifecycleConfiguration",
    parameter="LifecycleConfiguration",
    get="GetBucketLifecycleConfiguration",
    absent="NoSuchLifecycleConfiguration",
    remove=_remove("DeleteBucketLifecycle"),
)
CORS = Setting(
    token="aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    properties=keys("corsRules"),
    put="PutBucketCors",
    parameter="CORSConfiguration",
    rules={"corsRules": Rule("CORSRules")},
    get="GetBucketCors",
    absent="NoSuchCORSConfiguration",
    remove=_remove("DeleteBucketCors"),
)
WEBSITE = Setting(
    token="aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    properties=keys("indexDocument errorDocument redirectAllRequestsTo routingRules"),
    put="PutBucketWebsite",
    parameter="WebsiteConfiguration",
    get="GetBucketWebsite",
    absent="NoSuchWebsiteConfiguration",
    remove=_remove("DeleteBucketWebsite"),
    outputs=website_outputs,
)
POLICY = Setting(
    token="aws:s3/bucketPolicy:BucketPolicy",
    properties=keys("policy"),
    put="PutBucketPolicy",
    parameter="Policy",
    body=_plain_policy,
    back=lambda policy: {"policy": policy},
    get="GetBucketPolicy",
    absent="NoSuchBucketPolicy",
    remove=_remove("DeleteBucketPolicy"),
)
_SETTINGS = (
    VERSIONING,
    ENCRYPTION,
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
        rules={"rule": Rule("Rules", lambda rule: [rule], _first_rule)},
        get="GetBucketOwnershipControls",
        absent="OwnershipControlsNotFoundError",
        remove=_remove("DeleteBucketOwnershipControls"),
    ),
    LIFECYCLE,
    CORS,
    WEBSITE,
    POLICY,
)


def _entry(setting: Setting) -> Entry:
    def create(calls: Calls, inputs: Document) -> Seen:
        setting.apply(calls, inputs["bucket"], inputs)
        return Seen(inputs["bucket"], setting.outputs(calls, inputs["bucket"]))

    def read(calls: Calls, inputs: Document, id_: str) -> Seen | None:
        if not setting.is_there(calls, inputs["bucket"]):
            return None
        return Seen(inputs["bucket"], setting.outputs(calls, inputs["bucket"]))

    def update(calls: Calls, change: Change) -> None:
        setting.apply(calls, change.new["bucket"], change.new)

    def observe(calls: Calls, id_: str) -> Document | None:
        bucket = id_.partition(",")[0]  # `bucket,account` is an id as well
        told = setting.told(calls, bucket)
        return {"bucket": bucket, **told} if told is not None else None

    return Entry(
        token=setting.token,
        service="s3",
        properties=setting.properties | keys("bucket"),
        replace=keys("bucket"),
        create=create,
        read=read,
        update=(Update(setting.properties, update),),
        delete=lambda calls, inputs, id_: setting.remove(calls, id_),
        observe=observe,
    )


ENTRIES = tuple(_entry(setting) for setting in _SETTINGS)
