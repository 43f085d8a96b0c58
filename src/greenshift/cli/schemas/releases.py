"""What the commands print that deploy, release, and look at releases."""

from __future__ import annotations

from greenshift.cli.schemas.parts import (
    NUMBER,
    TEXT,
    WHOLE,
    Schema,
    listed,
    obj,
    of_view,
    one_of,
    or_nothing,
    texts,
)
from greenshift.view.schema import schema as of_the_view

_DEPLOYED = obj(
    "standIns",
    changes={"type": "object", "additionalProperties": WHOLE},
    outputs={"type": "object"},
    seconds=NUMBER,
    standIns=listed(TEXT),
)
_ANSWERED = obj(**texts("execution", "stage", "action", "status"))


_VIEW: Schema = of_the_view()["$defs"]


def _nullable(*kinds: str, **more: Schema) -> Schema:
    """The members of these types of the view, each of which may be null; of one that several have, any."""
    found: dict[str, list[Schema]] = {}
    for kind in kinds:
        for name, member in _VIEW[kind]["properties"].items():
            known = found.setdefault(name, [])
            known += [member] if member not in known else []
    made = {name: {"anyOf": [*some, {"type": "null"}]} for name, some in found.items()}
    return obj(**{**made, **more})


_RELEASED = _nullable("Progress")
_PROGRESS = or_nothing(of_view("Progress"))
_MOVE = obj(**texts("function", "from_version", "to_version"))


def _event(name: str, **members: Schema) -> Schema:
    """One line of a stream; ``at`` is by the clock of the machine that watches, in UTC."""
    return obj(**{"event": one_of(name), **texts("at", "execution"), **members})


_EVENTS: Schema = {
    "anyOf": [
        _event("stage", **texts("stage", "status", "error")),
        _event("traffic", **texts("function", "version", "new_version"), new_percent=NUMBER),
        _event("alarm", **texts("function", "alarm", "state")),
        _event("question", **texts("stage", "action", "message")),
        _event("release", **texts("status", "cause")),
        _event("end", **(_RELEASED["properties"] | texts("execution", "status")), progress=_PROGRESS),
    ]
}

RELEASES: dict[str, Schema] = {
    "preview": _DEPLOYED,
    "up": _DEPLOYED,
    "refresh": _DEPLOYED,
    "destroy": _DEPLOYED,
    "status": of_view("Snapshot"),
    "history": listed(of_view("ReleaseView")),
    "show": of_view("Timeline"),
    "stats": of_view("Stats"),
    "release": _RELEASED,
    "release --follow": _EVENTS,
    "rollback": _nullable("ReleaseView", release=or_nothing(TEXT), moves=listed(_MOVE)),
    "abort": _nullable("Progress", "ReleaseView"),
    "logs": obj(at=TEXT, stream=TEXT, text=TEXT),
    "approve": _ANSWERED,
    "reject": _ANSWERED,
}
