"""Why Pulumi failed, as one error: what happened, and what to do next. Pure: texts in, an error out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from greenshift.engine.events import StepFailed
from greenshift.errors import EngineError
from greenshift.pulumi_cli.translation import plain

# What Pulumi or its AWS provider say -> what to do; the first that matches. ``{stack}`` is the stack.
_NEXT = (
    (r"no stack named", "create it with: pulumi stack init {stack}"),
    (
        r"Another update is currently in progress|currently locked by",
        "wait for that update; when none runs any more: pulumi cancel --stack {stack}",
    ),
    (
        r"PULUMI_ACCESS_TOKEN must be set|not logged in|pulumi login",
        "say where Pulumi keeps state: pulumi login (or pulumi login s3://<bucket>, pulumi login --local)",
    ),
    (
        r"passphrase|PULUMI_CONFIG_PASSPHRASE",
        "set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the stack's passphrase",
    ),
    (
        r"[Nn]o valid credential sources|ExpiredToken|InvalidClientTokenId|security token included",
        "sign in to AWS, for example: aws sso login; then check with: aws sts get-caller-identity",
    ),
    (
        r"configuration (variable|key) '?aws:region|[Ii]nvalid AWS Region|[Mm]issing region",
        "set the region with: pulumi config set aws:region <region> --stack {stack}",
    ),
    (
        r"cannot be assumed|sts:AssumeRole",
        "run it again in a minute; if it stays so, set greenshift:trustSourceAccount to false",
    ),
    (
        r"AccessDenied|is not authorized to perform|UnauthorizedOperation",
        "let the deployer do it; its policies are printed by: greenshift permissions --stack {stack}",
    ),
    (
        r"ModuleNotFoundError|No module named",
        "install what the program needs into the Python Pulumi uses: pip install -r requirements.txt",
    ),
    (
        r"LimitExceeded|TooManyRequests|quota",
        "ask for more in Service Quotas, where the account's own limits stand",
    ),
)
_AGAIN = "fix it, and run the same command again"
_KEPT = ": what was created is kept"
# The last line of a Python traceback: `greenshift.errors.SettingsError: greenshift:rollout: …`
_RAISED = re.compile(r"^(?:[\w.]+\.)?(\w+(?:Error|Exception)): (.+)$", re.MULTILINE)
_OWN_ERRORS = ("SettingsError", "UsageError", "GreenshiftError")


def failure(
    stack: str, stderr: str, failed: Sequence[StepFailed], errors: Sequence[str], *, planning: bool = False
) -> EngineError:
    """The one line that matters: a step's failure, else the program's or Pulumi's own error.

    ``planning``: it was a preview, of which nothing is left.
    """
    again = _AGAIN if planning else _AGAIN + _KEPT
    if failed:
        first = failed[0]
        where = f"{first.step.name} ({first.step.type}): {first.step.op} failed"
        return _error(stack, again, f"{where}: {_last_line(first.message)}", first.message)
    for text in (*errors, stderr):
        if message := _said(text):
            return _error(stack, again, message, text)
    return _error(stack, again, "Pulumi failed and did not say why", "")


def _error(stack: str, again: str, message: str, evidence: str) -> EngineError:
    searched = f"{message}\n{evidence}"
    hint = next((hint for pattern, hint in _NEXT if re.search(pattern, searched)), again)
    return EngineError(message, hint=hint.format(stack=stack))


def _said(text: str) -> str:
    """The line of a text that says what went wrong; empty when it says nothing."""
    text = plain(text)
    raised = _RAISED.findall(text)
    if raised:
        kind, words = raised[-1]
        return str(words) if kind in _OWN_ERRORS else f"the program failed: {kind}: {words}"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line.removeprefix("error:").strip() for line in lines if line.startswith("error:")]
    return next((line for line in errors if line), lines[0] if lines else "")


def _last_line(message: str) -> str:
    """Pulumi's providers say first where (several lines), then what: ``1 error occurred: * creating …``."""
    lines = [line.strip(" \t*") for line in message.splitlines() if line.strip(" \t*")]
    return lines[-1] if lines else "Pulumi gave no reason"
