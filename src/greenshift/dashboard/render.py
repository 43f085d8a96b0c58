"""Templates to text: one environment, everything escaped, and a missing value is an error."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from greenshift.contract.text import duration, with_arrows
from greenshift.dashboard import words
from greenshift.dashboard.reader import commit_url, hours
from greenshift.legible import legible
from greenshift.view.copy_words import copy_in_words
from greenshift.view.started import by_whom
from greenshift.view.timeline import kind_in_words, status_in_words

_FILTERS = (
    words.state, words.clock, words.twin_clock, words.pulse, words.day, words.minute, duration,
    words.percent, words.amount, words.hour, words.short, words.named,
    words.counted, words.action_in_words, words.first_line, words.brief, words.plain,
    words.person, words.strategy, with_arrows, copy_in_words, by_whom, kind_in_words,
    status_in_words,
)  # fmt: skip


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("greenshift.dashboard"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=_legible,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    environment.globals["took"] = words.took
    environment.globals["hours"] = hours
    environment.globals["commit_url"] = commit_url
    return environment


def _legible(value: Any) -> Any:
    """Every text that a template shows passes here, HTML of our own too, which holds text already."""
    return type(value)(legible(value)) if isinstance(value, str) else value


def render(template: str, **values: Any) -> str:
    """The template's text; whatever it shows is escaped."""
    return _environment().get_template(template).render(**values)
