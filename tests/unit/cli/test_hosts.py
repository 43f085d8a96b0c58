"""A commit leads to the page of its host."""

from __future__ import annotations

import pytest

from greenshift.cli.words.hosts import commit_address, is_public

COMMIT = "3f9d2c1a77b0c6f5e4d3b2a1908f7e6d5c4b3a29"


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("git@github.com:me/shop.git", f"https://github.com/me/shop/commit/{COMMIT}"),
        ("https://github.com/me/shop", f"https://github.com/me/shop/commit/{COMMIT}"),
        ("https://ada:secret@github.com/me/shop.git", f"https://github.com/me/shop/commit/{COMMIT}"),
        ("ssh://git@gitlab.com/me/shop.git", f"https://gitlab.com/me/shop/-/commit/{COMMIT}"),
        ("git@bitbucket.org:me/shop.git", f"https://bitbucket.org/me/shop/commits/{COMMIT}"),
    ],
)
def test_of_a_known_host_by_whatever_address_git_has(remote: str, address: str) -> None:
    assert commit_address(remote, "me/shop", COMMIT) == address


@pytest.mark.parametrize(
    ("software", "address"),
    [
        ("GitHubEnterpriseServer", f"https://git.acme.example/me/shop/commit/{COMMIT}"),
        ("GitLabSelfManaged", f"https://git.acme.example/me/shop/-/commit/{COMMIT}"),
        ("", ""),
        ("SomethingElse", ""),
    ],
)
def test_of_a_host_of_ones_own_by_what_the_connection_says_it_runs(software: str, address: str) -> None:
    remote = "git@git.acme.example:me/shop.git"

    assert not is_public(remote)
    assert commit_address(remote, "me/shop", COMMIT, software) == address


def test_a_known_host_is_not_asked_what_it_runs() -> None:
    assert is_public("git@github.com:me/shop.git")
    assert commit_address("git@gitlab.com:me/shop", "me/shop", COMMIT, "GitHub").count("/-/commit/") == 1


@pytest.mark.parametrize(
    ("remote", "commit"),
    [
        ("git@github.com:somebody/else.git", COMMIT),
        ("https://git.example/me/shop", COMMIT),
        ("/srv/git/me/shop", COMMIT),
        ("", COMMIT),
        ("git@github.com:me/shop.git", "javascript:alert(1)"),
        ("git@github.com:me/shop.git", ""),
    ],
)
def test_what_is_not_known_leads_nowhere(remote: str, commit: str) -> None:
    assert commit_address(remote, "me/shop", commit) == ""
