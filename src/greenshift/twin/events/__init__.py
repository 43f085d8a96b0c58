"""EventBridge of the twin: the default bus, its rules and their targets.

In: events of our services (``Events.publish``, behind ``world.emit``) and of users (PutEvents). Out: calls on
the targets of every rule that matches, at least once each, retried and then dropped or put into a dead-letter
queue. It refuses to know what an event means: patterns and templates are all it reads.

    patterns/                event patterns, pure
    json_path.py inputs.py   what a target receives, pure
    schedule.py              rules that fire by the clock
    model.py state.py        the rules there are
    targets.py delivery.py   events on their way
    api.py requests.py responses.py   the wire
"""
