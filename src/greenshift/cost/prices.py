"""The table of public prices: each with its unit and where it was read, all of one day and one region."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from greenshift.errors import UsageError

BUILT_IN = Path(__file__).parent / "prices.json"


@dataclass(frozen=True)
class Price:
    """``dollars`` for so many (``count``) units; ``per`` is the unit in words."""

    dollars: float
    per: str
    source: str
    count: int = 1

    @property
    def each(self) -> float:
        return self.dollars / self.count


@dataclass(frozen=True)
class Prices:
    as_of: str
    region: str
    prices: Mapping[str, Price]

    def find(self, name: str) -> Price | None:
        return self.prices.get(name)


def read_prices(file: Path | None = None) -> Prices:
    """The built-in table; with a file, what stands there instead, in the same form. Raises UsageError."""
    built_in = _read(BUILT_IN)
    if file is None:
        return built_in
    other = _read(file)
    return Prices(other.as_of, other.region, {**built_in.prices, **other.prices})


def _read(file: Path) -> Prices:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        prices = {name: _price(value) for name, value in found["prices"].items()}
        return Prices(str(found["asOf"]), str(found["region"]), prices)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"it has no {error}" if isinstance(error, KeyError) else str(error)
        raise UsageError(
            f"{file} is no table of prices: {told}",
            hint=f"it has the form of {BUILT_IN.name}; see “What it costs” of the documentation",
        ) from None


def _price(value: Mapping[str, Any]) -> Price:
    dollars, count = float(value["dollars"]), int(value.get("count", 1))
    if dollars < 0 or count < 1:
        raise ValueError("a price is 0 or more, for 1 unit or more")
    return Price(dollars, str(value["per"]), str(value["source"]), count)
