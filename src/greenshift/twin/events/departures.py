"""Where EventBridge differs from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "EventBridge",
        "buses of your own, archives and replays; no partner sources, no pipes, no API "
        "destinations. A replay sends again as fast as targets take it",
        "they reach services outside your account",
    ),
    Departure(
        "targets",
        "functions, topics, queues, pipelines, builds, log groups and buses; others *refused*",
        "what exists on the twin",
    ),
    Departure(
        "rules whose targets cause their event again",
        "end after 100 events, and `twin.log` says so",
        "on AWS they go on, and cost",
    ),
    Departure(
        "deliveries under way",
        "10,000 of 128 MiB in all; more are dropped, and `twin.log` says so",
        "they are kept in memory",
    ),
    Departure(
        "retries",
        "pauses double from one second, without chance",
        "a test must be repeatable",
    ),
    Departure(
        "what is set for a bus: its key, dead-letter queue and log",
        "kept and told, *ignored*",
        "a rule's target has a dead-letter queue of its own",
        stored=("events:UpdateEventBus",),
    ),
)
