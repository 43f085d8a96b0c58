"""The stack's outputs: complete, about one account and region, and about the account we speak to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from greenshift.contract.arns import Arns
from greenshift.reading.roles import read_account
from greenshift.verify.check import Check, Group, Section, Subject
from greenshift.verify.result import Verdict, failed, nothing_but, passed, passed_if
from greenshift.verify.stack import Stack
from greenshift.view import StackOutputs

_AGAIN = "bring the deployment to its end: greenshift up"


@dataclass(frozen=True)
class Outputs:
    outputs: StackOutputs
    caller_account: str


def has_functions(seen: Outputs) -> Verdict:
    functions = seen.outputs.functions
    return passed_if(bool(functions), ", ".join(function.key for function in functions) or "no functions")


def aliases_fit(seen: Outputs) -> Verdict:
    wrong = [
        f"{function.key}: {function.alias_arn} is not an alias of {function.name}"
        for function in seen.outputs.functions
        if function.alias_arn.split(":")[6:7] != [function.name] or function.alias_arn.count(":") != 7
    ]
    return nothing_but(wrong, when_none="each alias is its function's")


def one_place(seen: Outputs) -> Verdict:
    arns = [seen.outputs.topic_arn, *(function.alias_arn for function in seen.outputs.functions)]
    places = sorted({":".join(arn.split(":")[3:5]) for arn in arns})
    return passed_if(len(places) == 1, ", ".join(places))


def our_account(seen: Outputs) -> Verdict:
    account = Arns.beside(seen.outputs.topic_arn).account
    if seen.caller_account == account:
        return passed(account)
    return failed(f"the stack is in account {account}, these credentials are of {seen.caller_account}")


def console_url(seen: Outputs) -> Verdict:
    url = seen.outputs.console_url
    return passed_if(url.startswith("https://") and seen.outputs.pipeline in url, url or "none")


def _subjects(stack: Stack) -> Iterator[Subject[Outputs]]:
    yield Subject(
        f"outputs of {stack.base}",
        lambda: Outputs(stack.outputs, stack.aws.read(read_account, "sts")),
    )


CHECKS: tuple[Check[Outputs], ...] = (
    Check(
        name="functions",
        expected="the stack has at least one function",
        judge=has_functions,
        fix="name one in greenshift:functions",
    ),
    Check(
        name="aliases",
        expected="each function's alias ARN is an alias of that function",
        judge=aliases_fit,
        fix=_AGAIN,
    ),
    Check(
        name="one-place",
        expected="everything is in one account and one region",
        judge=one_place,
        fix="deploy everything of a stack through one provider",
    ),
    Check(
        name="account",
        expected="the credentials this runs with are of the stack's account",
        judge=our_account,
        fix="choose the right ones, for example with AWS_PROFILE",
    ),
    Check(
        name="console-url",
        expected="there is a link to the pipeline's page",
        judge=console_url,
        fix=_AGAIN,
    ),
)

GROUP = Group(
    name="outputs",
    title="Outputs: what the stack says about itself",
    sections=(Section(subjects=_subjects, checks=CHECKS),),
)
