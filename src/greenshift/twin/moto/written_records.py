"""What moto writes into streams is noted with what led to it; moto itself passes nothing on."""

from __future__ import annotations

from typing import Any

from greenshift.twin.callers.record_chains import RecordChains, name_of_item, name_of_record

_MARK = "notes_chains"


def follow(chains: RecordChains) -> None:
    """Called on moto's thread, before its first request."""
    from moto.dynamodb.models.table import StreamShard
    from moto.kinesis.models import Stream

    add = getattr(StreamShard.add, _MARK, StreamShard.add)
    put_record = getattr(Stream.put_record, _MARK, Stream.put_record)

    def add_and_note(shard: StreamShard, *args: Any, **options: Any) -> None:
        add(shard, *args, **options)
        chains.note(name_of_item(shard.items[-1].record))

    def put_and_note(stream: Stream, *args: Any, **options: Any) -> tuple[str, str]:
        sequence, shard = put_record(stream, *args, **options)
        chains.note(name_of_record(stream.arn, shard, sequence))
        return sequence, shard

    # A twin that is started again in this process begins with what moto had.
    setattr(add_and_note, _MARK, add)
    setattr(put_and_note, _MARK, put_record)
    setattr(StreamShard, "add", add_and_note)  # noqa: B010 - it takes moto's place
    setattr(Stream, "put_record", put_and_note)  # noqa: B010 - as above
