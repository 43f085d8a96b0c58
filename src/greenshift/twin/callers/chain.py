"""What led to what: how often a chain of calls has come by, so that one which feeds itself has an end.

Lambda counts how often a function was invoked on the way of one event, and stops it after 16 (developer
guide, "Lambda recursive loop detection"); the count travels with direct invocations, SNS and SQS.
EventBridge does not pass it on, and neither do DynamoDB and Kinesis: on AWS a rule whose target causes its
event again goes on for ever, and so does a function that writes to the table whose stream feeds it. Here it
ends after so many events as nobody makes on purpose.

The count is part of asyncio's context: whatever is started on behalf of a request or a delivery carries it.
A message in a queue carries it in its trace header, as on AWS; how it is written there is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field

MOST_INVOCATIONS = 16
MOST_EVENTS = 100


@dataclass(frozen=True)
class Chain:
    """How often each function was invoked since the last event, and how many events led to each other."""

    invocations: Mapping[str, int] = field(default_factory=dict)
    events: int = 0

    def with_invocation(self, function: str) -> Chain:
        count = self.invocations.get(function, 0) + 1
        return Chain({**self.invocations, function: count}, self.events)

    def with_event(self) -> Chain:
        return Chain({}, self.events + 1)

    def is_loop_of(self, function: str) -> bool:
        return self.invocations.get(function, 0) > MOST_INVOCATIONS

    @property
    def feeds_itself(self) -> bool:
        return self.events > MOST_EVENTS


NONE = Chain()
_current: ContextVar[Chain] = ContextVar("chain", default=NONE)


_LINEAGE = re.compile(r";Lineage=(\d{1,6})((?:/[\w-]{1,64}:\d{1,6}){0,100})$")


def header(chain: Chain) -> str:
    """As a trace header; empty for what nothing led to."""
    if chain == NONE:
        return ""
    counts = "".join(f"/{name}:{count}" for name, count in sorted(chain.invocations.items())[:100])
    return f"Root=1-00000000-{'0' * 24};Lineage={chain.events}{counts}"


def from_headers(texts: Iterable[str]) -> Chain:
    """What led to several messages at once: the most of each. A header of anybody else tells nothing."""
    invocations: dict[str, int] = {}
    events = 0
    for text in texts:
        found = _LINEAGE.search(text)
        if found is None:
            continue
        events = max(events, int(found[1]))
        for each in found[2].split("/")[1:]:
            name, _, count = each.partition(":")
            invocations[name] = max(invocations.get(name, 0), int(count))
    return Chain(invocations, events)


def of_batch(chains: Sequence[Chain]) -> Chain:
    """What led to the records of a stream that one batch holds: the least, as a record that nothing led to
    begins anew. Otherwise a function that marks what it has done in the same table would count its marks.
    """
    return min(chains, key=lambda each: each.events, default=NONE)


def current() -> Chain:
    """The chain of what the twin does now."""
    return _current.get()


def leave_functions() -> None:
    """From here on a service works by itself that does not pass on what led to it: a pipeline, a build."""
    _current.set(Chain({}, current().events))


def begin() -> None:
    """From here on nothing led here but the time."""
    _current.set(NONE)


def go_on(chain: Chain) -> None:
    """From here on, in this task and in all that it starts, this chain led here."""
    _current.set(chain)
