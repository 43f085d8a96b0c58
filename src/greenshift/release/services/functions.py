"""Lambda as a release sees it: aliases, versions, their code, and one invocation."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from greenshift.contract.clock import Pause
from greenshift.contract.working_copy import AT_REST, WorkingCopy
from greenshift.release.errors import ANEW, Refusal, ReleaseError, code_of
from greenshift.release.machine.observation import Alias
from greenshift.release.services.smoke import Invocation

Answer = TypeVar("Answer")

# Polls start short, because the twin is quick, and grow to the interval of AWS's own waiter (1 s).
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
# As long as the waiters `function_updated_v2` (1 s x 300) are patient.
_POLLS = 310
# Seconds for which a version may be unknown after it was published: Lambda answers from many places.
_NOT_YET = 15.0
# A person saves a file every few seconds.
_TAKES = 5
# A minute of being throttled; the next visit goes on after that.
_THROTTLED = 65

# What a version freezes besides its code. A change of one of these alone is worth a release of its own.
_FROZEN = (
    "Runtime",
    "Handler",
    "Role",
    "MemorySize",
    "Timeout",
    "Architectures",
    "KMSKeyArn",
    "FileSystemConfigs",
    "DeadLetterConfig",
    "ImageConfigResponse",
)


@dataclass(frozen=True)
class Configuration:
    """One version of a function, `$LATEST` included."""

    version: str
    runtime: str
    handler: str
    code_sha256: str
    state: str
    last_update_status: str
    reason: str  # why the state or the last update is not what one hoped for; "" when all is well
    settings: str  # everything else a version freezes, comparable as text
    description: str = ""  # a version keeps the one it was published with
    package_type: str = "Zip"


class Functions:
    """The calls of a release to Lambda. ``patient`` is a client that waits out a long invocation."""

    def __init__(self, client: Any, patient: Any, pause: Pause) -> None:
        self._client = client
        self._patient = patient
        self._pause = pause

    def alias(self, name: str, alias: str) -> Alias:
        return _alias(self._get_alias(name, alias))

    def _get_alias(self, name: str, alias: str) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = self._client.get_alias(FunctionName=name, Name=alias)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                raise Refusal(f"{name} or its alias {alias!r} does not exist: {ANEW}") from error
            raise
        return found

    def released(self, name: str, alias: str) -> str:
        """The version that releases left an alias on: not the developer's, where it serves a working copy."""
        found = self._get_alias(name, alias)
        copy = WorkingCopy.parse(found.get("Description") or "")
        return copy.released if copy else str(found["FunctionVersion"])

    def end_working_copy(self, name: str, alias: str) -> Alias:
        """The alias; one that serves a developer's working copy (`greenshift dev`) on its released version.

        The developer's version stays: PublishVersion answers with it where the release has the same code, and
        whoever made it lets it be from now on, for its mark is gone.
        """
        for _ in range(_TAKES):
            found = self._get_alias(name, alias)
            copy = WorkingCopy.parse(found.get("Description") or "")
            if copy is None:
                return _alias(found)
            is_there = self.has_version(name, copy.released)
            try:
                ended = self._client.update_alias(
                    FunctionName=name,
                    Name=alias,
                    FunctionVersion=copy.released if is_there else found["FunctionVersion"],
                    RoutingConfig={"AdditionalVersionWeights": {}},
                    Description=AT_REST,
                    RevisionId=found["RevisionId"],
                )
                return _alias(ended)
            except ClientError as error:  # saved again at this moment
                if code_of(error) != "PreconditionFailedException":
                    raise
        raise ReleaseError(f"{name}:{alias}: a working copy was put there again and again")

    def restore_alias(self, name: str, alias: str, versions: frozenset[str], target: str) -> None:
        """Put an alias whole on ``target``, if it still names only ``versions`` by the time it is written.

        Raises ReleaseError when somebody moved it elsewhere.
        """
        found = self._client.get_alias(FunctionName=name, Name=alias)
        weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
        named = {str(found["FunctionVersion"]), *weights}
        if not named <= versions:
            raise ReleaseError(f"{name}:{alias} names version {', '.join(sorted(named - versions))} by now")
        self._client.update_alias(
            FunctionName=name,
            Name=alias,
            FunctionVersion=target,
            RoutingConfig={"AdditionalVersionWeights": {}},
            RevisionId=found["RevisionId"],
        )

    def has_version(self, name: str, version: str) -> bool:
        """Whether this version exists (still)."""
        return self.find(name, version) is not None

    def find(self, name: str, version: str) -> Configuration | None:
        """One version; None when it does not exist (any more)."""
        try:
            return self.configuration(name, version)
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return None
            raise

    def configuration(self, name: str, version: str | None = None) -> Configuration:
        """One version, or `$LATEST`: that one without a qualifier, so that the function's own ARN permits
        it.
        """
        qualifier = {} if version is None else {"Qualifier": version}
        return _configuration(self._client.get_function_configuration(FunctionName=name, **qualifier))

    def reserved_concurrency(self, name: str) -> int | None:
        """What is reserved for all versions of the function together; None when nothing is."""
        found = self._client.get_function_concurrency(FunctionName=name)
        reserved = found.get("ReservedConcurrentExecutions")
        return None if reserved is None else int(reserved)

    def update_code(self, name: str, bucket: str, key: str) -> None:
        """Give `$LATEST` this package and wait until it has it: until then PublishVersion answers 409."""
        self._once_updated(
            name, lambda: self._client.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key=key)
        )
        self.wait_until_updated(name)

    def update_image(self, name: str, image_uri: str) -> None:
        """The same for a container image; Lambda optimizes it first, so that takes longer."""
        self._once_updated(
            name, lambda: self._client.update_function_code(FunctionName=name, ImageUri=image_uri)
        )
        self.wait_until_updated(name)

    def _once_updated(self, name: str, call: Callable[[], Answer]) -> Answer:
        """Lambda answers 409 while an update is under way, one of the deployment's for instance."""
        for _ in range(_POLLS):
            try:
                return call()
            except ClientError as error:
                if code_of(error) != "ResourceConflictException":
                    raise
                self.wait_until_updated(name)
        raise ReleaseError(f"{name}: it was updated again and again; release again when that is over")

    def wait_until_updated(self, name: str) -> Configuration:
        for pause in _pauses():
            found = self.configuration(name)
            if found.last_update_status == "Successful":
                return found
            if found.last_update_status == "Failed":
                raise ReleaseError(f"{name}: Lambda could not take the new code: {found.reason}")
            self._pause(pause)
        raise ReleaseError(f"{name}: Lambda was still updating the code after 5 minutes")

    def publish_version(self, name: str, code_sha256: str, description: str) -> str:
        """The immutable version of `$LATEST`; the same one again when nothing changed since it was published.

        Without the SHA a version of somebody else's code could be published, were `$LATEST` changed
        meanwhile.
        """
        published = self._once_updated(
            name,
            lambda: self._client.publish_version(
                FunctionName=name, CodeSha256=code_sha256, Description=description
            ),
        )
        version = str(published["Version"])
        self._wait_until_active(name, version)
        return version

    def _wait_until_active(self, name: str, version: str) -> None:
        missing_for = 0.0
        for pause in _pauses():
            found = self.find(name, version)
            if found is None:  # not yet: what was just published may be unknown elsewhere for a moment
                if missing_for >= _NOT_YET:
                    raise ReleaseError(f"{name}: version {version} was published, and cannot be found")
                missing_for += pause
                self._pause(pause)
                continue
            if found.state in ("Active", "Inactive"):  # an inactive one wakes up at its first invocation
                return
            if found.state == "Failed":
                raise ReleaseError(f"{name}: version {version} failed to become active: {found.reason}")
            self._pause(pause)
        raise ReleaseError(f"{name}: version {version} was not active after 5 minutes")

    def invoke(self, name: str, version: str, event: bytes) -> Invocation:
        """Run one version, once. Invocations that are throttled, or of a version that is not known everywhere
        yet, have not run and are tried again.
        """
        missing_for = 0.0
        for pause in _pauses()[:_THROTTLED]:
            try:
                return self._invoke(name, version, event)
            except ClientError as error:
                is_missing = code_of(error) == "ResourceNotFoundException" and missing_for < _NOT_YET
                if not is_missing and code_of(error) != "TooManyRequestsException":
                    raise
                missing_for += pause if is_missing else 0.0
                self._pause(pause)
        return self._invoke(name, version, event)

    def _invoke(self, name: str, version: str, event: bytes) -> Invocation:
        answer = self._patient.invoke(
            FunctionName=name,
            Qualifier=version,
            InvocationType="RequestResponse",
            LogType="Tail",
            Payload=event,
        )
        log = base64.b64decode(answer.get("LogResult") or "").decode("utf-8", "replace")
        return Invocation(answer.get("FunctionError"), answer["Payload"].read(), log)


def _alias(found: Mapping[str, Any]) -> Alias:
    weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return Alias(str(found["FunctionVersion"]), {str(key): float(value) for key, value in weights.items()})


def _pauses() -> list[float]:
    return [min(_FIRST_PAUSE * 1.5**turn, _LONGEST_PAUSE) for turn in range(_POLLS)]


def _configuration(found: Mapping[str, Any]) -> Configuration:
    reason = found.get("LastUpdateStatusReason") or found.get("StateReason") or ""
    return Configuration(
        version=str(found.get("Version", "")),
        runtime=str(found.get("Runtime", "")),
        handler=str(found.get("Handler", "")),
        code_sha256=str(found.get("CodeSha256", "")),
        # Both are absent in old recorded answers, where a function was simply there.
        state=str(found.get("State") or "Active"),
        last_update_status=str(found.get("LastUpdateStatus") or "Successful"),
        reason=str(reason),
        settings=_settings(found),
        description=str(found.get("Description") or ""),
        package_type=str(found.get("PackageType") or "Zip"),
    )


def _settings(found: Mapping[str, Any]) -> str:
    vpc = found.get("VpcConfig") or {}
    nested = {
        "Environment": (found.get("Environment") or {}).get("Variables") or {},
        "Layers": [layer.get("Arn") for layer in found.get("Layers") or []],
        "EphemeralStorage": (found.get("EphemeralStorage") or {}).get("Size") or 512,
        "Tracing": (found.get("TracingConfig") or {}).get("Mode") or "PassThrough",
        "SnapStart": (found.get("SnapStart") or {}).get("ApplyOn") or "None",
        "Vpc": [sorted(vpc.get(member) or []) for member in ("SubnetIds", "SecurityGroupIds")],
    }
    frozen = {member: found.get(member) or None for member in _FROZEN}
    return json.dumps(frozen | nested, sort_keys=True, default=str)
