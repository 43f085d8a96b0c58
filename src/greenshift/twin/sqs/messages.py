"""Messages as requests give them, checked, and as answers show them (API reference: SendMessage)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Any

from greenshift.twin.callers import chain
from greenshift.twin.service import Response
from greenshift.twin.sqs import digests, errors
from greenshift.twin.sqs.model import Attributes, Message, Sent, Settings

Wire = Mapping[str, Any]

# XML 1.0, as API reference SendMessage lists it: #x9 | #xA | #xD | #x20-#xD7FF | #xE000-#xFFFD | ...
_NOT_ALLOWED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ENTRY = re.compile(r"[\w-]{1,80}", re.ASCII)
_MOST_ATTRIBUTES = 10
_LARGEST_BATCH = 1_048_576


def sent(found: Wire, settings: Settings) -> Sent:
    """One message to be sent."""
    body = found["MessageBody"]
    if not body:
        raise errors.missing("MessageBody")
    if _NOT_ALLOWED.search(body):
        raise errors.message_contents()
    attributes: Attributes = found.get("MessageAttributes") or {}
    _check_attributes(attributes)
    size = len(body.encode()) + sum(_size(name, each) for name, each in attributes.items())
    if size > settings.largest:
        raise errors.parameter(
            f"One or more parameters are invalid. Reason: Message must be shorter than "
            f"{settings.largest} bytes."
        )
    delay = found.get("DelaySeconds")
    if delay is not None and not 0 <= delay <= 900:
        raise errors.parameter(
            f"Value {delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 "
            f"and <= 900."
        )
    group, deduplication = found.get("MessageGroupId"), found.get("MessageDeduplicationId")
    if settings.is_fifo:
        deduplication = _of_fifo(group, deduplication, body, settings, delay)
    elif deduplication is not None:
        raise errors.parameter(
            f"Value {deduplication} for parameter MessageDeduplicationId is invalid. "
            "Reason: The request includes a parameter that is not valid for this queue type."
        )
    system: Attributes = found.get("MessageSystemAttributes") or {}
    return Sent(body, attributes, system, delay, group, deduplication, size)


def _of_fifo(
    group: str | None, deduplication: str | None, body: str, settings: Settings, delay: int | None
) -> str:
    if not group:
        raise errors.missing("MessageGroupId")
    if delay:
        raise errors.parameter(
            f"Value {delay} for parameter DelaySeconds is invalid. "
            "Reason: The request include parameter that is not valid for this queue type."
        )
    if deduplication:
        return deduplication
    if not settings.by_content:
        raise errors.parameter(
            "The queue should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly"
        )
    return hashlib.sha256(body.encode()).hexdigest()


def _check_attributes(attributes: Attributes) -> None:
    if len(attributes) > _MOST_ATTRIBUTES:
        raise errors.parameter(
            f"Number of message attributes [{len(attributes)}] exceeds the allowed maximum "
            f"[{_MOST_ATTRIBUTES}]."
        )
    for name, each in attributes.items():
        kind = str(each.get("DataType") or "")
        if kind.split(".")[0] not in ("String", "Number", "Binary"):
            raise errors.parameter(
                f"The type of message (user) attribute '{name}' is invalid. You must use only the following "
                "supported type prefixes: Binary, Number, String."
            )
        if not (each.get("BinaryValue") if kind.startswith("Binary") else each.get("StringValue")):
            raise errors.parameter(
                f"The message (user) attribute '{name}' must contain a non-empty message (user) "
                f"attribute value."
            )


def _size(name: str, attribute: Mapping[str, Any]) -> int:
    value = attribute.get("BinaryValue") or str(attribute.get("StringValue") or "").encode()
    return len(name.encode()) + len(str(attribute["DataType"]).encode()) + len(value)


def check_batch(entries: list[Wire]) -> None:
    """What is said of a batch as a whole; single entries fail by themselves."""
    if not entries:
        raise errors.empty_batch()
    if len(entries) > 10:
        raise errors.too_many_entries(len(entries))
    seen: set[str] = set()
    for each in entries:
        if not _ENTRY.fullmatch(each["Id"]):
            raise errors.bad_entry_id()
        if each["Id"] in seen:
            raise errors.same_ids(each["Id"])
        seen.add(each["Id"])
    size = sum(len((each.get("MessageBody") or "").encode()) for each in entries)
    if size > _LARGEST_BATCH:
        raise errors.batch_too_long(_LARGEST_BATCH, size)


def answered(message: Message) -> Response:
    """What SendMessage tells of a message that was taken."""
    response: Response = {"MessageId": message.id, "MD5OfMessageBody": digests.of_text(message.body)}
    if message.attributes:
        response["MD5OfMessageAttributes"] = digests.of_attributes(message.attributes)
    if message.system:
        response["MD5OfMessageSystemAttributes"] = digests.of_attributes(message.system)
    if message.sequence:
        response["SequenceNumber"] = message.sequence
    return response


def received(message: Message, system: Collection[str], wanted: Collection[str]) -> Response:
    """A message as ReceiveMessage gives it out."""
    response: Response = {
        "MessageId": message.id,
        "ReceiptHandle": message.handle,
        "MD5OfBody": digests.of_text(message.body),
        "Body": message.body,
    }
    told = _system_attributes(message)
    chosen = told if "All" in system else {name: told[name] for name in system if name in told}
    if chosen:
        response["Attributes"] = chosen
    own = {name: dict(each) for name, each in message.attributes.items() if _is_wanted(name, wanted)}
    if own:
        response["MessageAttributes"] = own
        response["MD5OfMessageAttributes"] = digests.of_attributes(own)
    return response


def _system_attributes(message: Message) -> dict[str, str]:
    told = {
        "SenderId": message.sender,
        "SentTimestamp": str(int(message.sent * 1000)),
        "ApproximateReceiveCount": str(message.received),
        "ApproximateFirstReceiveTimestamp": str(int((message.first_received or 0.0) * 1000)),
    }
    more = {
        "MessageGroupId": message.group,
        "MessageDeduplicationId": message.deduplication,
        "SequenceNumber": message.sequence,
        "DeadLetterQueueSourceArn": message.from_queue,
    }
    trace = message.system.get("AWSTraceHeader")
    if trace:
        more["AWSTraceHeader"] = str(trace.get("StringValue"))
    elif header := chain.header(message.chain):
        more["AWSTraceHeader"] = header
    return told | {name: value for name, value in more.items() if value is not None}


def _is_wanted(name: str, wanted: Collection[str]) -> bool:
    """``All``, ``.*``, a name, or a beginning as ``bar.*`` (API reference: ReceiveMessage)."""
    return any(
        each in ("All", ".*", name) or (each.endswith(".*") and name.startswith(each[:-2])) for each in wanted
    )
