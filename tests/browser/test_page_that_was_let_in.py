"""What a page can do that was let in by name: what proves that the refusals of the others can fail."""

from __future__ import annotations

from support.people.foreign_page import ATTACK, SERVICES, deceived_browser, evil_server, furnish

from greenshift.testing import start_twin


def test_a_page_that_was_let_in_reads_and_runs_what_it_wants() -> None:
    with evil_server() as evil, start_twin(services=SERVICES, allow_origins=[evil]) as twin:
        furnish(twin)
        with deceived_browser() as browser:
            page = browser.new_page()
            page.goto(evil)
            got = page.evaluate(ATTACK, twin.endpoint)

    assert "<Name>private</Name>" in got["listBuckets"]
    assert "hunter2" in got["presignedRead"]
    assert "ResourceNotFoundException" in got["startBuild"]
    assert "read: 200" in got["calls"]
