"""A commit of the page leads to where its host shows it, where somebody knows the host."""

from __future__ import annotations

import pytest
from support.people.page import serving
from support.stacks.told_stack import told_stack, went_back


@pytest.mark.parametrize("screen", ["/", "/history", "release"])
def test_a_commit_is_a_link_where_its_host_is_known(screen: str) -> None:
    told = went_back()
    assert told.release is not None
    path = f"/releases/{told.release.id}" if screen == "release" else screen
    link = f'href="https://git.example/{told.release.commit}"'
    with serving(told_stack(told, commit_url=lambda commit: f"https://git.example/{commit}")) as visitor:
        assert link in visitor.get(path).text
    with serving(told_stack(told)) as visitor:
        assert "git.example" not in visitor.get(path).text
