"""The build kit's test reports: a file of JUnit's XML for each function, with every test by name."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from support.stacks.build_kit import Kit

NODE = {"directory": "charge", "runtime": "nodejs22.x", "handler": "index.handler"}
PYTHON = {"directory": "refund", "runtime": "python3.13", "handler": "app.handler"}
NODE_FILES = {
    "charge/package.json": json.dumps({"scripts": {"test": "node --test"}}),
    "charge/index.js": "exports.handler = async () => 1;\n",
}
HANDLER_PY = "def handler(event, context):\n    return 1\n"
UNITTEST = """import unittest

class Amounts(unittest.TestCase):
    def test_is_paid(self):
        self.assertEqual(1, 1)

    def test_is_open(self):
        self.assertEqual(1, {wanted}, 'the "open" one')

    @unittest.skip("later")
    def test_is_late(self): ...

    def test_each(self):
        for number in (1, {wanted}):
            with self.subTest(number=number):
                self.assertEqual(number, 1)
"""
NODE_TEST = """const test = require('node:test'); const assert = require('node:assert');
test('says "hello" & more', () => assert.ok(true));
test.describe('amounts', () => {{
  test('are right', () => assert.equal(1, {wanted}));
  test('are late', {{skip: true}}, () => {{}});
}});
"""


def told(kit: Kit, key: str) -> dict[str, str]:
    """Whole name of every test of a function -> how it ended; "" when it passed."""
    root = ElementTree.parse(kit.source / f".greenshift-build/reports/{key}.xml").getroot()
    return {
        f"{case.get('classname')}.{case.get('name')}": case[0].tag if len(case) else ""
        for case in root.iter("testcase")
    }


def test_every_test_of_unittest_and_node_is_told_with_its_function(kit: Kit) -> None:
    kit.write(
        {
            **NODE_FILES,
            "charge/index.test.js": NODE_TEST.format(wanted=1),
            "refund/app.py": HANDLER_PY,
            "refund/test_app.py": UNITTEST.format(wanted=1),
        }
    )
    kit.built(charge=NODE, refund=PYTHON)

    assert told(kit, "charge") == {
        'charge.says "hello" & more': "",
        "charge.amounts.are right": "",
        "charge.amounts.are late": "skipped",
    }
    assert told(kit, "refund") == {
        "refund.test_app.Amounts.test_is_paid": "",
        "refund.test_app.Amounts.test_is_open": "",
        "refund.test_app.Amounts.test_is_late": "skipped",
        "refund.test_app.Amounts.test_each": "",
    }


def test_a_failed_node_test_is_named_with_what_it_wanted(kit: Kit) -> None:
    kit.write({**NODE_FILES, "charge/index.test.js": NODE_TEST.format(wanted=2)})
    done = kit.run(charge=NODE)

    assert done.returncode == 1
    assert told(kit, "charge")["charge.amounts.are right"] == "failure"
    assert len(told(kit, "charge")) == 3  # and not the describe around it
    assert "1 == 2" in (kit.source / ".greenshift-build/reports/charge.xml").read_text()


def test_a_failed_unittest_is_named_and_a_failed_build_has_no_packages(kit: Kit) -> None:
    kit.write(
        {
            **NODE_FILES,
            "charge/index.test.js": NODE_TEST.format(wanted=1),
            "late/app.py": HANDLER_PY,
            "refund/app.py": HANDLER_PY,
            "refund/test_app.py": UNITTEST.format(wanted=2),
        }
    )
    done = kit.run(charge=NODE, refund=PYTHON, zlate={**PYTHON, "directory": "late"})
    output = kit.source / ".greenshift-build"

    assert done.returncode == 1
    assert told(kit, "refund") == {
        "refund.test_app.Amounts.test_is_paid": "",
        "refund.test_app.Amounts.test_is_open": "failure",
        "refund.test_app.Amounts.test_is_late": "skipped",
        "refund.test_app.Amounts.test_each (number=2)": "failure",
    }
    # Nobody knows how many tests the function has that never came to them, so none is counted.
    assert sorted(path.name for path in output.rglob("*")) == ["charge.xml", "refund.xml", "reports"]


@pytest.mark.parametrize(
    ("broken", "case"),
    [
        ("import nothing_of_this_name\n", "refund.test_app"),
        (
            "import unittest\n\nclass T(unittest.TestCase):\n    @classmethod\n    def setUpClass(cls):\n"
            "        raise OSError('no room')\n    def test_it(self): ...\n",
            "refund.setUpClass (test_app.T)",
        ),
    ],
)
def test_tests_that_cannot_begin_are_named(kit: Kit, broken: str, case: str) -> None:
    kit.write({"refund/app.py": HANDLER_PY, "refund/test_app.py": broken})

    assert kit.run(refund=PYTHON).returncode == 1
    assert told(kit, "refund") == {case: "error"}


def test_a_command_that_tells_nothing_is_one_case_and_no_tests_are_none(kit: Kit) -> None:
    kit.write({"charge/app.py": HANDLER_PY, "refund/app.py": HANDLER_PY, "wrong/app.py": HANDLER_PY})
    own = {**PYTHON, "directory": "charge", "test": "true"}
    done = kit.run(charge=own, refund=PYTHON, wrong={**PYTHON, "directory": "wrong", "test": "exit 3"})

    assert done.returncode == 1
    assert told(kit, "charge") == {"charge.true": ""}
    assert not (kit.source / ".greenshift-build/reports/refund.xml").exists()
    assert told(kit, "wrong") == {"wrong.exit 3": "failure"}


def test_without_any_test_the_report_says_so_once_instead_of_missing(kit: Kit) -> None:
    kit.write({"refund/app.py": HANDLER_PY, "late/app.py": HANDLER_PY})
    kit.built(refund=PYTHON, zlate={**PYTHON, "directory": "late"})

    assert told(kit, "refund") == {"refund.tests": "skipped"}
    assert [each.name for each in (kit.source / ".greenshift-build/reports").iterdir()] == ["refund.xml"]


def test_what_another_runner_writes_as_junit_is_in_the_report(kit: Kit) -> None:
    """With a name that no XML may have, and one that is no XML at all."""
    xml = '<testsuite><testcase classname="jest" name="adds" time="1,000.5"/></testsuite>'
    (kit.source / "refund").mkdir()
    (kit.source / "refund/app.py").write_text(HANDLER_PY)
    (kit.source / "refund/junit.xml").write_text(xml)
    command = 'cp junit.xml "$GREENSHIFT_TEST_REPORTS"; echo "<" > "$GREENSHIFT_TEST_REPORTS/broken.xml"'
    kit.built(refund={**PYTHON, "test": command})

    assert told(kit, "refund") == {"refund.jest.adds": ""}
    assert 'time="1000.500"' in (kit.source / ".greenshift-build/reports/refund.xml").read_text()


def test_a_reporter_of_ones_own_is_left_alone(kit: Kit) -> None:
    """Node asks for a destination of each of several reporters: ours would break the command."""
    script = {"scripts": {"test": "node --test --test-reporter=dot"}}
    kit.write(
        {
            **NODE_FILES,
            "charge/package.json": json.dumps(script),
            "charge/index.test.js": NODE_TEST.format(wanted=1),
        }
    )
    kit.built(charge=NODE)

    assert told(kit, "charge") == {"charge.npm test": ""}


def test_functions_of_one_directory_are_tested_and_told_once(kit: Kit) -> None:
    kit.write({"refund/app.py": HANDLER_PY, "refund/test_app.py": UNITTEST.format(wanted=1)})
    kit.built(refund=PYTHON, repay=PYTHON)

    assert len(told(kit, "refund")) == 4
    assert not (kit.source / ".greenshift-build/reports/repay.xml").exists()
