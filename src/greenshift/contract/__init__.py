"""What a writer and its readers must agree on: rows, statuses, messages, names, runtimes, the clock.

Comes in: plain values, as they were written by whichever of us wrote them. Goes out: the same as typed
values, and back. Standard library only, and nothing of ours: these files travel in the controller's archive,
and two of them in the build kit's. The twin does not import them: it is the independent witness.
"""
