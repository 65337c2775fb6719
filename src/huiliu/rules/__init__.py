"""What a rule is and how a library is screened with it; the rules themselves are content and live in the catalogue."""

from huiliu.rules.definition import SEVERITIES, Case, Rule, Severity, rule
from huiliu.rules.screening import Evidence, Finding, Screening, Snapshot, screen

__all__ = [
    "SEVERITIES",
    "Case",
    "Evidence",
    "Finding",
    "Rule",
    "Screening",
    "Severity",
    "Snapshot",
    "rule",
    "screen",
]
