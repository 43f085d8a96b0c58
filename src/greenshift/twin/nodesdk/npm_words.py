"""Why npm failed, in its own words: the last line it writes only names a log file."""

from __future__ import annotations

import re
from pathlib import Path

_SAID = re.compile(r"npm (?:error|ERR!) (.*)")
_CODE = re.compile(r"code ([A-Z][A-Z0-9_]+)$")
_DETAIL = re.compile(r"(?:syscall|errno|path|network|dest) |\s|A complete log of this run|Usage:")
_LOG = re.compile(r"A complete log of this run can be found in: (\S.*\.log)$", re.MULTILINE)
# npm writes this, and no cause, where a request failed after all it waited for was done.
_LOST = "Exit handler never called!"
_ATTEMPT = re.compile(r"http fetch GET (\S+) attempt \d+ failed with (\w+)")
_MOST_BYTES = 4 << 20
_CERTIFICATES = ("CERT", "SELF_SIGNED", "UNABLE_TO_VERIFY", "SSL", "TLS")


def cause(stderr: str) -> str:
    """``E404: 404 Not Found - GET …``: the code of its error and the first line that says what happened."""
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    said = [found[1] for line in lines if (found := _SAID.match(line))]
    codes = [found[1] for line in said if (found := _CODE.match(line))]
    told = [line for line in said if line.strip() and not _CODE.match(line) and not _DETAIL.match(line)]
    if told[:1] == [_LOST] and (failed := _failed_requests(stderr)):
        address, code = failed[-1]
        return f"{code}: GET {address}"
    return ": ".join([*codes[:1], *told[:1]]) or (lines[-1] if lines else "no message")


def way_out(stderr: str) -> str:
    """What to do about it: where a certificate is not trusted, the same command fails again."""
    code = cause(stderr).partition(":")[0]
    if any(part in code for part in _CERTIFICATES):
        return (
            "npm does not trust the certificate of its registry, or of a proxy before it: name the proxy's "
            "with npm config set cafile FILE or in NODE_EXTRA_CA_CERTS, then run the same command again"
        )
    log = _LOG.search(stderr)
    more = f"; npm's log: {log[1]}" if log else ""
    return f"check the network and npm's settings, then run the same command again{more}"


def _failed_requests(stderr: str) -> list[tuple[str, str]]:
    """Address and code of each request that failed, from the log npm names."""
    log = _LOG.search(stderr)
    try:
        text = Path(log[1]).read_bytes()[-_MOST_BYTES:].decode(errors="replace") if log else ""
    except OSError:
        return []
    return _ATTEMPT.findall(text)
