"""Engine events in the shapes Pulumi writes them (SDK: apitype/events.go, automation/events.py)."""

from __future__ import annotations

from typing import Any

STACK = "urn:pulumi:prod::my-app::pulumi:pulumi:Stack::my-app-prod"
BUCKET = "urn:pulumi:prod::my-app::aws:s3/bucket:Bucket::artifacts"
TABLE = "urn:pulumi:prod::my-app::aws:dynamodb/table:Table::ledger"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def metadata(op: str, urn: str, **members: Any) -> dict[str, Any]:
    kind = urn.split("::")[2].rpartition("$")[2]  # the last one: before it are its parents
    return {"op": op, "urn": urn, "type": kind, "provider": "", "diffs": None, "logical": True, **members}


def before(op: str, urn: str, *, planning: bool = False, **members: Any) -> dict[str, Any]:
    return {"resourcePreEvent": {"metadata": metadata(op, urn, **members), "planning": planning}}


def after(op: str, urn: str, *, planning: bool = False, **members: Any) -> dict[str, Any]:
    return {"resOutputsEvent": {"metadata": metadata(op, urn, **members), "planning": planning}}


def failed(op: str, urn: str) -> dict[str, Any]:
    return {"resOpFailedEvent": {"metadata": metadata(op, urn), "status": 1, "steps": 1}}


def says(severity: str, message: str, urn: str = "", **members: Any) -> dict[str, Any]:
    event = {"message": message, "color": "never", "severity": severity, **members}
    return {"diagnosticEvent": {**event, "urn": urn} if urn else event}


def summary(**changes: int) -> dict[str, Any]:
    return {
        "summaryEvent": {
            "maybeCorrupt": False,
            "durationSeconds": 3,
            "resourceChanges": {op.replace("_", "-"): number for op, number in changes.items()},
            "PolicyPacks": {},
        }
    }


def stack_outputs(outputs: dict[str, Any], *, planning: bool) -> dict[str, Any]:
    state = {"type": "pulumi:pulumi:Stack", "urn": STACK, "id": "", "outputs": outputs}
    return after("create", STACK, planning=planning, new=state)
