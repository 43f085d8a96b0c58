"""The screens, one file each: what a page shows, as parts that are rendered anew with every look."""

from greenshift.dashboard.screens.find import screen
from greenshift.dashboard.screens.screen import Screen

__all__ = ["Screen", "screen"]
