"""Where deployments differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "compute platforms",
        "Lambda only; EC2 and ECS *refused*",
        "this is about functions",
    ),
    Departure(
        "a hook that never reports",
        "fails after one twin hour, but not before 60 real seconds",
        "the hook runs in real time",
    ),
    Departure(
        "deleting a group in mid-deployment",
        "allowed; the deployment runs to its end",
        "AWS's model has no error for it, and stopping half-way would leave traffic split",
    ),
    Departure(
        "somebody else moves the alias meanwhile",
        "the deployment fails and rolls nothing back",
        "AWS does not say; leaving it alone cannot make it worse",
    ),
    Departure(
        "alarms of a deployment",
        "read every 10 twin seconds, but not more often than 20 times a real second",
        "AWS's interval is not documented",
    ),
)
