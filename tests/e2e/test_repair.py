"""`greenshift repair`, whole and in a pipe: it shows, it does not guess an answer, and it mends."""

from __future__ import annotations

from shell import Shell

PAGE = "my-app-local-page"


def test_repair_shows_what_it_will_do_and_does_it_when_told_to(project: Shell) -> None:
    project.greenshift("up")
    project.greenshift("release")
    assert project.greenshift("repair").out.strip() == "nothing to repair"
    aliases = project.client("lambda")
    live = aliases.get_alias(FunctionName=PAGE, Name="live")["FunctionVersion"]
    weights = {"AdditionalVersionWeights": {"1": 0.25}}
    aliases.update_alias(FunctionName=PAGE, Name="live", RoutingConfig=weights)
    assert f"greenshift repair --only alias-split puts it whole on version {live}" in found(project)

    shown = project.greenshift("repair", "--dry-run")
    planned = project.greenshift("repair", "--dry-run", "--json").json
    unasked = project.greenshift("repair", ok=False)
    elsewhere = project.greenshift("repair", "--only", "missed-event", "--yes")

    will = f"send all traffic of {PAGE}:live to version {live}"
    assert (shown.code, f"will:  {will}" in shown.out, "safe:  version" in shown.out) == (0, True, True)
    assert [step["will"] for step in planned["steps"]] == [will]
    assert (unasked.code, unasked.out) == (2, "")
    assert will in unasked.err and "greenshift repair --yes" in unasked.err
    assert elsewhere.out.strip() == "nothing to repair"
    assert aliases.get_alias(FunctionName=PAGE, Name="live")["RoutingConfig"] == weights, "nothing was done"

    done = project.greenshift("repair", "--yes", "--json")

    (outcome,) = done.json["outcomes"]
    assert (outcome["is_mended"], outcome["told"]) == (True, f"{PAGE}:live is whole on version {live}")
    assert done.json["left"] == {"steps": [], "later": [], "refused": []}
    assert will in done.err
    assert project.greenshift("doctor").out.strip() == "✔ stack 'local' is healthy"


def found(project: Shell) -> str:
    ended = project.greenshift("doctor", ok=False)
    assert ended.code == 1
    return ended.out


def test_a_kind_of_finding_that_repair_does_not_know_is_misused(project: Shell) -> None:
    ended = project.greenshift("repair", "--only", "weather", ok=False)

    assert ended.code == 2
    assert "--only weather" in ended.err and "alias-split" in ended.err


def test_what_cannot_be_mended_is_told_and_ends_with_1(project: Shell) -> None:
    project.greenshift("up")
    project.greenshift("release")
    aliases = project.client("lambda")
    live = aliases.get_alias(FunctionName=PAGE, Name="live")["FunctionVersion"]
    aliases.update_alias(FunctionName=PAGE, Name="live", FunctionVersion="1")
    aliases.delete_function(FunctionName=PAGE, Qualifier=live)

    ended = project.greenshift("repair", "--yes", ok=False)

    assert ended.code == 1
    assert f"left:  version {live}, on which the ledger left it, does not exist any more" in ended.out
    assert "not everything is mended" in ended.out
