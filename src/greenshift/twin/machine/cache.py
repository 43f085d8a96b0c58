"""Where downloads that outlive a twin are kept; known without what serves a twin."""

from __future__ import annotations

import os
from pathlib import Path


def default_cache() -> Path:
    """``GREENSHIFT_CACHE``, or the user's cache directory."""
    configured = os.environ.get("GREENSHIFT_CACHE")
    if configured:
        return Path(configured)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "greenshift"
