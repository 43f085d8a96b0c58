"""Code behind one function's alias, and the released version behind it again."""

from __future__ import annotations

import urllib.request
from dataclasses import dataclass
from typing import Any

from greenshift.contract.working_copy import description, released_of
from greenshift.errors import GreenshiftError

_PATIENCE = {"Delay": 0.1, "MaxAttempts": 600}
"""A save is to be there within two seconds, and a look at a twin costs nothing."""
_SECONDS = 60


@dataclass
class Behind:
    """One function; ``lambda_`` is a boto3 client. Begun, it knows what to put back."""

    lambda_: Any
    function: str
    alias: str
    released: str = ""
    _was: str = ""
    _ours: str = ""

    def begin(self) -> None:
        """Learn what is released. Raises GreenshiftError while a release moves this function."""
        found = self.lambda_.get_alias(FunctionName=self.function, Name=self.alias)
        if found.get("RoutingConfig", {}).get("AdditionalVersionWeights"):
            raise GreenshiftError(
                f"a release moves {self.function} at this moment",
                hint="wait for its end: greenshift release --follow",
            )
        left = released_of(found.get("Description", ""))
        self.released = left or found["FunctionVersion"]
        self._was = "" if left else found.get("Description", "")
        self._ours = found["FunctionVersion"] if left else ""

    def put(self, package: bytes) -> str:
        """The package's code behind the alias, all of the traffic at once; the version it has there.

        Code that is released already gets no version of its own (API reference, PublishVersion).
        """
        self._load(package)
        version: str = self.lambda_.publish_version(
            FunctionName=self.function, Description="a working copy, by greenshift dev"
        )["Version"]
        is_ours = version != self.released
        self._point(version, description(self.released) if is_ours else self._was)
        self._drop(unless=version)
        self._ours = version if is_ours else ""
        return version

    def back(self) -> None:
        """The released version behind the alias, its code as the function's own, none of ours left."""
        if not self._ours:
            return
        self._point(self.released, self._was)
        self._load(self._code_of(self.released))
        self._drop(unless=self.released)
        self._ours = ""

    def _load(self, package: bytes) -> None:
        self.lambda_.update_function_code(FunctionName=self.function, ZipFile=package)
        self.lambda_.get_waiter("function_updated_v2").wait(
            FunctionName=self.function, WaiterConfig=_PATIENCE
        )

    def _point(self, version: str, text: str) -> None:
        self.lambda_.update_alias(
            FunctionName=self.function,
            Name=self.alias,
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": {}},
            Description=text,
        )

    def _drop(self, unless: str) -> None:
        """The version we put there before; what was released before it may be the same code, and stays."""
        if self._ours and self._ours not in (unless, self.released):
            self.lambda_.delete_function(FunctionName=self.function, Qualifier=self._ours)

    def _code_of(self, version: str) -> bytes:
        where = self.lambda_.get_function(FunctionName=self.function, Qualifier=version)["Code"]["Location"]
        with urllib.request.urlopen(where, timeout=_SECONDS) as answer:
            code: bytes = answer.read()
        return code
