"""A deployed stack as AWS tells it: one file a service, boto3 clients in, frozen values out.

Comes in: a boto3 client, whatever its endpoint, and physical names. Goes out: what anyone here asks of that
service, read to the last page; what does not exist is a fact (None, or missing from a mapping) and no error.
Every other error is boto3's own. Refuses to know: what ought to be (``checks`` and ``verify`` judge), how it
is shown (``view``), and whether AWS or the twin answers.
"""
