"""A rehearsal on the deployed stack: a real release and a real rollback, and everything as it was afterwards.

Unlike the rest of ``verify`` it changes things, so what it does is written down once, in ``REHEARSAL``, and
shown by the command's help. Works with what any stack has: the pipeline, CodeDeploy, an alarm. Refuses to
know: the user's repository, in which it never writes, and the ledger's table, which releases alone write.
"""

from greenshift.verify.rehearsal.pace import Pace
from greenshift.verify.rehearsal.rehearse import REHEARSAL, rehearse

__all__ = ["REHEARSAL", "Pace", "rehearse"]
