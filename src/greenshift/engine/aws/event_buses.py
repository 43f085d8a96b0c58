"""EventBridge's buses and archives."""

from __future__ import annotations

from greenshift.engine.aws.calls import Calls, Document
from greenshift.engine.aws.fit import Rule
from greenshift.engine.aws.simple import Kind, entry
from greenshift.engine.aws.tagging import Tagging


def _bus(calls: Calls, inputs: Document, id_: str) -> Document | None:
    return calls.look("DescribeEventBus", "ResourceNotFoundException", Name=id_ or inputs["name"])


def _archive(calls: Calls, inputs: Document, id_: str) -> Document | None:
    return calls.look("DescribeArchive", "ResourceNotFoundException", ArchiveName=id_ or inputs["name"])


BUS = entry(
    Kind(
        token="aws:cloudwatch/eventBus:EventBus",
        service="events",
        describe=_bus,
        id="Name",
        key=lambda inputs, id_: {"Name": id_},
        create="CreateEventBus",
        update="UpdateEventBus",
        delete="DeleteEventBus",
        fixed="eventSourceName",
        settings="description kmsKeyIdentifier deadLetterConfig logConfig",
        outputs={"arn": "Arn"},
        tagging=Tagging("arn"),
        name="name",
        longest_name=256,
    )
)
ARCHIVE = entry(
    Kind(
        token="aws:cloudwatch/eventArchive:EventArchive",
        service="events",
        describe=_archive,
        id="ArchiveName",
        key=lambda inputs, id_: {"ArchiveName": id_},
        create="CreateArchive",
        update="UpdateArchive",
        delete="DeleteArchive",
        fixed="eventSourceArn",
        settings="description eventPattern retentionDays kmsKeyIdentifier",
        outputs={"arn": "ArchiveArn"},
        rules={"name": Rule("ArchiveName")},
        defaults={"retentionDays": 0},
        name="name",
        longest_name=48,
    )
)

ENTRIES = (BUS, ARCHIVE)
