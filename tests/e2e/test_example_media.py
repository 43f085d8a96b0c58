"""examples/media: deployed, released, broken, rolled back and destroyed, while files are uploaded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.people.shell import wait_until
from support.stacks.example import Example, changed_functions

from greenshift.twin.machine import process

SPEED = 120
MOST = 2_000


@pytest.fixture
def media(tmp_path: Path) -> Iterator[Example]:
    example = Example("media", tmp_path / "media")
    yield example
    process.stop(example.shell.home)


class Uploads:
    """Files put into a bucket from the start of a ``with`` block to its end."""

    def __init__(self, s3: Any, bucket: str, folder: str) -> None:
        self._s3, self._bucket, self._folder = s3, bucket, folder
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._put)
        self.keys: set[str] = set()

    def __enter__(self) -> Uploads:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join(timeout=120)
        assert not self._thread.is_alive()

    def _put(self) -> None:
        for number in range(MOST):
            if self._ended.wait(0.05):
                return
            key = f"in/{self._folder}/{number}.{'jpg' if number % 2 else 'mp4'}"
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=b"abc")
            self.keys.add(key)


def test_each_upload_is_entered_and_counted_through_releases_and_a_rollback(media: Example) -> None:
    outputs = media.up(SPEED)
    media.release()
    media.hold_for(calls=20)
    s3, first = media.shell.client("s3"), media.live()

    # A good release of what the bucket feeds: both versions enter files while it shifts.
    media.shell.edit("functions/catalogue/handler.py", '"mp4": "film"', '"mp4": "film", "mov": "film"')
    media.shell.commit("Films of a phone")
    with Uploads(s3, outputs["bucket"], "good") as good:
        released = media.release()
    second = media.live()
    assert changed_functions(released) == {"catalogue"}
    wait_until(lambda: _entered(media, outputs) == good.keys)
    by = {row["enteredBy"] for row in media.rows(outputs["catalogue"])}
    assert by == {first["catalogue"], second["catalogue"]}

    # A bad release of what the stream feeds goes back; the stream is read again where it failed.
    media.shell.edit("functions/count/index.mjs", '":bytes": bytes', '":byte": bytes')
    media.shell.commit("Shorter names")
    with Uploads(s3, outputs["bucket"], "bad") as bad:
        refused = media.release(ok=False)
    assert changed_functions(refused) == {"count"}
    assert media.live() == second
    everything = good.keys | bad.keys
    wait_until(lambda: _entered(media, outputs) == everything)
    wait_until(lambda: _counted(media, outputs) >= len(everything))
    assert _counted(media, outputs) == len(everything)
    assert "Messages" not in media.shell.client("sqs").receive_message(QueueUrl=outputs["failed"])

    media.shell.greenshift("rollback", "--undo", released["id"], "--yes", "--why", "no phones")
    assert media.live() == first
    media.leaves_nothing()


def _entered(media: Example, outputs: dict[str, Any]) -> set[str]:
    return {row["key"] for row in media.rows(outputs["catalogue"])}


def _counted(media: Example, outputs: dict[str, Any]) -> int:
    return sum(int(row["files"]) for row in media.rows(outputs["totals"]))
