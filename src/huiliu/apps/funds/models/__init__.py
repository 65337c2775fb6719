"""Projects, their years and purposes, the events of their money, imports of those, and what is asked for a year."""

from huiliu.apps.funds.models.drafting import (
    Answered,
    Basis,
    Body,
    BudgetDraft,
    BudgetDraftLine,
    BudgetSubmission,
    ExternalDecision,
    Stage,
    Verdict,
)
from huiliu.apps.funds.models.events import Attachment, Event, Kind, Origin
from huiliu.apps.funds.models.importing import ImportFile, ImportMapping, ImportRow, Outcome
from huiliu.apps.funds.models.projects import Expense, Mode, Nature, Project, ProjectYear, Purpose

__all__ = [
    "Answered",
    "Attachment",
    "Basis",
    "Body",
    "BudgetDraft",
    "BudgetDraftLine",
    "BudgetSubmission",
    "Event",
    "Expense",
    "ExternalDecision",
    "ImportFile",
    "ImportMapping",
    "ImportRow",
    "Kind",
    "Mode",
    "Nature",
    "Origin",
    "Outcome",
    "Project",
    "ProjectYear",
    "Purpose",
    "Stage",
    "Verdict",
]
