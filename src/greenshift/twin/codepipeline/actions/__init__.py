"""What actions do: one file per provider, each a coroutine from ``ActionContext`` to ``Outcome``.

Comes in: a resolved configuration, the action's role session, input and output artifact places. Goes out:
an outcome, or ``ActionFailed`` with the reason a person will read. An action refuses to know stages,
modes and retries.
"""
