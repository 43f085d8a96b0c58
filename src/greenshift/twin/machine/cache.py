"""Where downloads that outlive a twin are kept; known without what serves a twin."""

from __future__ import annotations

import os
from pathlib import Path


def named_cache() -> Path | None:
    """``GREENSHIFT_CACHE``; None where it names none."""
    configured = os.environ.get("GREENSHIFT_CACHE")
    return Path(configured) if configured else None


def default_cache() -> Path:
    """The one that is named, or the user's cache directory."""
    return named_cache() or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "greenshift"
