"""Every physical name, from one place: ``<project>-<stack>-<purpose>``.

Two stacks of one account never share a name. A hyphen inside the stack or inside a function key would
make that untrue (project ``a``, stack ``b-c`` against project ``a-b``, stack ``c``), as would a letter a
service does not take; only then a stable hash of what was meant is added. Names longer than a service
allows are cut and end in a hash as well.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

ALIAS = "live"

# Limits: each service's API reference. The base is kept so short that `<base>-*` covers every cut name.
_BASE = 40
_LAMBDA = 64
_ROLE = 64
_POLICY = 128
_CODEDEPLOY = 100
_BUCKET = 63
_CONNECTION = 32
_RULE = 64


@dataclass(frozen=True)
class Names:
    project: str
    stack: str

    @property
    def base(self) -> str:
        """``<project>-<stack>``: also the name of the pipeline and of the CodeDeploy application."""
        project, stack = _plain(self.project), _plain(self.stack)
        is_faithful = (project, stack) == (self.project, self.stack) and "-" not in stack
        base = (
            f"{project}-{stack}" if is_faithful else f"{project}-{stack}-{_digest(self.project, self.stack)}"
        )
        return _cut(base, _BASE)

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
    def controller(self) -> str:
        return f"{self.base}-controller"

    @property
    def recorder(self) -> str:
        return f"{self.base}-recorder"

    @property
    def before_hook(self) -> str:
        return self._hook("before")

    @property
    def after_hook(self) -> str:
        return self._hook("after")

    @property
    def control_functions(self) -> tuple[str, ...]:
        """Greenshift's own functions."""
        return (self.controller, self.recorder, self.before_hook, self.after_hook)

    def _hook(self, moment: str) -> str:
        # AWSCodeDeployRoleForLambda lets CodeDeploy invoke CodeDeployHook_* and nothing else.
        return _cut(f"CodeDeployHook_{self.base}-{moment}", _LAMBDA)

    def bucket(self, account: str, region: str) -> str:
        """Bucket names are global, so account and region are part of it."""
        name = f"{self.base}-artifacts-{account}-{region}"
        plain = re.sub(r"[^a-z0-9-]", "-", name)
        return _cut(name if plain == name else f"{plain}-{_digest(name)}", _BUCKET)

    def function(self, key: str) -> str:
        name = f"{self.base}-{key}"
        return _cut(name if "-" not in key else f"{name}-{_digest(self.project, self.stack, key)}", _LAMBDA)

    def alarm(self, key: str) -> str:
        return f"{self.function(key)}-errors"

    def deployment_group(self, key: str) -> str:
        return self.function(key)

    def deployment_config(self, strategy: str) -> str:
        return _cut(f"{self.base}-{strategy.lower()}", _CODEDEPLOY)

    def function_role(self, key: str) -> str:
        return _cut(f"{self.function(key)}-function", _ROLE)

    def role(self, purpose: str) -> str:
        return _cut(f"{self.base}-{purpose}", _ROLE)

    def policy(self, purpose: str) -> str:
        return _cut(f"{self.base}-{purpose}", _POLICY)

    def rule(self, purpose: str) -> str:
        return _cut(f"{self.base}-{purpose}", _RULE)


def lambda_log_group(function_name: str) -> str:
    """Lambda writes here and nowhere else; made beforehand, or the service makes one outside the stack."""
    return f"/aws/lambda/{function_name}"


def codebuild_log_group(project_name: str) -> str:
    return f"/aws/codebuild/{project_name}"


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9_-]", "-", text.lower()).strip("-_") or "x"


def _cut(name: str, limit: int) -> str:
    return name if len(name) <= limit else f"{name[: limit - 9]}-{_digest(name, size=8)}"


def _digest(*parts: str, size: int = 6) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:size]
