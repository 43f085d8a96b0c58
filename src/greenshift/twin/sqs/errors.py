"""What SQS refuses, by the codes its clients know (API reference: "Errors" of each action)."""

from __future__ import annotations

from greenshift.twin.service import ServiceError

_PREFIX = "AWS.SimpleQueueService."


def no_queue() -> ServiceError:
    return ServiceError(f"{_PREFIX}NonExistentQueue", "The specified queue does not exist.")


def other_attributes(attribute: str) -> ServiceError:
    text = f"A queue already exists with the same name and a different value for attribute {attribute}"
    return ServiceError("QueueAlreadyExists", text)


def no_task() -> ServiceError:
    return ServiceError("ResourceNotFoundException", "Task does not exist.", 404)


def no_source() -> ServiceError:
    text = "The resource that you specified for the SourceArn parameter doesn't exist."
    return ServiceError("ResourceNotFoundException", text, 404)


def unsupported(message: str) -> ServiceError:
    return ServiceError(f"{_PREFIX}UnsupportedOperation", message)


def attribute_value(name: str) -> ServiceError:
    return ServiceError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def attribute_name(name: str) -> ServiceError:
    return ServiceError("InvalidAttributeName", f"Unknown Attribute {name}.")


def parameter(message: str) -> ServiceError:
    return ServiceError("InvalidParameterValue", message)


def missing(name: str) -> ServiceError:
    return ServiceError("MissingParameter", f"The request must contain the parameter {name}.")


def receipt_handle() -> ServiceError:
    return ServiceError("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")


def expired_handle(handle: str) -> ServiceError:
    text = f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
    return ServiceError("InvalidParameterValue", text)


def not_in_flight() -> ServiceError:
    return ServiceError(f"{_PREFIX}MessageNotInflight", "The message referred to is not in flight.")


def message_contents() -> ServiceError:
    text = "The message contains characters outside the allowed set."
    return ServiceError("InvalidMessageContents", text)


def empty_batch() -> ServiceError:
    text = "There should be at least one entry in the request."
    return ServiceError(f"{_PREFIX}EmptyBatchRequest", text)


def too_many_entries(count: int) -> ServiceError:
    text = f"Maximum number of entries per request are 10. You have sent {count}."
    return ServiceError(f"{_PREFIX}TooManyEntriesInBatchRequest", text)


def same_ids(name: str) -> ServiceError:
    return ServiceError(f"{_PREFIX}BatchEntryIdsNotDistinct", f"Id {name} repeated.")


def bad_entry_id() -> ServiceError:
    text = (
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
        "It can be at most 80 letters long."
    )
    return ServiceError(f"{_PREFIX}InvalidBatchEntryId", text)


def batch_too_long(limit: int, size: int) -> ServiceError:
    text = f"Batch requests cannot be longer than {limit} bytes. You have sent {size} bytes."
    return ServiceError(f"{_PREFIX}BatchRequestTooLong", text)


def over_limit(message: str) -> ServiceError:
    return ServiceError("OverLimit", message, 403)


def full(limit: int) -> ServiceError:
    text = f"the twin keeps at most {limit} messages of a queue in memory: receive some, or purge it"
    return ServiceError("OverLimit", text, 403)
