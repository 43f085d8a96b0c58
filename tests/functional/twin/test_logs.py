"""Lines that arrive after their log group was deleted are lost, and do not bring it back."""

from __future__ import annotations

from greenshift.testing import RunningTwin, start_twin
from greenshift.twin.callers.principal import Principal


def groups(twin: RunningTwin) -> list[str]:
    return [group["logGroupName"] for group in twin.client("logs").describe_log_groups()["logGroups"]]


def write(twin: RunningTwin, text: str) -> None:
    async def write_and_flush() -> None:
        logs = twin.twin.world.logs
        logs.write(Principal.root(twin.account), "/aws/lambda/f", "s", [(1_800_000_000_000, text)])
        await logs.flush()

    twin.run(write_and_flush())


def test_a_log_group_is_made_where_there_is_none_but_a_deleted_one_stays_deleted() -> None:
    with start_twin(services=set(), clock="manual") as twin:
        client = twin.client("logs")
        write(twin, "first")
        assert groups(twin) == ["/aws/lambda/f"]

        client.delete_log_group(logGroupName="/aws/lambda/f")
        write(twin, "late")
        assert groups(twin) == []

        client.create_log_group(logGroupName="/aws/lambda/f")
        write(twin, "again")
        events = client.get_log_events(logGroupName="/aws/lambda/f", logStreamName="s")["events"]
        assert [event["message"] for event in events] == ["again"]
