"""EventBridge of the twin: buses, their rules and targets, archives and replays.

In: events of our services (``Events.publish``, behind ``world.emit``) and of users (PutEvents). Out: calls on
the targets of every rule that matches, at least once each, retried and then dropped or put into a dead-letter
queue. It refuses to know what an event means: patterns and templates are all it reads.

    patterns/                event patterns, pure
    json_path.py inputs.py   what a target receives, pure
    schedule.py              rules that fire by the clock
    model.py state.py buses.py          the rules and buses there are
    archives.py replays.py   events that are kept, and sent once more
    targets.py delivery.py   events on their way
    api.py operations/ requests.py responses.py   the wire
"""
