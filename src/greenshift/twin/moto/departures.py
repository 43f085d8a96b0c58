"""Where what moto keeps differs from AWS on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "Step Functions",
        "state machines are kept, and to run one is *refused* by name",
        "no interpreter there is acts with the machine's role and on the twin's clock",
    ),
    Departure(
        "deleted log groups",
        "lines still on their way do not bring one back",
        "on AWS they would, where a role may create log groups; a destroy must leave nothing",
    ),
    Departure(
        "bucket policies towards root",
        "statements with a condition are not applied by S3; towards roles they are",
        'moto ignores conditions, so "deny unless TLS" would deny you everything',
    ),
    Departure(
        "log streams",
        "the newest 200,000 lines of each; lines that come faster than they can be kept are lost, "
        "and a line says how many",
        "logs are kept in memory",
    ),
    Departure(
        "times kept by moto (objects in S3, roles, tables)",
        "your clock, not the twin's",
        "moto takes no clock",
    ),
)
