"""Where metrics and alarms differ from AWS's on purpose."""

from greenshift.twin.departures import Departure

DEPARTURES = (
    Departure(
        "when judged",
        "5 twin seconds after a minute closes; the open minute never counts",
        "a rate of half a minute rests on a few calls",
    ),
    Departure(
        "evaluation range",
        "two periods more than asked for, and more at speeds above 240",
        "invocations take real time, so on a fast clock they are recorded late",
    ),
    Departure(
        "anomaly detection, PromQL, wall-clock windows, warm-up periods, tags in actions; `SEARCH` in metric "
        "math; several periods in one alarm; entities and metrics of other accounts",
        "*refused*",
        "not needed to judge a release",
    ),
    Departure(
        "actions",
        "SNS topics and functions; others *refused*",
        "there are no instances to stop or scale",
    ),
    Departure(
        "metric math",
        "at most 200 operators in an expression, and 500,000 computations in a request",
        "everybody else waits while they are computed",
    ),
    Departure(
        "dashboards",
        "kept and told, *ignored*",
        "there is no console to draw them",
        stored=(
            "cloudwatch:PutDashboard",
            "cloudwatch:DeleteDashboards",
        ),
    ),
)
