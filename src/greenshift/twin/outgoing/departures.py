"""Where deliveries of topics differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "mail and SMS of SNS",
        "not sent, *ignored*",
        "nobody's address should get a rehearsal",
    ),
    Departure(
        "SNS: HTTP(S) endpoints",
        "on this machine only, confirmed at once; other addresses get nothing",
        "nobody's address should get a rehearsal",
    ),
    Departure(
        "SNS: tries of a delivery",
        "20, of HTTP 4 with pauses of 20 seconds, then the subscription's dead-letter queue. "
        "A delivery policy of your own is kept, *ignored*",
        "AWS tries for 23 days",
    ),
)
