"""What feeds a function: each a small component of plain resources, and always through the alias.

So every source follows a shift and a rollback. Whoever prefers the plain resources gives them
``function.alias`` themselves.
"""

from __future__ import annotations

from greenshift.components.feeds.buckets import BucketTrigger
from greenshift.components.feeds.fed import Fed, InvokeGrant
from greenshift.components.feeds.polled import EventSource, Source
from greenshift.components.feeds.timed import FunctionSchedule
from greenshift.components.feeds.web import HttpApi, PublicUrl

__all__ = [
    "BucketTrigger",
    "EventSource",
    "Fed",
    "FunctionSchedule",
    "HttpApi",
    "InvokeGrant",
    "PublicUrl",
    "Source",
]
