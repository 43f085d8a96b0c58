"""The pack in front of our engine: everything refused at once, before anything is created."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import pytest
from support.stacks.guarded import Guarded, packs_of

from greenshift.engine import PolicyError, StepDone
from greenshift.errors import EngineError
from greenshift.guardrails.registry import our_own

EVERY_FAULT = Path(__file__).parent / "every_fault.py"
NOT_YET = {"ledger-key"}  # a program has one deployment table, and this one has the right key

FAULTS = {
    ("alarm-has-data", "silent"),
    ("alarm-missing-data", "silent"),
    ("alias-version", "latest"),
    ("alias-version", "unpublished"),
    ("bucket-force-destroy", "bucket"),
    ("bucket-name", "bucket"),
    ("codedeploy-platform", "mixed"),
    ("function-table-access", "layered"),
    ("function-table-access", "told"),
    ("function-table-name", "layered"),
    ("function-table-name", "told"),
    ("function-table-name", "unpublished"),
    ("invoked-past-alias", "past"),
    ("plain-secret-in-function", "layered"),
    ("runtime-blocked", "told"),
    ("written-secret", "told"),
    ("build-each-function", "build"),
    ("codedeploy-role", "group"),
    ("codedeploy-role", "second"),
    ("deployment-group-alias", "group"),
    ("function-table-access", "old"),
    ("function-table-access", "unpublished"),
    ("function-table-name", "old"),
    ("github-polling", "pipeline"),
    ("github-webhook", "pipeline"),
    ("inline-policy", "inline"),
    ("inline-policy", "inline-role"),
    ("managed-policy-exists", "missing"),
    ("node-sdk-v2", "old"),
    ("over-broad-managed-policy", "broad"),
    ("plain-secret", "pipeline"),
    ("wildcard-action", "inline-role"),
    ("wildcard-action", "wild"),
    ("wildcard-resource", "inline-role"),
    ("wildcard-resource", "scopable"),
    ("wildcard-resource", "wild"),
}
WARNINGS = {
    ("alarm-ignores-silence", "ignoring"),
    ("bucket-keeps-data", "kept"),
    ("bucket-prefix", "prefixed"),
    ("hard-coded-place", "ignoring"),
    ("invoked-without-alias", "lone"),
    ("node-sdk-v2-in-layer", "layered"),
    ("github-oauth-source", "pipeline"),
    ("plain-secret-in-build", "build"),
    ("runtime-deprecated", "old"),
}


def refused(guarded: Guarded, operation: str = "up") -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        getattr(guarded.engine(), operation)()
    return caught.value


@pytest.mark.parametrize("operation", ["preview", "up"])
def test_a_program_with_every_fault_is_refused_in_one_report_that_lists_them_all(
    guarded: Guarded, operation: str
) -> None:
    shutil.copy(EVERY_FAULT, guarded.directory / "__main__.py")

    error = refused(guarded, operation)

    found = {(item.policy, item.urn.rsplit("::", 1)[-1]) for item in error.violations}
    assert found == FAULTS
    assert error.message.startswith(f"{len(error.violations)} guardrail violations; ")
    for item in error.violations:
        assert f": {item.policy}\n    {item.message.splitlines()[0]}\n    Fix: " in error.message
    warned = {(line.split(": ")[1], line.split(" ")[0]) for line in guarded.warning_heads}
    assert warned == WARNINGS
    assert {rule.name for rule in our_own()} == {name for name, _ in FAULTS | WARNINGS} | NOT_YET


def test_nothing_is_created_when_the_program_is_refused(guarded: Guarded) -> None:
    guarded.program(
        """
        aws.sns.Topic("right")
        aws.s3.Bucket("wrong", bucket="wrong")
        """
    )

    error = refused(guarded)

    assert "nothing was created or changed" in error.message
    assert guarded.twin.client("s3").list_buckets()["Buckets"] == []
    assert guarded.twin.client("sns").list_topics()["Topics"] == []
    assert not (guarded.directory / "state" / "local.json").exists()


def test_an_advisory_rule_warns_once_and_lets_the_program_pass(guarded: Guarded) -> None:
    guarded.levels = {"bucket-name": "advisory"}
    guarded.program('print("the program speaks"); aws.s3.Bucket("b", bucket="wrong", force_destroy=True)')

    result = guarded.engine().up()

    assert result.changes["create"] - 1 == 1  # the bucket, and the stack itself
    assert [line for line in guarded.warning_heads if "bucket" in line] == [
        "b (aws:s3/bucket:Bucket): bucket-name"
    ]
    assert guarded.warnings.count("the program speaks") == 1
    guarded.engine().destroy()


def test_a_disabled_rule_says_nothing(guarded: Guarded) -> None:
    guarded.levels = {"bucket-keeps-data": "disabled"}
    guarded.program('aws.s3.Bucket("b")')

    guarded.engine().preview()

    assert guarded.warnings == []


def test_a_rule_that_does_not_exist_is_named_and_nothing_is_run(guarded: Guarded) -> None:
    guarded.levels = {"bucket-nam": "disabled"}
    guarded.program('aws.s3.Bucket("b", force_destroy=True)')

    with pytest.raises(EngineError, match=r"'bucket-nam' is not allowed; there is no such rule") as caught:
        guarded.engine().up()

    assert "rules: alarm-has-data, " in caught.value.hint
    assert caught.value.exit_code == 2


POLICY = """
{first}
aws.iam.Policy("late", name="late", policy={value}.apply(lambda found: json.dumps(
    {{"Version": "2012-10-17", "Statement": [
        {{"Effect": "Allow", "Action": "sns:*", "Resource": "arn:aws:sns:*:*:" + found.split(":")[-1]}}]}})))
"""
# An ARN follows from the name; the id of a zone is AWS's to make up.
FORESEEN = POLICY.format(first='topic = aws.sns.Topic("topic")', value="topic.arn")
MADE_UP = POLICY.format(first='key = aws.kms.Key("key")', value="key.key_id")


@pytest.mark.parametrize("operation", ["preview", "up", "judged"])
def test_a_fault_behind_an_arn_is_seen_before_anything_is_created(guarded: Guarded, operation: str) -> None:
    guarded.program(FORESEEN)

    if operation == "judged":
        found = guarded.engine().judged()
    else:
        error = refused(guarded, operation)
        assert operation == "preview" or "nothing was created or changed" in error.message
        found = error.violations

    assert [(item.policy, item.urn.rsplit("::")[-1]) for item in found] == [("wildcard-action", "late")]
    assert guarded.twin.client("sns").list_topics()["Topics"] == []
    assert not (guarded.directory / "state" / "local.json").exists()


def test_what_only_a_look_at_aws_could_tell_is_no_fault_of_what_was_foreseen(guarded: Guarded) -> None:
    """The first look takes the role's ARN as it will be, and there is no such role yet."""
    guarded.program(
        """
        trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole",
                 "Principal": {"Service": "lambda.amazonaws.com"}}]}
        role = aws.iam.Role("role", name="role", assume_role_policy=json.dumps(trust))
        found = aws.iam.get_role_output(name=role.arn.apply(lambda arn: arn.rpartition("/")[2]))
        pulumi.export("found", found.arn.apply(lambda arn: arn.rpartition(":")[2]))
        print("the program speaks")
        """
    )

    assert guarded.engine().preview().changes["create"] == 2
    assert guarded.warnings.count("the program speaks") == 1
    result = guarded.engine().up()

    assert result.outputs["found"].value == "role/role"
    assert guarded.warnings.count("the program speaks") == 1
    guarded.engine().destroy()


def test_a_fault_that_only_shows_when_values_are_known_stops_before_its_resource(guarded: Guarded) -> None:
    guarded.program(MADE_UP)

    guarded.engine().preview()
    error = refused(guarded)

    assert [item.policy for item in error.violations] == ["wildcard-action"]
    assert "it was not created; what came before it was" in error.message
    assert guarded.twin.client("iam").list_policies(Scope="Local")["Policies"] == []
    guarded.engine().destroy()


def test_a_rule_of_the_users_own_is_a_file_in_the_project(guarded: Guarded) -> None:
    guarded.own_rule(
        """
        from greenshift.guardrails import MANDATORY, Rule

        def check(topic):
            if not topic.inputs.has("kmsMasterKeyId"):
                yield "its messages are not encrypted"

        RULE = Rule(name="topic-key", why="Messages are data.", fix="set kms_master_key_id",
                    level=MANDATORY, types=("aws:sns/topic:Topic",), check=check)
        """
    )
    guarded.program('aws.sns.Topic("news")')

    error = refused(guarded, "preview")

    assert "news (aws:sns/topic:Topic): topic-key\n    its messages are not encrypted" in error.message
    assert "    Fix: set kms_master_key_id" in error.message


def test_a_rule_that_breaks_is_a_violation_and_names_its_error(guarded: Guarded) -> None:
    guarded.own_rule(
        """
        from greenshift.guardrails import MANDATORY, Rule

        RULE = Rule(name="broken", why="It is.", fix="-", level=MANDATORY,
                    types=("aws:sns/topic:Topic",), check=lambda topic: [topic.nothing])
        """
    )
    guarded.program('aws.sns.Topic("news")')

    error = refused(guarded, "preview")

    assert "the rule itself failed: AttributeError" in error.message


def test_what_the_engine_cannot_make_is_still_refused_when_no_rule_minds_it(guarded: Guarded) -> None:
    guarded.levels = {"inline-policy": "disabled"}
    guarded.program('aws.iam.GroupPolicy("inline", group="g", policy="{}")')

    with pytest.raises(EngineError, match="aws:iam/groupPolicy:GroupPolicy is not supported"):
        guarded.engine().up()


def test_secrets_stay_out_of_the_report(guarded: Guarded) -> None:
    guarded.program('aws.s3.Bucket("b", bucket=pulumi.Output.secret("hunter2-bucket"), force_destroy=True)')

    error = refused(guarded)

    assert "hunter2" not in error.message and "[secret]" in error.message


@pytest.mark.parametrize("text", ['aws.s3.Bucket("b")', 'raise RuntimeError("no")', "pass"])
def test_the_pack_is_gone_however_the_run_ends(guarded: Guarded, text: str) -> None:
    (guarded.directory / "guardrails").mkdir()  # names the pack's environment, to know it by
    guarded.program(f"import time; time.sleep(0.3)\nprint('running')\n{text}")
    during: list[str] = []
    guarded.on_event = lambda event: during.extend(packs_of(guarded.directory))

    with contextlib.suppress(EngineError):
        guarded.engine().preview()

    assert len(set(during)) == 1
    assert packs_of(guarded.directory) == []


def test_a_program_that_changes_nothing_runs_once_and_is_judged_all_the_same(guarded: Guarded) -> None:
    program = """
        from pathlib import Path
        with Path("{runs}").open("a") as runs:
            runs.write("x")
        print("the program speaks")
        class Home(pulumi.ComponentResource):
            def __init__(self):
                super().__init__("x:y:Home", "home")
                topic = aws.sns.Topic("t", display_name="{display}", opts=pulumi.ResourceOptions(parent=self))
                self.register_outputs({{"arn": topic.arn}})
                pulumi.export("arn", topic.arn)
        Home()
    """
    runs = guarded.directory / "runs"
    guarded.program(program.format(runs=runs, display="one"))
    made = guarded.engine().up()
    assert runs.read_text() == "xx"  # for the policies, and to make it
    state = (guarded.directory / "state" / "local.json").read_bytes()

    same = guarded.engine().up()

    assert runs.read_text() == "xxx"
    assert same.changes == {"same": 3}
    assert same.outputs == made.outputs
    assert guarded.warnings.count("the program speaks") == 1
    assert [event.step.op for event in guarded.events if isinstance(event, StepDone)] == ["same"] * 3
    assert (guarded.directory / "state" / "local.json").read_bytes() == state
    guarded.program(program.format(runs=runs, display="two"))
    assert guarded.engine().up().changes == {"same": 2, "update": 1}
    guarded.program("\n" + program.format(runs=runs, display="two"))  # the state has its lines
    assert guarded.engine().up().changes == {"same": 3}
    assert runs.read_text() == "xxx" + "xx" + "xx"
    guarded.engine().destroy()
