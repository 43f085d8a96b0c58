"""What the twin does otherwise than AWS on purpose, each written beside the code that does it.

A room of the twin that departs has a ``departures.py`` with a tuple ``DEPARTURES``; the page
``docs/reference/twin.md`` is made of all of them. What is no departure and differs is a bug.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from greenshift.twin import registry
from greenshift.twin.service import service_model

# What a reader looks for, and the rooms that tell of it.
_SECTIONS = (
    ("Pipelines and what starts them", ("codepipeline", "codeconnections")),
    ("Builds", ("codebuild",)),
    ("Functions and what feeds them", ("awslambda", "sources")),
    ("Deployments", ("codedeploy",)),
    ("Metrics and alarms", ("alarms",)),
    ("Events, schedules and topics", ("events", "scheduler", "outgoing")),
    ("Queues", ("sqs",)),
    ("HTTP in front of functions", ("http_apis",)),
    ("Access", ("iam",)),
    ("Wire", ("entrance",)),
    ("What moto keeps", ("moto",)),
)


@dataclass(frozen=True)
class Departure:
    """One difference, in Markdown: of what, what it is on the twin, and why.

    ``stored`` names the operations (``service:Operation``) that only keep and tell again what they are given.
    """

    subject: str
    here: str
    reason: str
    stored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """The departures of one subject."""

    title: str
    departures: tuple[Departure, ...]


def sections() -> Iterator[Section]:
    """All departures, in the order in which a page tells them."""
    for title, rooms in _SECTIONS:
        found = (import_module(f"greenshift.twin.{room}.departures").DEPARTURES for room in rooms)
        yield Section(title, tuple(each for room in found for each in room))


@dataclass(frozen=True)
class Operations:
    """What becomes of each operation that AWS's model of a service has; names sorted."""

    executed: tuple[str, ...]
    stored: tuple[str, ...]
    refused: tuple[str, ...]

    @property
    def total(self) -> int:
        return len(self.executed) + len(self.stored) + len(self.refused)


def operations(service: str) -> Operations:
    """Of a service of ours: what it does, what it only keeps, what it answers with NotImplemented."""
    cls = registry.service_class(service)
    has = cls.operations()
    named = {name for section in sections() for each in section.departures for name in each.stored}
    stored = tuple(name for name in has if f"{service}:{name}" in named)
    return Operations(
        executed=tuple(name for name in has if name not in stored),
        stored=stored,
        refused=tuple(sorted(set(service_model(service).operation_names) - set(has))),
    )
