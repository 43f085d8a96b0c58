"""What a release is told on its way: who asked for it, why, and in which manner. The pipeline's variables."""

from __future__ import annotations

from dataclasses import dataclass

# CodePipeline API reference, PipelineVariable: a value has 1 to 1,000 characters.
_LONGEST = 1000


@dataclass(frozen=True)
class ReleaseRequest:
    """Values that are "" are not told: the pipeline's defaults stand for them."""

    now: bool = False
    adopt: bool = False
    again: bool = False
    by: str = ""
    why: str = ""
    author: str = ""

    @property
    def is_special(self) -> bool:
        """Whether an ordinary release under way is not what was asked for."""
        return self.now or self.adopt

    def variables(self) -> list[dict[str, str]]:
        """As StartPipelineExecution takes them."""
        told = {
            "mode": "now" if self.now else "",
            "aliasMoved": "adopt" if self.adopt else "",
            "again": "yes" if self.again else "",
            "by": self.by,
            "why": self.why,
            "author": self.author,
        }
        return [{"name": name, "value": text[:_LONGEST]} for name, text in told.items() if text]
