"""What a person may ask of a deployed pipeline: one call to AWS each, for the CLI and for the page.

Comes in: boto3 clients, whatever their endpoint, and what was asked. Goes out: the id of what was started.
Nothing here waits, prints or reads a stack; whoever asks follows with ``greenshift.view``.

    start_release(codepipeline, pipeline, Wish(...))       a pipeline execution
    start_rollback(lambda_, controller, Rollback(...))     an errand of the controller
    answer(codepipeline, pipeline, Answer(...))            a yes or no to a question of the pipeline
"""

from greenshift.actions.approval import Answer, answer
from greenshift.actions.release import start_release
from greenshift.actions.rollback import Rollback, start_rollback
from greenshift.actions.wish import Wish

__all__ = ["Answer", "Rollback", "Wish", "answer", "start_release", "start_rollback"]
