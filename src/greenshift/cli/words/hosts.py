"""Where the host of a repository shows a commit: from the address git fetches from. Pure."""

from __future__ import annotations

import re

_REMOTE = re.compile(
    r"(?:https://(?:[^@/]+@)?|ssh://(?:[^@/]+@)?|[^@/\s]+@)(?P<host>[\w.-]+)(?::\d+)?[/:](?P<path>.+?)(?:\.git)?/?"
)
_PAGES = {
    "github.com": "commit",
    "gitlab.com": "-/commit",
    "bitbucket.org": "commits",
}
"""What stands between a repository's own address and the commit's id."""
_SOFTWARE = {
    "GitHub": "commit",
    "GitHubEnterpriseServer": "commit",
    "GitLab": "-/commit",
    "GitLabSelfManaged": "-/commit",
    "Bitbucket": "commits",
}
"""The same for a host of one's own, by what a connection calls the software (API reference: ProviderType)."""
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def is_public(remote: str) -> bool:
    """Whether the address is one of a host that everybody knows."""
    found = _REMOTE.fullmatch(remote.strip())
    return found is not None and found["host"].lower() in _PAGES


def commit_address(remote: str, repository: str, commit: str, software: str = "") -> str:
    """ "" where the host is none we know, or the remote is another repository than the pipeline's.

    ``software`` says what an unknown host runs, as a connection's ProviderType.
    """
    found = _REMOTE.fullmatch(remote.strip())
    if found is None or not _COMMIT.fullmatch(commit) or found["path"].lower() != repository.lower():
        return ""
    page = _PAGES.get(found["host"].lower()) or _SOFTWARE.get(software)
    return f"https://{found['host'].lower()}/{found['path']}/{page}/{commit}" if page else ""
