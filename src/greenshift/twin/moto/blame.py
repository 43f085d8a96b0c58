"""Whose fault a failure of moto's is: a request that breaks AWS's own model of it is its client's.

moto takes members apart without looking, so that what is missing or of another type ends in some exception.
Asked only after one, so that requests that are right pay nothing.
"""

from __future__ import annotations

from botocore.exceptions import UnknownServiceError

from greenshift.twin.errors import ServiceError
from greenshift.twin.iam.wire import Asked
from greenshift.twin.service import reads_targets, service_model
from greenshift.twin.wire.json_text import read_json
from greenshift.twin.wire.shapes import validation_errors
from greenshift.twin.wire.unmarshal import Unreadable, from_json


def fault_of_client(asked: Asked) -> ServiceError | None:
    """What AWS would answer; None where the request is as its model wants it, or has another protocol."""
    if asked.service == "s3" and not asked.is_known:
        text = "The specified method is not allowed against this resource."
        return ServiceError("MethodNotAllowed", text, 405)
    if not asked.request.header("x-amz-target"):
        only_targets = reads_targets(asked.service) and not asked.is_known
        return ServiceError("UnknownOperationException", "") if only_targets else None
    try:
        body = read_json(asked.request.body or b"{}")
    except ValueError as error:
        return ServiceError("SerializationException", f"the request body is not JSON: {error}")
    if not isinstance(body, dict):
        return ServiceError("SerializationException", "the request body must be a JSON object")
    return _fault_in_members(asked, body)


def _fault_in_members(asked: Asked, body: dict[str, object]) -> ServiceError | None:
    try:
        model = service_model(asked.service)
    except UnknownServiceError:
        return None
    if asked.operation not in model.operation_names:
        return None
    shape = model.operation_model(asked.operation).input_shape
    if shape is None:
        return None
    try:
        errors = validation_errors(shape, from_json(shape, body))
    except Unreadable as error:
        return ServiceError("SerializationException", str(error))
    return ServiceError("ValidationException", "; ".join(errors)) if errors else None
