"""Deliveries of topics and buckets: to functions, queues, topics, the event bus and HTTP endpoints.

In: what moto's SNS and S3 hand out (``moto/outgoing.py``). ``forms.py`` says what arrives, without I/O;
``targets.py`` makes the one call; ``deliveries.py`` tries again on the twin's clock and gives up at last.
"""
