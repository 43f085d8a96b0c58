"""Processes of users, and everything they start: none outlives what it belongs to.

In: commands to run. Out: their ends. ``nursery`` and ``tree`` run in processes of their own with nothing but
the standard library; ``children`` is the twin's end of the nursery. It refuses to know what the processes are
for.
"""
