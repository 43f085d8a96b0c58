"""What is compared before a shift, each check on a real function, role and policy of a twin."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import boto3
import pytest
from support.accounts.release_account import BASE, Account, ended, good, zipped

from greenshift.contract.release import Release
from greenshift.contract.statuses import Status
from greenshift.release.comparison.findings import HARM
from greenshift.release.services.clients import Clients
from greenshift.testing import start_twin

CHARGE = f"{BASE}-charge"


def configure(functions: Any, **settings: Any) -> None:
    """As soon as Lambda has finished the update before: until then it answers with a conflict."""
    deadline = time.monotonic() + 20
    while True:
        try:
            functions.update_function_configuration(**settings)
            return
        except functions.exceptions.ResourceConflictException:
            assert time.monotonic() < deadline, "Lambda is still busy with the update before"
            time.sleep(0.05)


class Guarded(Account):
    """An account whose first function has a role of its own, with policies a test can change."""

    def prepare(self) -> None:
        self.iam = self.twin.client("iam")
        self.arn = self.create_role("charge", ["s3:GetObject", "sqs:SendMessage"])
        configure(self.functions, FunctionName=CHARGE, Role=self.arn)
        # The live version gets the role too: no gradual shift goes from one role to another.
        version = self.functions.publish_version(FunctionName=CHARGE)["Version"]
        self.functions.update_alias(FunctionName=CHARGE, Name="live", FunctionVersion=version)

    def create_role(self, name: str, actions: list[str]) -> str:
        services = {"Service": ["lambda.amazonaws.com"]}
        trust = document({"Effect": "Allow", "Principal": services, "Action": "sts:AssumeRole"})
        arn = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        self.iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=allowing(actions))
        return str(arn)

    def allow(self, *actions: str) -> None:
        self.iam.put_role_policy(RoleName="charge", PolicyName="own", PolicyDocument=allowing(list(actions)))

    def live(self) -> None:
        """Release something new, whatever the test before left; from now on it is compared with this."""
        self.accept(*(kind for kind in HARM))
        done = self.shift_until(self.publish(good(uuid4().hex)), ended)
        assert done.status is Status.SUCCEEDED, done
        self.accept()

    def published(self, artifact: str = "") -> Release:
        id_ = str(uuid4())
        self.job("publish", id_, artifact or self.build(good(uuid4().hex)))
        return self.release(id_)

    def accept(self, *kinds: str) -> None:
        targets = json.loads(self.targets.read_text())
        targets["functions"]["charge"]["accept"] = list(kinds)
        self.targets.write_text(json.dumps(targets))

    def all_versions(self) -> list[str]:
        found = self.functions.list_versions_by_function(FunctionName=CHARGE)["Versions"]
        return [version["Version"] for version in found]


def document(*statements: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allowing(actions: list[str]) -> str:
    return document({"Effect": "Allow", "Action": actions, "Resource": "*"})


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    with start_twin(speed=600) as twin:
        guarded = Guarded(twin, tmp_path_factory.mktemp("targets"))
        guarded.prepare()
        yield guarded


@pytest.fixture(autouse=True)
def as_it_was(account: Guarded) -> Iterator[None]:
    yield
    account.accept()
    account.allow("s3:GetObject", "sqs:SendMessage")


def stopped(account: Guarded, release: Release, kind: str) -> str:
    """The one finding that stopped this release before anything of it was published."""
    assert release.status is Status.FAILED
    assert f"accept: [{kind}]" in (release.reason or ""), release.reason
    (finding,) = [line for line in release.findings if f"[{kind}]" in line]
    assert finding in (release.reason or "")
    assert finding.endswith("would break the old version")
    return finding


def test_a_first_release_says_once_that_nothing_was_remembered_and_leaves_a_snapshot(
    account: Guarded,
) -> None:
    first = account.shift_until(account.publish(good(uuid4().hex)), ended)
    second = account.shift_until(account.publish(good(uuid4().hex)), ended)

    def told(release: Release) -> list[str]:
        return [item.cause for item in release.transitions if "not compared" in item.cause]

    assert first.status is second.status is Status.SUCCEEDED
    assert told(first) == [
        "permissions and concurrency of charge, refund not compared: nothing was remembered when what is live"
        " was published"
    ]
    assert told(second) == []
    for row in account.ledger.history(CHARGE).rows:
        assert "s3:getobject" in (row.snapshot or "")
    item = account.twin.client("dynamodb").get_item(
        TableName=f"{BASE}-ledger", Key={"deploymentId": {"S": second.id}}
    )
    assert "s3:getobject" not in json.dumps(item["Item"])


def test_permissions_reduced_since_the_live_version_was_published_stop_the_release(account: Guarded) -> None:
    account.live()
    before = account.all_versions()
    account.allow("s3:GetObject")

    finding = stopped(account, account.published(), "permissions-reduced")

    assert "its role lost sqs:sendmessage on *" in finding
    assert account.all_versions() == before


def test_an_accepted_finding_is_told_and_the_release_goes_through(account: Guarded) -> None:
    account.live()
    account.allow("s3:GetObject")
    account.accept("permissions-reduced")

    done = account.shift_until(account.publish(good(uuid4().hex)), ended)

    assert done.status is Status.SUCCEEDED
    assert "[permissions-reduced]" in done.findings[0]
    assert [item.cause for item in done.transitions if "compared" in item.cause] == [
        "compared with what is live: 1 finding: charge permissions-reduced"
    ]
    account.accept()
    assert account.published().status is Status.PUBLISHED  # what is live now was published with less


def test_a_policy_under_another_name_that_allows_more_is_no_reduction(account: Guarded) -> None:
    account.live()
    wider = account.iam.create_policy(PolicyName=uuid4().hex, PolicyDocument=allowing(["s3:*", "sqs:*"]))
    arn = wider["Policy"]["Arn"]
    account.iam.attach_role_policy(RoleName="charge", PolicyArn=arn)
    account.iam.delete_role_policy(RoleName="charge", PolicyName="own")

    assert account.published().status is Status.PUBLISHED

    account.allow("s3:GetObject", "sqs:SendMessage")
    account.iam.detach_role_policy(RoleName="charge", PolicyArn=arn)


def test_a_new_version_of_a_managed_policy_is_read(account: Guarded) -> None:
    policy = account.iam.create_policy(PolicyName=uuid4().hex, PolicyDocument=allowing(["sns:Publish"]))
    arn = policy["Policy"]["Arn"]
    account.iam.attach_role_policy(RoleName="charge", PolicyArn=arn)
    account.live()
    account.iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=allowing(["sns:Subscribe"]), SetAsDefault=True
    )

    finding = stopped(account, account.published(), "permissions-reduced")

    assert "lost sns:publish on *" in finding
    account.iam.detach_role_policy(RoleName="charge", PolicyArn=arn)


def test_a_new_deny_and_a_new_boundary_are_reductions(account: Guarded) -> None:
    account.live()
    account.iam.put_role_policy(
        RoleName="charge",
        PolicyName="deny",
        PolicyDocument=document({"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::secret/*"}),
    )
    assert "denied now: s3:* on arn:aws:s3:::secret/*" in stopped(
        account, account.published(), "permissions-reduced"
    )
    account.iam.delete_role_policy(RoleName="charge", PolicyName="deny")
    boundary = account.iam.create_policy(PolicyName=uuid4().hex, PolicyDocument=allowing(["s3:*"]))
    account.iam.put_role_permissions_boundary(
        RoleName="charge", PermissionsBoundary=boundary["Policy"]["Arn"]
    )

    finding = stopped(account, account.published(), "permissions-reduced")

    assert "outside the permissions boundary now: sqs:sendmessage on *" in finding
    account.iam.delete_role_permissions_boundary(RoleName="charge")


def test_lowered_concurrency_stops_the_release_and_raised_does_not(account: Guarded) -> None:
    def reserve(amount: int) -> None:
        account.functions.put_function_concurrency(FunctionName=CHARGE, ReservedConcurrentExecutions=amount)

    reserve(10)
    account.live()
    reserve(5)
    finding = stopped(account, account.published(), "concurrency-lowered")
    assert "reserved concurrency is 5, it was 10 when version" in finding

    reserve(20)
    assert account.published().status is Status.PUBLISHED
    account.functions.delete_function_concurrency(FunctionName=CHARGE)
    released = account.published()
    assert released.status is Status.PUBLISHED
    assert "[concurrency-released]" in released.findings[0]


def test_a_first_limit_is_told_and_stops_nothing(account: Guarded) -> None:
    account.live()
    account.functions.put_function_concurrency(FunctionName=CHARGE, ReservedConcurrentExecutions=50)

    release = account.published()

    assert release.status is Status.PUBLISHED
    assert "[concurrency-limited]" in release.findings[0]
    account.functions.delete_function_concurrency(FunctionName=CHARGE)


def test_what_a_version_freezes_is_told_by_name_and_stops_nothing(account: Guarded) -> None:
    def set_to(**settings: Any) -> None:
        configure(account.functions, FunctionName=CHARGE, **settings)

    set_to(
        Environment={"Variables": {"LIMIT": "a value", "KEPT": "1"}},
        MemorySize=512,
        Timeout=30,
        EphemeralStorage={"Size": 1024},
    )
    account.live()
    set_to(
        Environment={"Variables": {"KEPT": "2"}},
        MemorySize=128,
        Timeout=3,
        EphemeralStorage={"Size": 512},
        VpcConfig={"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    )

    release = account.published()

    assert release.status is Status.PUBLISHED, release.reason
    told = "\n".join(release.findings)
    for what in (
        "environment variables removed: LIMIT [variables-removed]",
        "memory 512 MB -> 128 MB [memory-lowered]",
        "time-out 30 s -> 3 s [timeout-lowered]",
        "ephemeral storage 1024 MB -> 512 MB [storage-lowered]",
        "network none -> subnet-1, sg-1 [network-changed]",
    ):
        assert f"charge: {what}" in told
    assert "a value" not in told and "KEPT" not in told
    set_to(VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})


def test_a_layer_that_goes_is_told(account: Guarded) -> None:
    """The twin takes no layers: its answers about the live version get one on their way."""
    account.live()
    layer = "arn:aws:lambda:eu-west-1:123456789012:layer:certificates"

    def with_layer(parsed: dict[str, Any], **_: Any) -> None:
        if parsed.get("FunctionName") == CHARGE and parsed["Version"] != "$LATEST":
            parsed["Layers"] = [{"Arn": f"{layer}:3"}]

    events = account.clients.of("lambda").meta.events
    events.register("after-call.lambda.GetFunctionConfiguration", with_layer)
    release = account.published()
    events.unregister("after-call.lambda.GetFunctionConfiguration", with_layer)

    assert release.status is Status.PUBLISHED, release.reason
    assert release.findings[0].startswith(f"charge: layers removed: {layer} [layers-removed]")


def test_another_dead_letter_target_stops_a_gradual_shift_and_passes_all_at_once(account: Guarded) -> None:
    account.live()
    queue = f"arn:aws:sqs:{account.twin.region}:{account.twin.account}:dead"
    configure(account.functions, FunctionName=CHARGE, DeadLetterConfig={"TargetArn": queue})

    gradual = account.published()
    with rollout(account, "CodeDeployDefault.LambdaAllAtOnce"):
        done = account.shift_until(account.publish(good(uuid4().hex)), ended)

    assert gradual.status is Status.FAILED
    assert gradual.findings[0].startswith(f"charge: dead-letter target none -> {queue}")
    assert "accept: [dead-letter-changed]" in (gradual.reason or "")
    assert done.status is Status.SUCCEEDED, done
    assert not done.findings[0].endswith("would break the shift")


@contextmanager
def rollout(account: Guarded, config: str) -> Iterator[None]:
    """charge's rollout, where the group has it and where the controller reads it."""
    targets, group = (
        account.targets.read_text(),
        {"applicationName": BASE, "currentDeploymentGroupName": CHARGE},
    )
    codedeploy = account.twin.client("codedeploy")
    changed = json.loads(targets)
    usual = changed["functions"]["charge"]["deploymentConfig"]
    changed["functions"]["charge"]["deploymentConfig"] = config
    account.targets.write_text(json.dumps(changed))
    codedeploy.update_deployment_group(**group, deploymentConfigName=config)
    yield
    account.targets.write_text(targets)
    codedeploy.update_deployment_group(**group, deploymentConfigName=usual)


def test_another_runtime_and_another_processor_are_told(account: Guarded) -> None:
    account.live()
    account.functions.update_function_code(
        FunctionName=CHARGE, ZipFile=zipped({"app.py": "x = 1"}), Architectures=["arm64"]
    )
    configure(account.functions, FunctionName=CHARGE, Runtime="python3.14")
    sources = {"charge": good(uuid4().hex)["charge"]}
    targets = account.targets.read_text()
    only = json.loads(targets)
    del only["functions"]["refund"]
    account.targets.write_text(json.dumps(only))

    release = account.published(account.build(sources, runtime="python3.14"))

    assert release.status is Status.PUBLISHED, release.reason
    told = "\n".join(release.findings)
    assert "charge: runtime python3.13 -> python3.14 [runtime-changed]" in told
    assert "charge: architecture x86_64 -> arm64 [architecture-changed]" in told
    account.targets.write_text(targets)
    configure(account.functions, FunctionName=CHARGE, Runtime="python3.13")


def test_a_role_that_is_gone_stops_the_release_and_another_one_stops_a_gradual_shift(
    account: Guarded,
) -> None:
    account.live()
    configure(account.functions, FunctionName=CHARGE, Role=account.role)
    changed = account.published()
    account.iam.delete_role_policy(RoleName="charge", PolicyName="own")
    account.iam.delete_role(RoleName="charge")

    gone = account.published()

    assert changed.status is gone.status is Status.FAILED
    assert changed.findings[0].startswith(f"charge: role {account.arn} -> {account.role} [role-changed]")
    assert changed.findings[0].endswith("would break the shift")
    assert "accept: [role-changed, role-gone]" in (gone.reason or "")
    assert any("does not exist [role-gone]" in line for line in gone.findings)
    account.create_role("charge", ["s3:GetObject", "sqs:SendMessage"])
    configure(account.functions, FunctionName=CHARGE, Role=account.arn)
    account.published()


def test_a_role_is_read_once_however_many_functions_have_it(account: Guarded) -> None:
    """charge has a role with one inline policy, refund one with one managed policy."""
    calls: Counter[str] = Counter()
    for service in ("iam", "lambda"):
        account.clients.of(service).meta.events.register(
            "before-call", lambda model, **_: calls.update([model.name])
        )
    configure(account.functions, FunctionName=f"{BASE}-refund", Role=account.arn)
    account.published()
    configure(account.functions, FunctionName=f"{BASE}-refund", Role=account.role)

    assert calls["GetFunctionConcurrency"] == 2
    assert calls["GetRole"] == calls["ListAttachedRolePolicies"] == calls["ListRolePolicies"] == 2
    assert calls["GetRolePolicy"] == 1
    assert calls["GetPolicy"] == calls["GetPolicyVersion"] == 1


def test_permissions_that_may_not_be_read_are_told_and_stop_nothing(account: Guarded) -> None:
    account.live()
    account.allow("s3:GetObject")
    mine = account.clients
    account.clients = without(account, ["iam:GetRole"])
    try:
        release = account.published()
    finally:
        account.clients = mine

    assert release.status is Status.PUBLISHED, release.reason
    assert f"charge: the role {account.arn} cannot be read [permissions-unread]" in release.findings[0]


def without(account: Guarded, actions: list[str]) -> Clients:
    """Clients of a role that may do everything but this."""
    name = uuid4().hex
    trust = document(
        {"Effect": "Allow", "Principal": {"AWS": account.twin.account}, "Action": "sts:AssumeRole"}
    )
    arn = account.iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    account.iam.put_role_policy(
        RoleName=name,
        PolicyName="p",
        PolicyDocument=document(
            {"Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Effect": "Deny", "Action": actions, "Resource": "*"},
        ),
    )
    made = account.twin.client("sts").assume_role(RoleArn=arn, RoleSessionName="me")["Credentials"]
    session = boto3.session.Session(
        aws_access_key_id=made["AccessKeyId"],
        aws_secret_access_key=made["SecretAccessKey"],
        aws_session_token=made["SessionToken"],
        region_name=account.twin.region,
    )
    return Clients(session, account.twin.endpoint)
