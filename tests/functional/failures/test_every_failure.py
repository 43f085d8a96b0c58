"""Every failure seen in the field is impossible: the table of ``failures``, row by row.

For each row: our own stack has it right, a guardrail refuses it when it is written by hand, and the deployed
thing with the fault in it does not pass.
"""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest
from support.faults.failures import (
    BY_NAME,
    ROWS,
    ByCheck,
    ByPack,
    ByVerify,
    Faulty,
    ProvedBy,
    Row,
    Seen,
    refusal,
)
from support.stacks.guarded import Guarded
from support.stacks.released_stack import QUICK, Deployed

from greenshift.checks.source import check_project
from greenshift.engine import PolicyError
from greenshift.verify import GROUPS, Report, rehearse, run

ROOT = Path(__file__).parents[3]
REFUSED = [(row.number, each) for row in ROWS for each in row.refused]
PROOFS = [(row.number, each) for row in ROWS for each in row.proofs]


def of(kind: type, cells: list) -> list:
    """The cells of one kind, each with a name that tells its row."""
    found = [(number, cell) for number, cell in cells if isinstance(cell, kind)]
    return [pytest.param(cell, id=f"{number}-{place}") for place, (number, cell) in enumerate(found)]


def test_the_table_has_all_fourteen_rows_and_no_empty_cell() -> None:
    assert [row.number for row in ROWS] == list(range(1, 15))
    assert all(row.refused and row.proofs for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.number}: {row.failure}")
def test_our_own_stack_has_it_right(deployed: Deployed, row: Row) -> None:
    row.ours(deployed)


@pytest.mark.parametrize("fault", of(ByPack, REFUSED))
def test_the_policy_pack_refuses_it_before_anything_is_created(guarded: Guarded, fault: ByPack) -> None:
    guarded.program(fault.program)

    if fault.advisory:
        # What is wrong with the program besides is not what this is about.
        guarded.levels = dict.fromkeys(("github-polling", "github-webhook"), "disabled")
        guarded.engine().preview()
        said = [text for text in guarded.warnings if f": {fault.rule}\n" in text]
    else:
        with pytest.raises(PolicyError, match="nothing was created or changed") as caught:
            guarded.engine().up()
        said = [item.message for item in caught.value.violations if item.policy == fault.rule]
        assert f": {fault.rule}\n" in caught.value.message
        assert "    Fix: " in caught.value.message

    assert any(fault.says in text for text in said), (said, guarded.warnings)


@pytest.mark.parametrize("fault", of(ByCheck, REFUSED))
def test_check_refuses_it_before_a_commit(tmp_path: Path, fault: ByCheck) -> None:
    folder = tmp_path / "functions" / "a"
    folder.mkdir(parents=True)
    (folder / "handler.py").write_text("def handler(event, context):\n    return 1\n")
    (tmp_path / "Pulumi.yaml").write_text(
        "name: shop\nruntime: python\nconfig:\n"
        "  greenshift:functions: {value: {a: {}}}\n  greenshift:source: {value: {repository: me/app}}\n"
    )
    assert check_project(tmp_path, "local", date(2026, 1, 1), {}) == ()
    (tmp_path / "__main__.py").write_text(fault.program)

    (found,) = check_project(tmp_path, "local", date(2026, 1, 1), {})

    assert (found.rule, found.level) == (fault.rule, "error")
    assert f"{found.where} {found.what}" == fault.says
    assert found.fix


@pytest.mark.parametrize("fault", of(ByVerify, REFUSED))
def test_verify_does_not_begin_with_it(fault: ByVerify) -> None:
    assert refusal(fault.outputs) == fault.says


def told(report: Report) -> list[tuple[str, str]]:
    return [(result.id, result.found) for result in report.failures]


@pytest.mark.parametrize("fault", of(Faulty, PROOFS))
def test_verify_fails_on_a_stack_that_has_it(deployed: Deployed, fault: Faulty) -> None:
    wrong = BY_NAME[fault.name]
    with wrong.broken(deployed.client):
        found = told(run(deployed.stack(), GROUPS))

    assert wrong.checks <= {check for check, _ in found}
    assert any(wrong.says in f"{text}" or wrong.says in check for check, text in found), found


@pytest.mark.parametrize("fault", of(Seen, PROOFS))
def test_verify_sees_it_there(deployed: Deployed, fault: Seen) -> None:
    found = told(fault.look(deployed))

    assert any(check == fault.check and fault.says in text for check, text in found), found


@pytest.mark.parametrize("proof", of(ProvedBy, PROOFS))
def test_the_other_proof_is_there(proof: ProvedBy) -> None:
    tree = ast.parse((ROOT / proof.file).read_text())

    assert proof.test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_after_a_release_and_a_rollback_destroy_leaves_nothing(deployed: Deployed) -> None:
    """The last of this file: it takes the stack away."""
    rehearsal = rehearse(deployed.stack(), lambda line: None, pace=QUICK)
    assert rehearsal.failures == ()

    deployed.engine.destroy()

    assert deployed.twin.resources() == {}
