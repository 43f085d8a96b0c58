"""How many executions may run at once: the account's limit, and what functions reserve from it.

API reference, PutFunctionConcurrency: reserved concurrency is per function, all versions together, 0 turns
the function off, and at least 100 executions of the account stay unreserved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from greenshift.twin.awslambda import errors
from greenshift.twin.awslambda.model import Function

MINIMUM_UNRESERVED = 100


def unreserved(functions: Iterable[Function], account_limit: int) -> int:
    return account_limit - sum(function.reserved_concurrency or 0 for function in functions)


def check_reservation(function: Function, amount: int, functions: Iterable[Function], limit: int) -> None:
    others = [other for other in functions if other.name != function.name]
    if amount and unreserved(others, limit) - amount < MINIMUM_UNRESERVED:
        raise errors.invalid(
            "Specified ReservedConcurrentExecutions for function decreases account's "
            f"UnreservedConcurrentExecution below its minimum value of [{MINIMUM_UNRESERVED}]."
        )


@dataclass
class Executions:
    """How many invocations each function has under way, counted by name."""

    account_limit: int
    running: Counter[str] = field(default_factory=Counter)

    def enter(self, function: Function, functions: Iterable[Function]) -> None:
        """Count one execution in, or refuse it with 429; ``leave`` must follow."""
        if function.reserved_concurrency is not None:
            if self.running[function.name] >= function.reserved_concurrency:
                raise errors.throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
        elif self._is_account_full(functions):
            raise errors.throttled("ConcurrentInvocationLimitExceeded")
        self.running[function.name] += 1

    def leave(self, function: Function) -> None:
        self.running[function.name] -= 1
        if not self.running[function.name]:
            del self.running[function.name]

    def _is_account_full(self, functions: Iterable[Function]) -> bool:
        # A cheap bound first: no need to add up reservations while the account is nowhere near its limit.
        if self.running.total() < MINIMUM_UNRESERVED:
            return False
        functions = list(functions)
        free = {function.name for function in functions if function.reserved_concurrency is None}
        in_use = sum(count for name, count in self.running.items() if name in free)
        return in_use >= unreserved(functions, self.account_limit)
