"""The order in which files are begun, and what is kept of their cost."""

from __future__ import annotations

import time
from pathlib import Path

from support.measures.durations import Durations, longest_first, spent


def test_the_longest_files_come_first_and_unknown_ones_before_the_short() -> None:
    seconds = {"sweep": 300.0, "unit": 0.1, "demo": 120.0}

    places = longest_first(["unit", "demo", "new", "unit", "sweep"], seconds)

    assert sorted(places, key=lambda file: places[file]) == ["sweep", "demo", "new", "unit"]


def test_what_a_processor_did_counts_and_waiting_does_not() -> None:
    began = spent()
    time.sleep(0.2)
    waited = spent() - began
    while spent() - began < 0.1:
        pass

    assert waited < 0.1


def test_files_are_summed_up() -> None:
    durations = Durations(Path("/"), None)
    durations._tests = {"a.py::one": 1.0, "a.py::two": 2.0, "b.py::one": 0.5}

    assert durations.report() == {
        "files": {"a.py": 3.0, "b.py": 0.5},
        "slowest": {"a.py::two": 2.0, "a.py::one": 1.0, "b.py::one": 0.5},
        "seconds": 3.5,
    }
