"""``greenshift cost``: what a stack costs at rest and for each release, from its resources and prices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from greenshift.cli.commands.deploy import started_twin
from greenshift.cli.console.terminal import terminal
from greenshift.cli.options import JsonOption, StackOption
from greenshift.cli.project.workspace import Workspace
from greenshift.cli.words.spoken import count
from greenshift.cost import Assumptions, Estimate, Line, Prices, Resource, estimate, read_prices, read_stack
from greenshift.cost.estimate import total
from greenshift.settings import Settings
from greenshift.twin.machine import process

_USUAL = Assumptions(shift_minutes=0)


def cost(
    stack: StackOption = "local",
    functions: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="As if there were so many functions like yours.")
    ] = None,
    releases: Annotated[int, typer.Option(min=0, help="Releases in a month.")] = _USUAL.releases,
    build_minutes: Annotated[float, typer.Option(min=0, help="Minutes of one build.")] = _USUAL.build_minutes,
    shift_minutes: Annotated[
        float | None,
        typer.Option(min=0, help="Minutes of one shift with its bake. Default: as your rollouts say."),
    ] = None,
    calls: Annotated[int, typer.Option(min=0, help="Calls of your functions in a month.")] = _USUAL.calls,
    call_ms: Annotated[float, typer.Option(min=0, help="Milliseconds of one call.")] = _USUAL.call_ms,
    package_mb: Annotated[
        float, typer.Option(min=0, help="Megabytes of one function's package.")
    ] = _USUAL.package_mb,
    prices: Annotated[
        Path | None, typer.Option(help="A file with other prices, of another region say.", dir_okay=False)
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Of what `up` would create now.")] = False,
    json: JsonOption = False,
) -> None:
    """Tell what a stack costs: at rest, for each release and what it leaves stored, and in a month of both.

    Counted from the resources that are deployed, or that `up` would create where nothing is, with AWS's
    public prices of one region and day. Nothing is asked of AWS. What a free tier gives is not taken off.

    \b
    Example:  greenshift cost
              greenshift cost --functions 100 --releases 60 --build-minutes 8
    """
    workspace = Workspace.find(stack)
    table = read_prices(prices)
    resources, is_deployed = _resources(workspace, planned=preview)
    assumed = replace(
        _USUAL,
        shift_minutes=_shift_minutes(workspace.project.settings) if shift_minutes is None else shift_minutes,
        releases=releases,
        build_minutes=build_minutes,
        calls=calls,
        call_ms=call_ms,
        package_mb=package_mb,
    )
    found = estimate(read_stack(resources), assumed, table, functions)
    if json:
        terminal.json(as_json(found, table, is_deployed=is_deployed))
        return
    for line in lines(found, table, is_deployed=is_deployed):
        terminal.entry(line, _UNDER if line.startswith(" ") else 2)


_UNDER = 14
"""Where what is paid for is told, after the amount."""
_NO_SUMS: Mapping[str, str] = {}
_NOISE = 1e-9
"""So much of a unit is what floating point adds and takes."""
_MANY = {"million": "a million", "1,000": "a thousand"}


def _shift_minutes(settings: Settings) -> float:
    """From the first move to the end of the release, as the rollouts and the bake say."""
    return float(max(watch.shifting for watch in settings.watches.values()) + settings.bake_minutes)


def _resources(workspace: Workspace, *, planned: bool) -> tuple[list[Resource], bool]:
    """The stack's resources, and whether they are deployed."""
    if not planned and (deployed := _deployed(workspace)):
        return deployed, True
    if not workspace.is_local:
        return _parsed(workspace.pulumi(lambda event: None).planned()), False
    engine = workspace.engine(started_twin(workspace), lambda event: None)
    return [Resource(goal.urn, goal.type, inputs) for goal, inputs in engine.planned()], False


def _deployed(workspace: Workspace) -> list[Resource]:
    if not workspace.is_local:
        return _parsed(workspace.pulumi(lambda event: None).resources())
    twin = process.find(workspace.home)
    if twin is None:
        return []
    found = workspace.engine(twin, lambda event: None).snapshot().resources.values()
    return [Resource(each.urn, each.type, each.inputs) for each in found]


def _parsed(found: Iterable[Any]) -> list[Resource]:
    """The resources of a checkpoint; what it is still to delete does not count."""
    kept = [each for each in found if not each.get("delete")]
    return [Resource(each["urn"], each["type"], each.get("inputs") or {}) for each in kept]


def lines(found: Estimate, table: Prices, *, is_deployed: bool) -> Iterator[str]:
    """What a person reads; amounts in dollars."""
    of = "deployed" if is_deployed else "not deployed yet, as `up` would create it"
    functions, releases = count(found.functions, "function"), count(found.assumed.releases, "release")
    yield f"{functions}, {of}; prices of {table.region} on {table.as_of}, without free tiers"
    yield from _block("A month at rest", found.at_rest)
    yield from _block("One release", found.per_release, {"pipeline": _sum(found.pipeline_minutes)})
    if found.stored:
        yield from _block(f"A month of what {releases} leave stored", found.stored)
    if found.of_calls:
        yield from _block("A month's calls of your functions", found.of_calls)
    yield ""
    yield f"[bold]{_dollars(found.month):>10}[/]  [bold]a month with {releases}[/]"
    yield f"[dim]assumed: {', '.join(_assumed(found.assumed))}; --help says how to change them[/]"
    for each in found.not_priced:
        yield f"not priced: {each}"


def _block(title: str, some: Iterable[Line], sums: Mapping[str, str] = _NO_SUMS) -> Iterator[str]:
    """The lines that are a part of a cent worth telling; what is less is one line together.

    ``sums`` say of what some quantities are the sum.
    """
    told = [line for line in some if line.dollars is None or line.dollars >= 0.0005]
    small = [line for line in some if line not in told]
    whole = total(some)
    amounts = add_up([line.dollars or 0 for line in told] + [total(small)], whole)
    yield ""
    yield f"[bold]{_dollars(whole):>10}  {title}[/]"
    for line, amount in zip(told, amounts, strict=False):
        dollars = "?" if line.dollars is None else amount
        yield f"{dollars:>10}    {line.what}: {_used(line)}{sums.get(line.what, '')}"
    if small:
        yield f"{amounts[-1]:>10}    everything else: requests, storage, messages"


def add_up(parts: Sequence[float], whole: float) -> list[str]:
    """The parts in dollars as they are written below their sum: these digits make up the sum's.

    Each is rounded down, and what the sum has more goes to those that lost most.
    """
    digits = _digits(whole)
    unit = 10.0**-digits
    units = [math.floor(part / unit + _NOISE) for part in parts]
    lost = sorted(range(len(parts)), key=lambda place: units[place] - parts[place] / unit)
    for place in lost[: max(0, round(whole / unit) - sum(units))]:
        units[place] += 1
    return [f"${each * unit:,.{digits}f}" for each in units]


def _digits(whole: float) -> int:
    """Tenths of a cent are told below a dollar."""
    return 3 if whole < 1 else 2


def _sum(minutes: Mapping[str, int]) -> str:
    """`` (2 of Source's 2 actions, 3 of Build, 5 of Shift; AWS counts every action in whole minutes)``."""
    told = ", ".join(_minutes(action, spent) for action, spent in minutes.items() if spent)
    return f" ({told}; AWS counts every action in whole minutes)"


def _minutes(action: str, spent: int) -> str:
    """Each action of Source takes a minute: one reads the repository, another Greenshift's build kit."""
    return f"{spent} of {action}" + (f"'s {spent} actions" if action == "Source" and spent > 1 else "")


def _used(line: Line) -> str:
    """``6 metrics at $0.10``, ``0.29 GB at $0.023``, ``2,000,000 invocations at $0.20 a million``."""
    if line.dollars is None:
        return f"{_number(line.quantity)} at a price that is not known, {line.price}"
    unit = line.unit.removesuffix(" and month")
    size, _, of_many = unit.partition(" ")
    if size in _MANY:
        return f"{_number(line.quantity)} {of_many} at {_price(line.listed)} {_MANY[size]}"
    noun, _, which = unit.partition(" ")
    plural = noun if noun == "GB" or line.quantity == 1 else f"{noun}s"
    what = f"{plural} {which}" if which.startswith("above") else plural
    return f"{_number(line.quantity)} {what} at {_price(line.listed)}"


def _assumed(assumed: Assumptions) -> Iterator[str]:
    yield f"{count(assumed.releases, 'release')} a month"
    yield f"builds of {_number(assumed.build_minutes)} minutes"
    yield f"shifts of {_number(assumed.shift_minutes)} minutes, each with one more for the work around it"
    yield f"{assumed.calls:,} calls a month of {_number(assumed.call_ms)} ms" if assumed.calls else "no calls"
    yield f"packages of {_number(assumed.package_mb)} MB"


def _number(value: float) -> str:
    if value < 1:
        return f"{value:.2g}"
    return f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"


def _price(dollars: float) -> str:
    return f"${dollars:.2f}" if dollars >= 0.1 else f"${dollars:.10f}".rstrip("0")


def _dollars(value: float | None) -> str:
    return "?" if value is None else f"${value:,.{_digits(value)}f}"


def as_json(found: Estimate, table: Prices, *, is_deployed: bool) -> dict[str, Any]:
    """Everything, each line with its price and where that was read."""
    return {
        "prices": {"region": table.region, "as_of": table.as_of},
        "resources": "deployed" if is_deployed else "planned",
        "functions": found.functions,
        "assumed": asdict(found.assumed),
        "at_rest": {"dollars": total(found.at_rest), "lines": _rows(found.at_rest, table)},
        "per_release": {"dollars": total(found.per_release), "lines": _rows(found.per_release, table)},
        "stored": {"dollars": total(found.stored), "lines": _rows(found.stored, table)},
        "calls": {"dollars": total(found.of_calls), "lines": _rows(found.of_calls, table)},
        "month": {"dollars": found.month},
        "pipeline_minutes": dict(found.pipeline_minutes),
        "not_priced": list(found.not_priced),
    }


def _rows(some: Iterable[Line], table: Prices) -> list[dict[str, Any]]:
    sources = {line.price: price.source for line in some if (price := table.find(line.price))}
    return [{**asdict(line), "source": sources.get(line.price, "")} for line in some]
