"""Evaluations and the documents made from them; targets by project, year and version; what is declared of them."""

from huiliu.apps.performance.models.adjustments import Adjustment
from huiliu.apps.performance.models.alerts import AlertMark, Mark
from huiliu.apps.performance.models.assessments import DeclaredScore
from huiliu.apps.performance.models.checked import CheckedBatch, CheckedFolder, CheckRequest
from huiliu.apps.performance.models.disclosures import (
    Disclosure,
    DisclosureOccasion,
    DisclosurePackage,
    DisclosurePublication,
)
from huiliu.apps.performance.models.evaluations import Document, Evaluation
from huiliu.apps.performance.models.filings import Filing, FilingStatus, FilingVersion
from huiliu.apps.performance.models.form_templates import FormTemplate, Issuer
from huiliu.apps.performance.models.measurements import Measurement, MeasurementEvidence
from huiliu.apps.performance.models.monitoring import MonitoringSnapshot, Occasion
from huiliu.apps.performance.models.profiles import WrittenProfile
from huiliu.apps.performance.models.rectifications import Act, Origin, Rectification, RectificationStep
from huiliu.apps.performance.models.reviews import Review, ReviewScore, SpotCheck, SpotOutcome, SpotRow, Verdict
from huiliu.apps.performance.models.suggestions import SuggestionDecision
from huiliu.apps.performance.models.targets import Stage, Status, TargetRow, TargetSet, TargetUse, TargetVersion

__all__ = [
    "Act",
    "Adjustment",
    "AlertMark",
    "CheckRequest",
    "CheckedBatch",
    "CheckedFolder",
    "DeclaredScore",
    "Disclosure",
    "DisclosureOccasion",
    "DisclosurePackage",
    "DisclosurePublication",
    "Document",
    "Evaluation",
    "Filing",
    "FilingStatus",
    "FilingVersion",
    "FormTemplate",
    "Issuer",
    "Mark",
    "Measurement",
    "MeasurementEvidence",
    "MonitoringSnapshot",
    "Occasion",
    "Origin",
    "Rectification",
    "RectificationStep",
    "Review",
    "ReviewScore",
    "SpotCheck",
    "SpotOutcome",
    "SpotRow",
    "Stage",
    "Status",
    "SuggestionDecision",
    "TargetRow",
    "TargetSet",
    "TargetUse",
    "TargetVersion",
    "Verdict",
    "WrittenProfile",
]
