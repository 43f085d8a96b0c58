"""Everything EventBridge can refuse; codes are the names in AWS's own model."""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def invalid_pattern(reason: str) -> ServiceError:
    return ServiceError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")


def validation(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def rule_not_found(name: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus default.")


def resource_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"{arn} does not exist.")


def bus_not_found(name: str) -> ServiceError:
    return ServiceError(
        "ResourceNotFoundException", f"Event bus {name} does not exist. The twin has the default bus only."
    )


def only_default_bus() -> ServiceError:
    return ServiceError(
        "OperationDisabledException", "The twin has the default event bus only: put rules and events there."
    )


def too_many_rules(limit: int) -> ServiceError:
    return ServiceError(
        "LimitExceededException", f"The requested resource exceeds the maximum number allowed: {limit} rules."
    )


def too_many_targets(limit: int) -> ServiceError:
    return ServiceError(
        "LimitExceededException",
        f"The requested resource exceeds the maximum number allowed: {limit} targets a rule.",
    )


def rule_has_targets() -> ServiceError:
    return ServiceError("ValidationException", "Rule can't be deleted since it has targets.")
