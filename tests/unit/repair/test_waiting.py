"""How repair waits: it nudges first and now and then, and gives up in the end."""

from __future__ import annotations

from greenshift.repair import Patience


def test_it_nudges_before_the_first_look() -> None:
    done: list[str] = []

    assert Patience(pause=0).until(lambda: bool(done), nudge=lambda: done.append("asked"))
    assert done == ["asked"]


def test_it_nudges_again_while_nothing_happens() -> None:
    asked: list[int] = []

    assert Patience(pause=0, again=0).until(lambda: len(asked) == 3, nudge=lambda: asked.append(1))


def test_it_gives_up() -> None:
    asked: list[int] = []
    patience = Patience(pause=0.01, again=60, longest=0.1)

    assert not patience.until(lambda: False, nudge=lambda: asked.append(1))
    assert asked == [1]
