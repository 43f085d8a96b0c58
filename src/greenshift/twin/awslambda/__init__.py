"""AWS Lambda of the twin: control plane and real execution.

In: requests shaped as botocore's ``lambda`` model says. Out: the same, plus invocations that really run
user code in processes of this machine, metrics in ``AWS/Lambda`` and events in ``/aws/lambda/<function>``.

``api.py`` is the wire; ``model.py``, ``versions.py``, ``weights.py``, ``policy.py`` and ``concurrency.py``
are the rules, without I/O; ``invoker.py`` is one invocation from route to report; ``execution/`` owns
processes. The folder refuses to know who deploys, who shifts traffic, and how requests reach it.
"""
