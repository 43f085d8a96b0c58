"""Everything CloudWatch can refuse; codes are the names in AWS's own model, or its ValidationError."""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def validation(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)


def invalid_value(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValue", message)


def invalid_combination(message: str) -> ServiceError:
    return ServiceError("InvalidParameterCombination", message)


def missing_parameter(name: str) -> ServiceError:
    return ServiceError("MissingParameter", f"The parameter {name} is required.")


def alarm_not_found(name: str) -> ServiceError:
    """What SetAlarmState says (API reference: ResourceNotFound)."""
    return ServiceError("ResourceNotFound", f"Unknown alarm name: {name}", 404)


def resource_not_found(arn: str) -> ServiceError:
    """What the tag operations say."""
    return ServiceError("ResourceNotFoundException", f"Unknown resource: {arn}", 404)


def invalid_input(message: str) -> ServiceError:
    """What PutDashboard says."""
    return ServiceError("InvalidParameterInput", message)


def dashboard_not_found(name: str) -> ServiceError:
    return ServiceError("ResourceNotFound", f"Dashboard {name} does not exist", 404)


def invalid_format(message: str) -> ServiceError:
    return ServiceError("InvalidFormat", message)


def invalid_token() -> ServiceError:
    return ServiceError("InvalidNextToken", "The next token specified is invalid.")


def unsupported(what: str) -> ServiceError:
    """A part of CloudWatch the twin leaves out; never silently ignored."""
    return ServiceError("ValidationError", f"The twin does not support {what}.")
