"""What the commands print that deploy, release, and look at releases."""

from __future__ import annotations

from greenshift.cli.schemas.parts import NUMBER, TEXT, WHOLE, Schema, listed, obj, of_view, one_of, texts

_DEPLOYED = obj(
    "standIns",
    changes={"type": "object", "additionalProperties": WHOLE},
    outputs={"type": "object"},
    seconds=NUMBER,
    standIns=listed(TEXT),
)
_ANSWERED = obj(**texts("execution", "stage", "action", "status"))


def _event(name: str, **members: Schema) -> Schema:
    """One line of a stream; ``at`` is by the clock of the machine that watches, in UTC."""
    return obj(event=one_of(name), **texts("at", "execution"), **members)


_EVENTS: Schema = {
    "anyOf": [
        _event("stage", **texts("stage", "status", "error")),
        _event("traffic", **texts("function", "version", "new_version"), new_percent=NUMBER),
        _event("alarm", **texts("function", "alarm", "state")),
        _event("question", **texts("stage", "action", "message")),
        _event("release", **texts("status", "cause")),
        _event("end", status=TEXT, progress=of_view("Progress")),
        _event("end", status=TEXT, release=of_view("ReleaseView")),
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
    "release": {
        "anyOf": [
            of_view("Progress"),
            of_view("ReleaseView"),
            obj("status", execution=TEXT, status=TEXT),
        ]
    },
    "release --follow": _EVENTS,
    "rollback": {
        "anyOf": [
            of_view("ReleaseView"),
            obj(release=TEXT),
            obj(moves={"type": "array", "maxItems": 0}),
        ]
    },
    "abort": {"anyOf": [of_view("Progress"), of_view("ReleaseView")]},
    "logs": obj(at=TEXT, stream=TEXT, text=TEXT),
    "approve": _ANSWERED,
    "reject": _ANSWERED,
}
