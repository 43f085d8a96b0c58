"""Code behind one function's alias, and the released version behind it again.

A release may take the alias at any moment: it removes our mark, and from then on nothing behind the alias is
ours, also a version that we published: the release may have the same code. So without our mark all is let be.
"""

from __future__ import annotations

import base64
import hashlib
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from greenshift.contract.holding import is_held
from greenshift.contract.working_copy import AT_REST, VERSION, WorkingCopy
from greenshift.errors import GreenshiftError

_PATIENCE = {"Delay": 0.1, "MaxAttempts": 600}
"""A save is to be there within two seconds, and a look at a twin costs nothing."""
_SECONDS = 60
_OF_ITS_OWN = frozenset({
    *("FunctionArn", "Version", "Description", "LastModified", "RevisionId", "MasterArn", "CodeSize"),
    *("State", "StateReason", "StateReasonCode", "RuntimeVersionConfig", "ResponseMetadata", "SnapStart"),
    *("LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode"),
})  # fmt: skip
"""What differs between two versions that are the same."""


@dataclass
class Behind:
    """One function; ``lambda_`` is a boto3 client, ``hold`` names who marks the alias."""

    lambda_: Any
    function: str
    alias: str
    hold: str
    released: str = ""
    _ours: set[str] = field(default_factory=set)
    _is_between: bool = False
    """Whether the code was loaded, and the alias not moved yet."""

    def begin(self) -> None:
        """Learn what is released. Raises GreenshiftError while a release, or somebody else, has the alias."""
        found = self._found()
        if found.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
            raise GreenshiftError(
                f"a release moves {self.function} at this moment",
                hint="wait for its end: greenshift release --follow",
            )
        copy = WorkingCopy.parse(found.get("Description", ""))
        if copy is not None and copy.hold != self.hold and is_held(copy.hold):
            raise GreenshiftError(
                f"another greenshift dev has {self.function}",
                hint="end that one with Ctrl-C, or go on there",
            )
        self.released = copy.released if copy else found["FunctionVersion"]
        if copy is not None and copy.hold != self.hold:  # left by a process that was killed
            self._mark(found)
            self._ours = {found["FunctionVersion"]}

    def is_taken(self) -> bool:
        """Whether what we put there was taken away, which only a release or a repair does."""
        return bool(self._ours) and not self._is_marked(self._found())

    def put(self, package: bytes) -> str:
        """The package's code behind the alias, all of the traffic at once; the version it has there.

        Code that is released already gets no version of its own.
        """
        if not self._is_marked(self._found()):
            self._ours = set()
            self.begin()
        self._load(package)
        if self._is_as_released(package):
            self._point(self.released, AT_REST)
            self._drop(unless=self.released)
            return self.released
        version: str = self.lambda_.publish_version(FunctionName=self.function, Description=VERSION)[
            "Version"
        ]
        if version == self.released:
            self._point(version, AT_REST)
        else:
            self._ours.add(version)
            self._point(version, WorkingCopy(self.released, self.hold).text())
        self._drop(unless=version)
        return version

    def back(self) -> None:
        """The released version behind the alias, its code as the function's own, none of ours left."""
        found = self._found()
        if self._is_marked(found):
            self._load(self._code_of(self.released))
            if self._point_from(found, self.released, AT_REST):
                self._drop(unless=self.released)
        elif self._is_between:  # interrupted before the alias was moved
            self._load(self._code_of(self.released))
        self._ours, self._is_between = set(), False

    def _found(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.lambda_.get_alias(FunctionName=self.function, Name=self.alias)
        return found

    def _is_marked(self, found: Mapping[str, Any]) -> bool:
        copy = WorkingCopy.parse(found.get("Description", ""))
        return copy is not None and copy.hold == self.hold

    def _mark(self, found: Mapping[str, Any]) -> None:
        text = WorkingCopy(self.released, self.hold).text()
        self._point_from(found, found["FunctionVersion"], text)

    def _load(self, package: bytes) -> None:
        self._is_between = True
        self.lambda_.update_function_code(FunctionName=self.function, ZipFile=package)
        self.lambda_.get_waiter("function_updated_v2").wait(
            FunctionName=self.function, WaiterConfig=_PATIENCE
        )

    def _is_as_released(self, package: bytes) -> bool:
        """The same code, with the same settings: a setting `up` has changed needs a version."""
        released = self._settings(Qualifier=self.released)
        if released["CodeSha256"] != base64.b64encode(hashlib.sha256(package).digest()).decode():
            return False
        return released == self._settings()

    def _settings(self, **qualifier: str) -> dict[str, Any]:
        found = self.lambda_.get_function_configuration(FunctionName=self.function, **qualifier)
        return {name: value for name, value in found.items() if name not in _OF_ITS_OWN}

    def _point(self, version: str, text: str) -> None:
        self.lambda_.update_alias(
            FunctionName=self.function,
            Name=self.alias,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {}},
            Description=text,
        )
        self._is_between = False

    def _point_from(self, found: Mapping[str, Any], version: str, text: str) -> bool:
        """Whether it was still as it was found."""
        try:
            self.lambda_.update_alias(
                FunctionName=self.function,
                Name=self.alias,
                FunctionVersion=version,
                RoutingConfig={"AdditionalVersionWeights": {}},
                Description=text,
                RevisionId=found["RevisionId"],
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "PreconditionFailedException":
                raise
            return False
        return True

    def _drop(self, unless: str) -> None:
        """The versions we put there before; what was released before may be the same code, and stays."""
        for version in self._ours - {unless, self.released}:
            self.lambda_.delete_function(FunctionName=self.function, Qualifier=version)
        self._ours &= {unless} - {self.released}

    def _code_of(self, version: str) -> bytes:
        where = self.lambda_.get_function(FunctionName=self.function, Qualifier=version)["Code"]["Location"]
        with urllib.request.urlopen(where, timeout=_SECONDS) as answer:
            code: bytes = answer.read()
        return code
