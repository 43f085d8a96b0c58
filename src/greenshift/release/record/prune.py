"""Deletes the versions that `retention.py` says nobody needs, after a release went well.

It is housekeeping: whatever goes wrong is logged, and the next release of the same function tries again. It
never deletes a function, because it never calls DeleteFunction without a version.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from greenshift.contract.clock import Clock
from greenshift.contract.release import Release
from greenshift.contract.working_copy import VERSION
from greenshift.release.errors import ReleaseError, describe
from greenshift.release.record.ledger import Ledger
from greenshift.release.record.retention import OURS, Published, needed, prunable
from greenshift.release.services.pool import in_parallel
from greenshift.release.targets import Targets

log = logging.getLogger("greenshift")

# One run deletes so many versions of one function: a function released a thousand times before this came is
# cleaned over some releases, and Lambda's control plane is left to the release that follows.
MOST_OF_ONE = 20
# Seconds one run may take, and those it leaves to the invocation.
MOST_SECONDS = 120.0
_RESERVE = 30.0
_PAGE = 25


class _OutOfTimeError(ReleaseError):
    """The rest is left to the next release."""


class Pruner:
    """One run. ``client`` is a boto3 Lambda client; ``remaining`` the seconds the invocation has left."""

    def __init__(
        self,
        client: Any,
        ledger: Ledger,
        targets: Targets,
        clock: Clock,
        remaining: Callable[[], float],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._ledger = ledger
        self._targets = targets
        self._clock = clock
        self._remaining = remaining
        self._monotonic = monotonic
        self._end = monotonic() + MOST_SECONDS

    def after(self, release: Release) -> int:
        """Delete what this release made needless, of the functions it changed; how many versions went."""
        names = [item.name for item in release.changed if self._targets.by_name(item.name) is not None]
        if not self._targets.versions.prune or not names:
            return 0
        try:
            kept = needed(self._releases(), self._targets.versions, self._clock.now())
            return sum(in_parallel(partial(self._prune, kept), names))
        except Exception as error:  # housekeeping must not fail the invocation that announced the release
            log.warning("old versions stay until the next release: %s", describe(error))
            return 0

    def _releases(self) -> Iterator[Release]:
        """Newest first, a page at a time. Without all of the window nothing may be deleted."""
        start = None
        while True:
            self._check_time()
            page = self._ledger.releases(self._targets.pipeline, _PAGE, start)
            yield from page.rows
            if (start := page.next) is None:
                return

    def _prune(self, kept: Mapping[str, frozenset[str]], name: str) -> int:
        self._check_time()
        free = prunable(
            self._published(name),
            aliased=self._aliased(name),
            needed=kept.get(name, frozenset()),
            rules=self._targets.versions,
            now=self._clock.now(),
        )
        return sum(self._delete(name, version) for version in free[:MOST_OF_ONE])

    def _delete(self, name: str, version: str) -> bool:
        self._check_time()
        try:
            self._client.delete_function(FunctionName=name, Qualifier=version)
        except (BotoCoreError, ClientError) as error:  # an alias came to it meanwhile, it has edge replicas
            log.warning("%s: version %s stays until its next release: %s", name, version, describe(error))
            return False
        log.info("%s: deleted version %s, which no rollback can need any more", name, version)
        return True

    def _published(self, name: str) -> list[Published]:
        pages = self._client.get_paginator("list_versions_by_function").paginate(FunctionName=name)
        return [_published(version) for page in pages for version in page["Versions"]]

    def _aliased(self, name: str) -> set[str]:
        pages = self._client.get_paginator("list_aliases").paginate(FunctionName=name)
        return {version for page in pages for alias in page["Aliases"] for version in _versions_of(alias)}

    def _check_time(self) -> None:
        if self._remaining() < _RESERVE or self._monotonic() > self._end:
            raise _OutOfTimeError(f"no time left after {MOST_SECONDS:.0f} s")


def _versions_of(alias: Mapping[str, Any]) -> set[str]:
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return {str(alias["FunctionVersion"]), *map(str, weights)}


def _published(version: Mapping[str, Any]) -> Published:
    description = str(version.get("Description") or "")
    return Published(
        str(version["Version"]),
        _moment(version.get("LastModified")),
        description.startswith(OURS) or description == VERSION,
    )


def _moment(text: object) -> datetime | None:
    """`2026-11-23T16:50:57.123+0000`, as Lambda writes it."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
