"""The names of Greenshift's own functions: they follow from the pipeline's, which the stack exports."""

from __future__ import annotations


def controller_of(pipeline: str) -> str:
    return f"{pipeline}-controller"


def recorder_of(pipeline: str) -> str:
    return f"{pipeline}-recorder"
