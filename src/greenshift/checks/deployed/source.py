"""Whether a push reaches the pipeline: the connection's handshake, and no polling beside a webhook."""

from __future__ import annotations

from collections.abc import Iterator

from greenshift.advice import handshake_on_twin
from greenshift.checks.deployed.facts import StackFacts
from greenshift.checks.finding import Finding
from greenshift.reading.connections import AVAILABLE, Connection


def check_source(facts: StackFacts) -> Iterator[Finding]:
    if facts.connection is not None and facts.connection.status != AVAILABLE:
        yield _unusable(facts.connection, facts)
    if facts.polls:
        yield Finding(
            rule="source-polls",
            level="warning",
            resource=facts.pipeline,
            what="the source action polls GitHub although there is a webhook",
            why="each push then starts two executions of the same commit",
            fix="greenshift up --refresh sets PollForSourceChanges back to false",
        )


def _unusable(connection: Connection, facts: StackFacts) -> Finding:
    name = connection.name or connection.arn
    what, fix = {
        "": (
            "the connection does not exist",
            "greenshift up --refresh makes it again; then finish its handshake",
        ),
        "PENDING": (
            f"the connection {name} is PENDING: its handshake is not finished",
            _here(connection) if facts.is_local else _finish(connection, facts.pipeline),
        ),
    }.get(
        connection.status,
        (
            f"the connection {name} is in status {connection.status}",
            "greenshift up --refresh makes a new one"
            if facts.is_local
            else f"delete it in {_console(connection.region)}, then greenshift up --refresh makes a new one",
        ),
    )
    return Finding(
        rule="connection-pending" if connection.status == "PENDING" else "connection-unusable",
        level="error",
        resource=connection.arn,
        what=what,
        why="the pipeline cannot read the repository: no push starts it, and its Source action fails",
        fix=fix,
    )


def _here(connection: Connection) -> str:
    """On a twin that was told to leave it to a person."""
    return f"{handshake_on_twin(connection.arn)}; then: greenshift release"


def _finish(connection: Connection, pipeline: str) -> str:
    """Only a person can do it, in the console [user guide: Developer Tools, pending connections]."""
    provider = connection.provider or "the provider"
    return (
        f"open {_console(connection.region)}, choose {connection.name or connection.arn}, "
        f"'Update pending connection', sign in to {provider}, choose or install its app for the "
        "repository's owner, 'Connect'; then push, or run: "
        f"aws codepipeline start-pipeline-execution --name {pipeline} --region {connection.region}"
    )


def _console(region: str) -> str:
    return f"https://{region}.console.aws.amazon.com/codesuite/settings/connections?region={region}"
