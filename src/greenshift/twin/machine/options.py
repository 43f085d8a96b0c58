"""How a twin is to run, and how one is to run that begins with a snapshot."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from greenshift.errors import UsageError
from greenshift.twin import registry
from greenshift.twin.machine.cache import default_cache
from greenshift.twin.snapshot import archive
from greenshift.twin.snapshot.errors import Unreadable
from greenshift.twin.snapshot.manifest import Manifest


@dataclass(frozen=True)
class TwinOptions:
    """How a twin is to run; port 0 takes a free one.

    ``directory`` is the twin's own, made at the start and removed at the end; None means a temporary one.
    ``allow_origins`` are pages of other origins that may speak to the twin, as ``http://localhost:3000``.
    ``snapshot`` is the file it begins with; ``instance`` and ``moment`` are then those of the twin in it.
    """

    port: int = 0
    speed: float = 60.0
    manual_clock: bool = False
    services: frozenset[str] = frozenset(registry.NAMES)
    directory: Path | None = None
    cache: Path = field(default_factory=default_cache)
    account: str = "123456789012"
    region: str = "us-east-1"
    enforce_iam: bool = True
    allow_origins: tuple[str, ...] = ()
    snapshot: Path | None = None
    instance: str = ""
    moment: float | None = None


def beginning_with(
    snapshot: Path, options: TwinOptions, *, port: int | None = None, speed: float | None = None
) -> TwinOptions:
    """The options of the twin in a snapshot, but for who may speak to it, which no file decides.

    Addresses with its port stand in what is kept, so it is the same one unless another is asked for.
    """
    found = manifest_of(snapshot)
    return replace(
        options,
        snapshot=snapshot,
        port=found.port if port is None else port,
        speed=found.speed if speed is None else speed,
        account=found.account,
        region=found.region,
        enforce_iam=found.enforce_iam,
        instance=found.instance,
        moment=found.time,
    )


def manifest_of(snapshot: Path) -> Manifest:
    """What a file says of itself; raises UsageError for one that cannot be restored here."""
    try:
        with archive.opened(snapshot) as found:
            return found.manifest
    except Unreadable as error:
        raise not_restored(snapshot, error) from None


def not_restored(snapshot: Path, error: Unreadable) -> UsageError:
    return UsageError(
        f"{snapshot} cannot be restored: {error}",
        hint="a snapshot is made by greenshift twin snapshot, and read by the version that wrote it",
    )
