"""What is a stand-in is said in lines for a terminal."""

from __future__ import annotations

from greenshift.cli.words.standing_in import stand_ins


def test_each_stand_in_is_named_and_many_are_counted() -> None:
    assert stand_ins([]) == []
    assert stand_ins(["site (aws:athena/workgroup:Workgroup)"]) == [
        "1 stand-in, which is in the state alone, as the twin has no such type (`--strict` refuses them):",
        "  site (aws:athena/workgroup:Workgroup)",
    ]
    many = stand_ins([f"r{number} (t)" for number in range(12)])
    assert many[0].startswith("12 stand-ins")
    assert many[-1] == "  … and 2 more"
