"""Every physical name, from one place: ``<project>-<stack>-<purpose>``.

Two stacks of one account never share a name. A hyphen inside the stack or inside a function key would
make that untrue (project ``a``, stack ``b-c`` against project ``a-b``, stack ``c``), as would a letter a
service does not take; only then a stable hash of what was meant is added. Names longer than a service
allows are cut and end in a hash as well.

`Names` is for who deploys a stack and knows what it is called; `PipelineNames` for who finds a stack by the
name of its pipeline, which the stack exports. What both know follows from that one name.
"""

from __future__ import annotations

import hashlib
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

ALIAS = "live"
# AWSCodeDeployRoleForLambda lets CodeDeploy invoke CodeDeployHook_* and nothing else.
HOOK_PREFIX = "CodeDeployHook_"
# Functions of our own have these names, so no function of a user may.
RESERVED_KEYS = ("controller", "recorder")

# Limits: each service's API reference. The base is kept so short that `<base>-*` covers every cut name.
_BASE = 40
_LAMBDA = 64
_ROLE = 64
_POLICY = 128
_CODEDEPLOY = 100
_BUCKET = 63
_CONNECTION = 32
_RULE = 64
_REPOSITORY = 256


class _FromBase(ABC):
    """All names that follow from the pipeline's own."""

    @property
    @abstractmethod
    def base(self) -> str:
        """``<project>-<stack>``: also the name of the pipeline and of the CodeDeploy application."""

    @property
    def pipeline(self) -> str:
        return self.base

    @property
    def application(self) -> str:
        return self.base

    @property
    def build_project(self) -> str:
        return f"{self.base}-build"

    @property
    def ledger(self) -> str:
        return f"{self.base}-ledger"

    @property
    def topic(self) -> str:
        return f"{self.base}-releases"

    @property
    def connection(self) -> str:
        return _cut(self.base, _CONNECTION)

    @property
    def webhook(self) -> str:
        return f"{self.base}-webhook"

    @property
    def test_reports(self) -> str:
        """The report group of the functions' tests, which a buildspec of the project knows as ``tests``
        (CodeBuild user guide: "Report group naming")."""
        return f"{self.build_project}-tests"

    @property
    def controller(self) -> str:
        return f"{self.base}-controller"

    @property
    def recorder(self) -> str:
        return f"{self.base}-recorder"

    @property
    def first_image(self) -> str:
        """The function that fills the repositories of container images; only of a stack that has some."""
        return f"{self.base}-first-image"

    @property
    def before_hook(self) -> str:
        return self._hook("before")

    @property
    def after_hook(self) -> str:
        return self._hook("after")

    @property
    def hooks(self) -> dict[str, str]:
        """Moment -> function, of the two CodeDeploy calls."""
        return {"before": self.before_hook, "after": self.after_hook}

    @property
    def control_functions(self) -> tuple[str, ...]:
        """Greenshift's own functions."""
        return (self.controller, self.recorder, self.before_hook, self.after_hook)

    def _hook(self, moment: str) -> str:
        return _cut(f"{HOOK_PREFIX}{self.base}-{moment}", _LAMBDA)

    def bucket(self, account: str, region: str) -> str:
        """Bucket names are global, so account and region are part of it."""
        name = f"{self.base}-artifacts-{account}-{region}"
        plain = re.sub(r"[^a-z0-9-]", "-", name)
        return _cut(name if plain == name else f"{plain}-{_digest(name)}", _BUCKET)

    def deployment_config(self, strategy: str) -> str:
        return _cut(f"{self.base}-{strategy.lower()}", _CODEDEPLOY)

    def role(self, purpose: str) -> str:
        return _cut(f"{self.base}-{purpose}", _ROLE)

    def policy(self, purpose: str) -> str:
        return _cut(f"{self.base}-{purpose}", _POLICY)

    def rule(self, purpose: str) -> str:
        return _cut(f"{self.base}-{purpose}", _RULE)


@dataclass(frozen=True)
class PipelineNames(_FromBase):
    exported: str

    @property
    def base(self) -> str:
        return self.exported


@dataclass(frozen=True)
class Names(_FromBase):
    project: str
    stack: str
    part: str = ""
    """The name of a further pipeline, in a program with several; "" for the first one."""

    @property
    def base(self) -> str:
        project, stack = _plain(self.project), _plain(self.stack)
        if self.part:  # not after the stack: `<project>-<stack>-*` is all of the first pipeline's
            meant = _digest(self.project, self.stack, self.part)
            return _cut(f"{project}-{_plain(self.part)}-{stack}-{meant}", _BASE)
        is_faithful = (project, stack) == (self.project, self.stack) and "-" not in stack
        base = (
            f"{project}-{stack}" if is_faithful else f"{project}-{stack}-{_digest(self.project, self.stack)}"
        )
        return _cut(base, _BASE)

    def function(self, key: str) -> str:
        name = f"{self.base}-{key}"
        return _cut(name if "-" not in key else f"{name}-{_digest(self.project, self.stack, key)}", _LAMBDA)

    def alarm(self, key: str) -> str:
        return f"{self.function(key)}-errors"

    def deployment_group(self, key: str) -> str:
        return self.function(key)

    def function_role(self, key: str) -> str:
        return _cut(f"{self.function(key)}-function", _ROLE)

    def repository(self, key: str) -> str:
        """The repository of a function's images: one separator at a time (ECR, CreateRepository)."""
        name = self.function(key)
        plain = _single(name)
        return _cut(name if plain == name else f"{plain}-{_digest(name)}", _REPOSITORY)

    @property
    def repositories(self) -> str:
        """A pattern of the names of all repositories of the stack."""
        return f"{_single(self.base)}-*"


def lambda_log_group(function_name: str) -> str:
    """Lambda writes here and nowhere else; made beforehand, or the service makes one outside the stack."""
    return f"/aws/lambda/{function_name}"


def codebuild_log_group(project_name: str) -> str:
    return f"/aws/codebuild/{project_name}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "-", text.lower()).strip("-_") or "x"


def _single(text: str) -> str:
    """One separator where there are several in a row."""
    return re.sub(r"[-_]*([-_])", r"\1", text)


def _cut(name: str, limit: int) -> str:
    return name if len(name) <= limit else f"{name[: limit - 9]}-{_digest(name, size=8)}"


def _digest(*parts: str, size: int = 6) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:size]
