"""What of a person's environment the twin takes along, and what of that it passes on to builds.

Whatever the twin runs has its user, and reads the environment it was started with (``/proc/<pid>/environ``).
Keys of a real account and other secrets of a shell are nothing it needs, so it is started without them.
"""

from __future__ import annotations

from collections.abc import Mapping

# How programs are found, and registries are reached: what a build needs as well.
_TO_BUILDS = frozenset(
    {
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "TZ",
        "LD_LIBRARY_PATH",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "CURL_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
    }
)
_TO_BUILDS_PREFIXES = ("NPM_CONFIG_", "PIP_")
_TO_THE_TWIN = frozenset({"PATH", "TMPDIR", "VIRTUAL_ENV", "XDG_CACHE_HOME"})
_TO_THE_TWIN_PREFIXES = ("GREENSHIFT_", "PYTHON", "MOTO_")


def goes_to_builds(name: str) -> bool:
    return name.upper() in _TO_BUILDS or name.upper().startswith(_TO_BUILDS_PREFIXES)


def for_twin(host: Mapping[str, str]) -> dict[str, str]:
    """The environment to start a twin with."""
    return {
        name: value
        for name, value in host.items()
        if goes_to_builds(name) or name in _TO_THE_TWIN or name.startswith(_TO_THE_TWIN_PREFIXES)
    }
