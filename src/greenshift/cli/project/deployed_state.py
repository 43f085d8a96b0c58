"""The state of what is deployed on a twin, on its way with a snapshot: each without the other is half.

A twin of an earlier moment with a later state, or none, would have `up` create what is there already.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from greenshift.cli.project.home import state_path
from greenshift.engine.state import document, lock
from greenshift.errors import EngineError, UsageError

_NAME = re.compile(r"\w[\w.+-]*\.json(\.journal)?", re.ASCII)
_JOURNAL = ".journal"
_READABLE_BY_ITS_OWNER = 0o600
_ITSELF = "pulumi:pulumi:Stack"


@contextmanager
def locked(home: Path) -> Iterator[Path]:
    """The folder of the states, while no run works on any of them."""
    folder = state_path(home, "any").parent
    if _mark(home).exists():
        raise UsageError(
            "the Pulumi CLI was ended while it had the state of local",
            hint="take it back with: greenshift up --engine pulumi; then again",
        )
    with _held(folder):
        yield folder


def counted(home: Path, instance: str) -> dict[str, int]:
    """How many resources each stack has on this twin, counted as `up` counts them; none of a state that
    cannot be read.
    """
    found = {}
    for path in _states(state_path(home, "any").parent):
        try:
            state = document.load(path)
        except EngineError:
            continue
        resources = state.get("deployment", {}).get("resources") or []
        number = sum(each.get("type") != _ITSELF for each in resources)
        if number and document.instance_of(state) == instance:
            found[path.stem] = number
    return found


def contents(folder: Path) -> dict[str, bytes]:
    """The files of all states: checkpoints, and journals that a killed run left."""
    found = [path for state in _states(folder) for path in (state, state.with_name(state.name + _JOURNAL))]
    return {path.name: path.read_bytes() for path in found if path.is_file()}


def put_back(home: Path, found: Mapping[str, bytes]) -> None:
    """The states as they were; another one that is here is set aside, as that of an earlier twin is."""
    folder = state_path(home, "any").parent
    for name in found:
        if not _NAME.fullmatch(name):
            raise UsageError(f"{name!r} in the snapshot is no state of a stack")
    with _held(folder, {name.removesuffix(_JOURNAL) for name in found}):
        for path in _states(folder):
            path.with_name(path.name + _JOURNAL).unlink(missing_ok=True)
            if path.read_bytes() != found.get(path.name):
                path.replace(path.with_name(path.name + ".bak"))
        for name, content in found.items():
            _write(folder / name, content)
    _mark(home).unlink(missing_ok=True)


@contextmanager
def _held(folder: Path, names: Iterable[str] = ()) -> Iterator[None]:
    """The locks of all states that are here, and of those by these names."""
    with ExitStack() as stack:
        for name in sorted({*names, *(path.name for path in _states(folder))}):
            stack.enter_context(lock.locked(folder / f"{name}.lock"))
        yield


def _states(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.glob("*.json")) if _NAME.fullmatch(path.name)]


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as file:
        os.fchmod(file.fileno(), _READABLE_BY_ITS_OWNER)
        file.write(content)
    temporary.replace(path)


def _mark(home: Path) -> Path:
    """Of a state that the Pulumi CLI has, see ``local_pulumi``."""
    return home / "pulumi-local" / "has-the-state"
