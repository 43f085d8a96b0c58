"""An integration suite for a deployed stack: is what runs there what a safe release needs?

Comes in: a stack's outputs and boto3 clients, whatever their endpoint. Goes out: one result per check,
passed, failed or skipped, with what was expected, what was found and how to fix it. Readers (``reading``)
ask AWS and return frozen values; judgements (``groups``) are pure functions over those. Nothing is changed,
except by ``rehearsal``, which says what it does and puts everything back. Refuses to know: how a stack is
made, and whether it is AWS or the twin that answers.
"""

from greenshift.verify.junit import junit_xml
from greenshift.verify.registry import GROUPS, select
from greenshift.verify.rehearsal import REHEARSAL, rehearse
from greenshift.verify.result import Report, Result, Status
from greenshift.verify.runner import run
from greenshift.verify.stack import Stack

__all__ = [
    "GROUPS",
    "REHEARSAL",
    "Report",
    "Result",
    "Stack",
    "Status",
    "junit_xml",
    "rehearse",
    "run",
    "select",
]
