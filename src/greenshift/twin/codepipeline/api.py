"""CodePipeline on the wire; the operations themselves are in ``operations/``, by subject.

Left out, and answered as not implemented by name: custom actions, and the polling operations of job workers.
"""

from __future__ import annotations

from greenshift.twin.codepipeline.operations.executions import ExecutionOperations
from greenshift.twin.codepipeline.operations.pipelines import PipelineOperations
from greenshift.twin.codepipeline.operations.reports import ReportOperations
from greenshift.twin.codepipeline.operations.stages import StageOperations
from greenshift.twin.codepipeline.operations.tags import TagOperations
from greenshift.twin.codepipeline.operations.webhooks import WebhookOperations


class CodePipeline(
    PipelineOperations,
    ExecutionOperations,
    StageOperations,
    ReportOperations,
    WebhookOperations,
    TagOperations,
):
    """The service: every group of operations over one state."""

    def resources(self) -> list[str]:
        pipelines = [pipeline.arn for pipeline in self.pipelines.all()]
        return [*pipelines, *(webhook.arn for webhook in self.webhooks.all())]
