"""Event source mappings: what polls queues and streams and invokes functions with what it finds.

In: a mapping (``model.py``), as requests make it (``requests.py``). Out: invocations of the qualifier the
mapping names, deletions, retries, records of failure. ``filters.py``, ``answers.py``, ``queue_records.py``
and ``stream_records.py`` are pure; ``queue_poller.py`` and ``stream_poller.py`` act, on the twin's clock.
Lambda itself stays outside: pollers reach it through ``Lambda``-shaped calls of the one door.
"""
