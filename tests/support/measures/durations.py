"""What each test costs, in seconds of a processor, written down for whoever asks (``GREENSHIFT_DURATIONS``).

Wall time tells how busy the machine was; a processor's tells what the test did, with every process that it
started and waited for. The setup of a fixture counts for the first test that uses it. What costs most begins
first, by what ``durations.json`` keeps, so that no process is left alone with a long file at the end.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from support.people import loaded

KEPT = Path(__file__).parents[2] / "durations.json"
# Of a file that was never measured: after those that are known to be long, before all short ones.
_UNKNOWN = 30.0
_PROPERTY = "processor_seconds"


def spent() -> float:
    """Of this process, of those it has waited for, and of the commands that were forked for it."""
    return loaded.of_this_process() + loaded.spent()


def kept(path: Path = KEPT) -> dict[str, float]:
    """Seconds by file; nothing before they were measured."""
    if not path.exists():
        return {}
    found: dict[str, float] = json.loads(path.read_text())["files"]
    return found


def longest_first(files: Iterable[str], seconds: Mapping[str, float]) -> dict[str, int]:
    """Each file's place; of the same length, as they were collected."""
    ordered = sorted(dict.fromkeys(files), key=lambda file: -seconds.get(file, _UNKNOWN))
    return {file: place for place, file in enumerate(ordered)}


class Durations:
    """Measures each test and writes the sums of the files; sorts what several processes share."""

    def __init__(self, root: Path, written: Path | None) -> None:
        self._root = root
        self._written = written
        self._tests: dict[str, float] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        if not hasattr(config, "workerinput"):
            return
        places = longest_first((self._file(item) for item in items), kept())
        items.sort(key=lambda item: places[self._file(item)])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        item.stash[_BEGAN] = spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Iterator[None]:
        """Measured after its fixtures have ended: a destroy costs as much as a deployment."""
        yield
        item.user_properties.append((_PROPERTY, spent() - item.stash[_BEGAN]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "teardown":
            self._tests[report.nodeid] = dict(report.user_properties).get(_PROPERTY, 0.0)  # type: ignore[assignment]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._written is None or hasattr(session.config, "workerinput"):
            return
        self._written.parent.mkdir(parents=True, exist_ok=True)
        self._written.write_text(json.dumps(self.report(), indent=1, sort_keys=True) + "\n")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._written is None or not self._tests:
            return
        terminalreporter.section("what cost most, in seconds of a processor")
        for test, seconds in self._slowest():
            terminalreporter.write_line(f"{seconds:8.1f}  {test}")

    def _slowest(self) -> list[tuple[str, float]]:
        return sorted(self._tests.items(), key=lambda pair: -pair[1])[:10]

    def report(self) -> dict[str, object]:
        """The sum of each file, and the ten tests that cost most."""
        files: dict[str, float] = defaultdict(float)
        for test, seconds in self._tests.items():
            files[test.split("::")[0]] += seconds
        return {
            "files": {file: round(seconds, 1) for file, seconds in files.items()},
            "slowest": {test: round(seconds, 1) for test, seconds in self._slowest()},
            "seconds": round(sum(self._tests.values()), 1),
        }

    def _file(self, item: pytest.Item) -> str:
        return item.path.relative_to(self._root).as_posix()


_BEGAN: pytest.StashKey[float] = pytest.StashKey()
