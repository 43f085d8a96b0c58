"""SQS of the twin: queues on the twin's clock.

In: requests of botocore's ``sqs`` model, in JSON or Query. Out: the same, and a ring of the queue's bell when
a message may be received. ``queue.py`` and ``ordering.py`` are the rules, without I/O and with the
time passed in; ``attributes.py`` and ``messages.py`` read requests; ``api.py`` is the wire. Knows nothing of
who polls.
"""
