"""Everything EventBridge can refuse; codes are the names in AWS's own model."""

from __future__ import annotations

from greenshift.twin.service import ServiceError


def invalid_pattern(reason: str) -> ServiceError:
    return ServiceError("InvalidEventPatternException", f"Event pattern is not valid. Reason: {reason}")


def validation(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)


def rule_not_found(name: str, bus: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Rule {name} does not exist on EventBus {bus}.")


def resource_not_found(arn: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"{arn} does not exist.")


def bus_not_found(name: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Event bus {name} does not exist.")


def bus_exists(name: str) -> ServiceError:
    return ServiceError("ResourceAlreadyExistsException", f"Event bus {name} already exists.")


def too_many_buses(limit: int) -> ServiceError:
    return ServiceError(
        "LimitExceededException",
        f"The requested resource exceeds the maximum number allowed: {limit} buses.",
    )


def bus_has_rules() -> ServiceError:
    return validation("Event bus can't be deleted since it has rules.")


def archive_not_found(name: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Archive {name} does not exist.")


def archive_exists(name: str) -> ServiceError:
    return ServiceError("ResourceAlreadyExistsException", f"Archive {name} already exists.")


def replay_not_found(name: str) -> ServiceError:
    return ServiceError("ResourceNotFoundException", f"Replay {name} does not exist.")


def replay_exists(name: str) -> ServiceError:
    return ServiceError("ResourceAlreadyExistsException", f"Replay {name} already exists.")


def replay_is_over(name: str, state: str) -> ServiceError:
    return ServiceError("IllegalStatusException", f"Replay {name} is not in a valid state: {state}.")


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
