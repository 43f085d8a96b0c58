"""``/_twin/faults``: POST sets one, GET lists them, DELETE clears all, or one by its id."""

from __future__ import annotations

from typing import Any

from greenshift.twin.faults.faults import Faults
from greenshift.twin.faults.parse import FaultRefused, document_of, fault_of
from greenshift.twin.moto.wsgi import HttpRequest
from greenshift.twin.wire.json_text import read_json

PATH = "/_twin/faults"

Body = dict[str, Any]


def answer(faults: Faults, request: HttpRequest) -> Body:
    """The answer as JSON; raises FaultRefused."""
    id_ = request.raw_path.removeprefix(PATH).strip("/")
    match request.method, id_:
        case "POST", "":
            return document_of(faults.add(fault_of(_object(request.body))))
        case "GET", "":
            return {"faults": [document_of(report) for report in faults.all()]}
        case "DELETE", "":
            return {"faults": [document_of(report) for report in faults.clear()]}
        case "DELETE", _:
            return {"faults": [document_of(faults.remove(id_))]}
    raise FaultRefused(f"{PATH} takes POST, GET and DELETE, and {PATH}/ID takes DELETE")


def _object(body: bytes) -> Body:
    parsed = read_json(body or b"{}")
    if not isinstance(parsed, dict):
        raise FaultRefused('a fault is a JSON object, such as {"kind": "throttle", "service": "codedeploy"}')
    return parsed
