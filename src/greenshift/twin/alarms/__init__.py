"""CloudWatch metrics and alarms of the twin.

In: numbers (Lambda records them directly, users through PutMetricData) and alarm definitions. Out:
statistics, alarm states, and on every change of state an event, the alarm's actions and a line of history.
It refuses to know who measures what and who acts on an alarm: both meet it through metrics, events, its API.

    metrics.py statistics.py   what was measured           expressions/   metric math, pure
    queries.py                 numbers for a set of queries
    evaluation.py reasons.py   from points to a state, pure
    model.py state.py          the alarms there are         composite.py   rules over other alarms, pure
    engine.py transitions.py   what happens over time       notifications.py actions.py
    suppression.py             composite alarms that wait before they act
    api.py requests.py responses.py                         the wire
"""
