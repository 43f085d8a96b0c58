"""Names and numbers CodeDeploy gives to things: deployment ids, ARNs, pages of a list."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from greenshift.twin.codedeploy import errors
from greenshift.twin.wire import paging

_ALPHABET = string.ascii_uppercase + string.digits
_DEPLOYMENT_ID = re.compile(r"d-[A-Z0-9]{9}")
_PAGE = 100

Item = TypeVar("Item")


def new_deployment_id() -> str:
    """``d-75I7MBT7C``: the form the user guide shows."""
    return "d-" + "".join(secrets.choice(_ALPHABET) for _ in range(9))


def is_deployment_id(text: str) -> bool:
    return _DEPLOYMENT_ID.fullmatch(text) is not None


def new_execution_id() -> str:
    """The id a hook reports with: opaque, and not to be guessed by a hook of another deployment."""
    return secrets.token_urlsafe(48)


@dataclass(frozen=True)
class Arns:
    """ARNs of the resources of one account in one region (user guide, "Identity and access management")."""

    region: str
    account: str

    def application(self, name: str) -> str:
        return self._arn("application", name)

    def group(self, application: str, name: str) -> str:
        return self._arn("deploymentgroup", f"{application}/{name}")

    def config(self, name: str) -> str:
        return self._arn("deploymentconfig", name)

    def _arn(self, kind: str, name: str) -> str:
        return f"arn:aws:codedeploy:{self.region}:{self.account}:{kind}:{name}"


def page(items: Sequence[Item], token: str | None) -> tuple[list[Item], str | None]:
    """One page of at most 100 items, and the token of the next."""
    return paging.page(items, token, _PAGE, errors.next_token)
