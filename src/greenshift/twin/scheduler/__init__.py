"""EventBridge Scheduler: one-off and recurring schedules, in any time zone, with retries of their own.

``model.py`` reads and checks a schedule and says when it is due, without I/O; ``targets.py`` makes the one
call it stands for, with the role it names; ``runner.py`` waits on the twin's clock; ``api.py`` is the wire.
"""
