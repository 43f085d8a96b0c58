"""What a person may ask of a deployed pipeline: one call to AWS each, for the CLI and for the page.

Comes in: boto3 clients, whatever their endpoint, and what was asked. Goes out: the id of what was started.
Nothing here waits, prints or reads a stack; whoever asks follows with ``greenshift.view``.

    start_release(codepipeline, pipeline, ReleaseRequest(...))       a pipeline execution
    start_rollback(lambda_, controller, RollbackRequest(...))     an errand of the controller
    abort(codepipeline, lambda_, ..., Abort(...))          the end of one that is under way
    answer(codepipeline, pipeline, Answer(...))            a yes or no to a question of the pipeline
    ask_standing, plan_rollback                            what the controller would do; nothing changes
    decide(command, state)                                 what a command does in which state, as a table
"""

from greenshift.actions.abort import Abort, abort
from greenshift.actions.approval import Answer, answer
from greenshift.actions.ask import CommitStanding, Move, Named, RollbackPlan, ask_standing, plan_rollback
from greenshift.actions.decision import Command, Decision, Deed, Running, State, decide
from greenshift.actions.release import start_release
from greenshift.actions.release_request import ReleaseRequest
from greenshift.actions.rollback import RollbackRequest, start_rollback

__all__ = [
    "Abort",
    "Answer",
    "Command",
    "CommitStanding",
    "Decision",
    "Deed",
    "Move",
    "Named",
    "ReleaseRequest",
    "RollbackPlan",
    "RollbackRequest",
    "Running",
    "State",
    "abort",
    "answer",
    "ask_standing",
    "decide",
    "plan_rollback",
    "start_release",
    "start_rollback",
]
