"""What a release can be refused for, and how AWS's refusals are read.

    ReleaseError            a person can fix it; says where, what and what to do next
      Refusal               nothing was done: a package, a manifest or the set of functions is wrong
      StaleRelease          the ledger row changed under us; another invocation is at work

Anything else is our bug or AWS's trouble and is reported with its class name.
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

# Error codes that say "later", whatever the service. API reference: Common errors, and each service's list.
TRANSIENT = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "LimitExceeded",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceException",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


# A plain `up` trusts its state, in which what was deleted by hand still stands.
ANEW = "run `greenshift up --refresh`"
_GONE = frozenset({"ApplicationDoesNotExistException", "DeploymentGroupDoesNotExistException"})
_OF_THE_LEDGER = frozenset(
    {"BatchGetItem", "GetItem", "PutItem", "Query", "TransactWriteItems", "UpdateItem"}
)


class ReleaseError(Exception):
    """An error a person can act on, in one line."""


class Refusal(ReleaseError):
    """The release cannot start as it is; nothing was published and no traffic moved."""


class StaleRelease(ReleaseError):
    """A conditional write lost: somebody else has moved this release on since it was read."""


def code_of(error: ClientError) -> str:
    """The error's name in AWS's own model, such as ``DeploymentLimitExceededException``."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_transient(error: Exception) -> bool:
    """Whether the same call may succeed later without anybody doing anything."""
    if isinstance(error, ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return code_of(error) in TRANSIENT or int(status) >= 500
    return isinstance(error, BotoCoreError | OSError)


def describe(error: Exception) -> str:
    """One line for a person: AWS's code and message, our own text, or the class of a bug."""
    if isinstance(error, ReleaseError):
        return str(error)
    if isinstance(error, ClientError):
        operation = getattr(error, "operation_name", "a call")
        message = error.response.get("Error", {}).get("Message", "")
        gone = _what_is_gone(operation, code_of(error))
        return f"{operation} was refused: {code_of(error)}: {message}{gone}"
    return f"{type(error).__name__}: {error}"


def _what_is_gone(operation: str, code: str) -> str:
    """What to do for what somebody deleted; of a table, DynamoDB does not even say that it is one."""
    if code in _GONE:
        return f": {ANEW}"
    if code == "ResourceNotFoundException" and operation in _OF_THE_LEDGER:
        return f": the table of the ledger does not exist: {ANEW}"
    return ""
