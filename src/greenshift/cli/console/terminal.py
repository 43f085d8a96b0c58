"""Where the commands speak: results to stdout, progress and errors to stderr.

Colour, redrawing and lines that are broken between words only on a terminal; in a pipe the same words come as
whole lines without colour. Whatever is said, no text acts on the terminal.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.markup import escape
from rich.text import Text

from greenshift.advice import LOCAL, addressed
from greenshift.cli.console.legible_console import LegibleConsole
from greenshift.cli.words.folding import folded, hanging, quoted
from greenshift.cli.words.tree import Node, lines
from greenshift.errors import GreenshiftError


class Terminal:
    """The two streams of a command.

    ``stack`` is the one the command is about: what to type next is addressed to it.
    """

    def __init__(self) -> None:
        self.out = LegibleConsole(file=sys.stdout, highlight=False, soft_wrap=True, emoji=False)
        self.err = LegibleConsole(file=sys.stderr, highlight=False, soft_wrap=True, emoji=False)
        self.stack = LOCAL

    def result(self, text: str = "") -> None:
        """A line of what the command was asked for; may carry rich's markup."""
        _print(self.out, text)

    def entry(self, text: str, under: int = 4) -> None:
        """The same, of which what goes on below is indented by so many columns."""
        _print(self.out, text, under)

    def tree(self, root: Node) -> None:
        """The same of a tree: what is too long goes on under its own branch."""
        if self.out.is_terminal:
            self.out.print(folded(root, self.out))
            return
        for line in lines(root):
            self.result(line)

    def text(self, text: Text) -> None:
        """A line of somebody else's, whose style is its own."""
        self.out.print(text)

    def json(self, value: Any) -> None:
        """The result for a program; nothing else goes to stdout."""
        sys.stdout.write(json.dumps(value, indent=2, default=str) + "\n")
        sys.stdout.flush()

    def json_line(self, value: Any) -> None:
        """One of many results for a program: a line each."""
        sys.stdout.write(json.dumps(value, default=str) + "\n")
        sys.stdout.flush()

    def progress(self, text: str) -> None:
        """A line of what is going on, or of what to type next; may carry rich's markup."""
        _print(self.err, addressed(text, self.stack))

    def news(self, text: str) -> None:
        """A line of what happened, with words of others in it: nothing in it is to be typed."""
        _print(self.err, text)

    def quote(self, text: Text) -> None:
        """A line of a log, after the mark of what is quoted."""
        lead = "  │ "
        if not self.err.is_terminal:
            self.err.print(Text(lead).append_text(text), style="dim")
            return
        for line in text.split("\n", allow_blank=True):
            self.err.print(quoted(line, lead, self.err), style="dim")

    def warning(self, text: str) -> None:
        _print(self.err, f"[yellow]warning:[/] {escape(text)}")

    def error(self, error: GreenshiftError) -> None:
        """One line, and what to do next."""
        _print(self.err, f"[bold red]error:[/] {escape(error.message)}")
        if error.hint:
            _print(self.err, f"  [bold]next:[/] {escape(addressed(error.hint, self.stack))}")


def _print(on: LegibleConsole, text: str, under: int | None = None) -> None:
    on.print(hanging(text, on, under) if on.is_terminal else text)


terminal = Terminal()
