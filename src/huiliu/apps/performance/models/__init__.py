"""Evaluations and the documents made from them; targets by project, year and version."""

from huiliu.apps.performance.models.evaluations import Document, Evaluation
from huiliu.apps.performance.models.targets import Stage, Status, TargetRow, TargetSet, TargetUse, TargetVersion

__all__ = ["Document", "Evaluation", "Stage", "Status", "TargetRow", "TargetSet", "TargetUse", "TargetVersion"]
