"""Running user code: one process per concurrent execution, over Lambda's own Runtime API.

In: a ``Launch`` (command, environment, code directory) and invocations. Out: ``Outcome`` values and log
lines. ``pool.py`` decides which process serves whom, ``worker.py`` is one process, ``runtime_api.py`` the
loopback HTTP it speaks, ``bootstrap.py`` and ``bootstrap.mjs`` run inside it. Knows no aliases, no
requests, no World: time-outs of user code are real time, so it asks no Clock.
"""
