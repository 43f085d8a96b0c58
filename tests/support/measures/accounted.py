"""What became of numbered messages: in, processed, dead, lost, and how often one was worked on again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from dataclasses import dataclass


@dataclass(frozen=True)
class Accounted:
    """Counts of messages; ``duplicates`` and ``failed`` are counts of attempts by version.

    A duplicate is work that was finished once more, by the version that did so. ``failed`` are attempts of
    versions that never finish their work.
    """

    sent: int
    processed: int
    dead: int
    duplicates: Counter[str]
    failed: Counter[str]

    @property
    def lost(self) -> int:
        """Messages that nobody processed and that lie in no dead-letter queue."""
        return self.sent - self.processed - self.dead

    def __str__(self) -> str:
        duplicates = f"{self.duplicates.total()} duplicates{_by_version(self.duplicates)}"
        failed = f"{self.failed.total()} failed attempts{_by_version(self.failed)}"
        return (
            f"{self.sent} in, {self.processed} processed, {self.dead} dead, {self.lost} lost, "
            f"{duplicates}, {failed}"
        )


def account(
    attempts: Iterable[tuple[str, str]], among: Set[str], finishing: Set[str], dead: int = 0
) -> Accounted:
    """Of the messages ``among``, from attempts (message, version) in the order in which they began."""
    processed: set[str] = set()
    duplicates, failed = Counter[str](), Counter[str]()
    for message, version in attempts:
        if message not in among:
            continue
        if version not in finishing:
            failed[version] += 1
        elif message in processed:
            duplicates[version] += 1
        else:
            processed.add(message)
    return Accounted(len(among), len(processed), dead, duplicates, failed)


def _by_version(counts: Counter[str]) -> str:
    told = ", ".join(f"version {version}: {counts[version]}" for version in sorted(counts))
    return f" ({told})" if told else ""
