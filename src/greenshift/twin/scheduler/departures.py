"""Where schedules differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "EventBridge Scheduler",
        "a flexible window is kept, and the call made at its start; targets are functions, queues, "
        "topics, the event bus, pipelines, builds and SDK actions",
        "a rehearsal should not wait for chance",
    ),
)
