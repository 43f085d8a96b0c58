"""Only what is different is sent."""

from __future__ import annotations

from greenshift.dashboard.changes import Sent, event


def test_the_first_time_everything_is_sent_and_then_what_differs() -> None:
    sent = Sent()

    assert sent.changes({"a": "1", "b": "2"}) == {"a": "1", "b": "2"}
    assert sent.changes({"a": "1", "b": "3"}) == {"b": "3"}
    assert sent.changes({"a": "1", "b": "3"}) == {}


def test_a_message_is_one_line_of_data_whatever_is_in_it() -> None:
    assert event("parts", {"a": "1\n2 é"}) == 'event: parts\ndata: {"a":"1\\n2 é"}\n\n'
