"""The condition keys of every request, whoever makes it. User guide, "AWS global condition context keys"."""

from __future__ import annotations

from greenshift.twin.clock import Clock
from greenshift.twin.iam.needs import Place
from greenshift.twin.iam.patterns import Keys


def of_connection(clock: Clock, place: Place) -> Keys:
    """When, where and how; the loopback connection counts as TLS."""
    now = clock.now()
    keys = {
        "aws:currenttime": now.isoformat(),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:requestedregion": place.region,
        "aws:resourceaccount": place.account,
        "aws:securetransport": "true",
        "aws:sourceip": "127.0.0.1",
        "aws:viaawsservice": "false",
    }
    return {key: (value,) for key, value in keys.items()}
