"""Where a call came from when a function made it: the Lambda execution environment, by its trace header.

Every AWS SDK that runs inside Lambda sends the invocation's `_X_AMZN_TRACE_ID` along as `X-Amzn-Trace-Id`
(developer guide, "Lambda recursive loop detection"), whatever credentials the call is signed with.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from greenshift.twin.callers.chain import NONE, Chain

HEADER = "x-amzn-trace-id"


@dataclass(frozen=True)
class Environment:
    """The execution environment of one invocation under way; ``kill`` ends its process at once. ``chain`` is
    what led to the invocation."""

    function: str
    kill: Callable[[], None]
    chain: Chain = NONE


Find = Callable[[str], Environment | None]


def nowhere(_: str) -> Environment | None:
    """For a twin without Lambda."""
    return None
