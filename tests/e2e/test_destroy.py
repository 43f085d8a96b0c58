"""Destroy leaves nothing, whatever state it finds."""

from __future__ import annotations

from collections.abc import Callable

from support.people.shell import Shell, wait_until


def resources(project: Shell) -> dict[str, list[str]]:
    found: dict[str, list[str]] = project.greenshift("twin", "status", "--json").json["resources"]
    return found


def has_split_alias(project: Shell) -> bool:
    alias = project.client("lambda").get_alias(FunctionName="my-app-local-page", Name="live")
    return bool(alias.get("RoutingConfig", {}).get("AdditionalVersionWeights"))


def test_in_the_middle_of_a_shift(released_at: Callable[[float], Shell]) -> None:
    project = released_at(60)
    # Half a day there, twelve minutes here: longer than anyone takes to type destroy.
    project.edit("Pulumi.yaml", "Linear20PercentEvery1Minute", "Canary10Percent720Minutes")
    project.greenshift("up")
    project.edit("functions/page/page.py", "it works", "it works well")
    project.commit("A better page")
    project.greenshift("release", "--no-follow")
    wait_until(lambda: has_split_alias(project))
    follower = project.start("release", "--follow")
    commit = project.git("rev-parse", "HEAD")

    ended = project.greenshift("destroy", "--yes")

    assert f"a release is under way ({commit[:8]}): it ends wherever it is" in ended.err
    assert "greenshift abort" in ended.err
    _, told = follower.communicate(timeout=120)
    assert follower.returncode == 1
    assert "was the stack destroyed meanwhile?" in told
    assert resources(project) == {}
    # And the same project can be deployed and released again on the same twin.
    project.edit("Pulumi.yaml", "Canary10Percent720Minutes", "Linear20PercentEvery1Minute")
    project.greenshift("up")
    project.edit("functions/page/page.py", "it works well", "it works again")
    project.commit("A page on the same twin")
    assert "released" in project.greenshift("release").out


def test_after_an_up_that_was_killed(project: Shell) -> None:
    project.greenshift("twin", "start")
    journal = project.home / "state" / "local.json.journal"
    command = project.start("up")
    wait_until(lambda: journal.exists() and journal.read_text().count('"put"') > 30)
    command.kill()
    command.communicate(timeout=30)
    assert resources(project) != {}

    project.greenshift("destroy", "--yes")

    assert resources(project) == {}


def test_of_nothing(project: Shell) -> None:
    project.greenshift("twin", "start")

    assert project.greenshift("destroy", "--yes", "--json").json["changes"] == {}


def test_after_an_up_that_failed_half_way(project: Shell) -> None:
    project.greenshift("twin", "start")
    iam = project.client("iam")
    # Somebody else has the name of a role that is made late.
    iam.create_role(RoleName="my-app-local-pipeline", AssumeRolePolicyDocument='{"Statement": []}')
    failed = project.greenshift("up", ok=False)
    assert failed.code == 1
    assert "my-app-local-pipeline" in failed.err
    assert len(resources(project)) > 1

    project.greenshift("destroy", "--yes")

    assert resources(project) == {"iam": ["arn:aws:iam::123456789012:role/my-app-local-pipeline"]}
    iam.delete_role(RoleName="my-app-local-pipeline")
    project.greenshift("up")
    project.greenshift("destroy", "--yes")
    assert resources(project) == {}
