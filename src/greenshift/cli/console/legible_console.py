"""rich's console, through which no text acts on the terminal: the one place that all words pass.

What rich draws itself (styles, cursor moves of a live display) is kept apart from text until it is written,
so text is made legible right before.
"""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.style import Style

from greenshift.legible import legible


class LegibleConsole(Console):
    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(legible(segment.text), _plain(segment.style))


def _plain(style: Style | None) -> Style | None:
    """A style without a link: a log may bring one, whose address is written as it stands."""
    return style.update_link(None) if style is not None and style.link else style
