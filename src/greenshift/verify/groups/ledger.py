"""The table that says what is live, since when, and why it went back."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.reading.tables import Table, read_table
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if
from greenshift.verify.stack import Stack

HASH_KEY = "deploymentId"
TTL_ATTRIBUTE = "expiresAt"
INDEXES = {"byPipeline": "pipeline", "byFunction": "function"}
"""Name -> partition key; the sort key is the time a release started."""


def key(table: Table) -> Verdict:
    shown = ", ".join(f"{name} ({kind})" for name, kind in table.keys)
    return passed_if(table.keys == ((HASH_KEY, "HASH"),), f"its key is {shown}")


def indexes(table: Table) -> Verdict:
    return nothing_but(_index_faults(table), when_none=" and ".join(INDEXES))


def _index_faults(table: Table) -> Iterator[str]:
    found = {index.name: index for index in table.indexes}
    for name, partition in INDEXES.items():
        index = found.get(name)
        if index is None:
            yield f"there is no index {name}"
        elif index.keys != ((partition, "HASH"), ("startedAt", "RANGE")):
            yield f"index {name} has the key {', '.join(attribute for attribute, _ in index.keys)}"
        elif index.projection != "ALL":
            yield f"index {name} holds {index.projection} of a row"
        elif index.status not in ("ACTIVE", "UPDATING", ""):
            yield f"index {name} is {index.status}"


def time_to_live(table: Table) -> Verdict:
    found = table.ttl_attribute
    return passed_if(found == TTL_ATTRIBUTE, f"rows expire by {found or 'nothing'}")


def recovery(table: Table) -> Verdict:
    return passed_if(table.point_in_time_recovery == "ENABLED", table.point_in_time_recovery)


def billing(table: Table) -> Verdict:
    return passed_if(table.billing == "PAY_PER_REQUEST", table.billing)


def active(table: Table) -> Verdict:
    if table.status in ("ACTIVE", "UPDATING"):
        return passed(table.status)
    return failed(table.status)


def _subjects(stack: Stack) -> Iterator[Subject[Table]]:
    name = stack.outputs.table
    yield Subject(f"table {name}", lambda: stack.aws.read(read_table, "dynamodb", name))


CHECKS: tuple[Check[Table], ...] = (
    Check(
        name="active",
        expected="the table takes reads and writes",
        judge=active,
        fix="wait until it is ACTIVE; when it stays so, see the table in the console",
    ),
    Check(
        name="key",
        expected=f"its key is {HASH_KEY} alone",
        judge=key,
        fix="a key cannot be changed: replace the table, after copying what must be kept",
    ),
    Check(
        name="indexes",
        expected="releases are found by pipeline and by function, newest first, with all they hold",
        judge=indexes,
        fix="create the index with the sort key startedAt and projection ALL",
    ),
    Check(
        name="time-to-live",
        expected=f"rows that are old enough go by themselves, by {TTL_ATTRIBUTE}",
        judge=time_to_live,
        fix=f"enable it: aws dynamodb update-time-to-live --time-to-live-specification "
        f"Enabled=true,AttributeName={TTL_ATTRIBUTE} --table-name …",
    ),
    Check(
        name="recovery",
        expected="the table can be restored to any second of the last weeks",
        judge=recovery,
        fix="enable it: aws dynamodb update-continuous-backups --point-in-time-recovery-specification "
        "PointInTimeRecoveryEnabled=true --table-name …",
    ),
    Check(
        name="billing",
        expected="the table is paid per request, so that no release meets a capacity limit",
        judge=billing,
        fix="aws dynamodb update-table --billing-mode PAY_PER_REQUEST --table-name …",
    ),
)

GROUP = Group(
    name="ledger",
    title="Ledger: the table of all releases",
    sections=(Section(subjects=_subjects, checks=CHECKS),),
)
