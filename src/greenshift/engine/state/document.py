"""A whole state in its form on disk: a Pulumi checkpoint (deployment v3) with the twin it belongs to.

What cannot be read is refused with the file and the place in it, never taken for an empty state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from greenshift.engine.state.checkpoint import Document, from_document, to_document
from greenshift.engine.state.passphrase import Passphrase
from greenshift.engine.state.snapshot import Snapshot, in_creation_order
from greenshift.errors import EngineError

VERSION = 3
_HARMLESS = ("reading", "importing")  # Pulumi notes these, too; cut short, they have changed nothing
_AWAY = "move the file away to start afresh; what is deployed on the twin then stays there"


def load(path: Path) -> Document:
    """The checkpoint at a path; empty when there is none."""
    text = read_text(path)
    if text is None:
        return {}
    with readable(path):
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("version") != VERSION:
            raise ValueError(f"this is not a Pulumi checkpoint (deployment v{VERSION})")
        if not isinstance(document.get("deployment"), dict):
            raise ValueError("it has no deployment")
        if not isinstance(instance_of(document), str):
            raise ValueError("it does not say which twin it belongs to")
        return document


def read_text(path: Path) -> str | None:
    """The text of a file of the state; None when there is none."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise unreadable(path, f"byte {error.start} is not UTF-8") from None
    except OSError as error:
        raise EngineError(
            f"the state {path} cannot be read: {error.strerror}", hint="see its permissions, or its disk"
        ) from error


@contextmanager
def readable(path: Path, place: str = "") -> Iterator[None]:
    """Whatever is wrong with what is read inside, it is told as a damaged file."""
    try:
        yield
    except json.JSONDecodeError as error:
        raise unreadable(path, place or f"line {error.lineno}: {error.msg}") from None
    except (KeyError, IndexError) as error:
        raise unreadable(path, f"{place}: " * bool(place) + f"{error} is missing") from None
    except (TypeError, AttributeError, ValueError) as error:
        raise unreadable(path, f"{place}: " * bool(place) + str(error)) from None


def unreadable(path: Path, why: str) -> EngineError:
    return EngineError(f"the state {path} is damaged: {why}", hint=f"bring back a copy of it, or {_AWAY}")


def instance_of(document: Document) -> Any:
    """The twin a checkpoint belongs to."""
    return document.get("greenshift", {}).get("instance") if document else None


def salt_of(document: Document) -> str:
    providers = document.get("deployment", {}).get("secrets_providers") or {}
    return str((providers.get("state") or {}).get("salt", ""))


def parse(document: Document, seal: Passphrase, path: Path) -> Snapshot:
    """The snapshot of a checkpoint."""
    snapshot = Snapshot()
    deployment = document.get("deployment", {})
    for number, item in enumerate(deployment.get("resources") or []):
        with readable(path, f"resource {number + 1}"):
            snapshot.put(from_document(item, seal))
    for number, item in enumerate(deployment.get("pending_operations") or []):
        if item.get("type") in _HARMLESS:
            continue
        with readable(path, f"pending operation {number + 1}"):
            snapshot.begin(item["type"], from_document(item["resource"], seal))
    return snapshot


def compose(snapshot: Snapshot, instance: str, seal: Passphrase) -> Document:
    """The checkpoint of a snapshot."""
    resources = [*in_creation_order(snapshot), *snapshot.condemned]
    deployment = {
        "manifest": {"time": datetime.now(UTC).isoformat(), "magic": "", "version": ""},
        "secrets_providers": {},
        "resources": [to_document(state, seal) for state in resources],
        "pending_operations": [
            {"resource": to_document(state, seal), "type": operation}
            for operation, state in snapshot.operations
        ],
        "metadata": {},
    }
    if seal.state:
        deployment["secrets_providers"] = {"type": "passphrase", "state": {"salt": seal.state}}
    return {"version": VERSION, "greenshift": {"instance": instance}, "deployment": deployment}
