"""Where queues differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "visibility time-out of a message that a program of yours received",
        "real seconds",
        "your code works in real time. Delays, retention and the rest are twin seconds",
    ),
    Departure(
        "visibility time-out of a message that a function works on",
        "twin seconds, but at least the function's own time-out in real ones",
        "as above; what fails is back when the queue says",
    ),
    Departure(
        "long polling",
        "waits real seconds",
        "so does the connection of who polls",
    ),
    Departure(
        "messages of a queue",
        "at most 200,000",
        "they are kept in memory",
    ),
    Departure(
        "policies of queues",
        "kept, *ignored* for services",
        "as before them: only roles are judged",
        stored=(
            "sqs:AddPermission",
            "sqs:RemovePermission",
        ),
    ),
    Departure(
        "queues of other accounts",
        "*refused*",
        "there is one account",
    ),
)
