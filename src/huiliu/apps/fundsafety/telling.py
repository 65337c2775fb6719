"""What the pages about persons and units say of clues: to whoever may view clues, about whom their grants reach."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission, scopes
from huiliu.apps.datahub.selectors.suspicions import SUSPICIONS, Suspicion
from huiliu.apps.fundsafety.models import Clue, ClueStatus, Severity
from huiliu.apps.fundsafety.selectors import SEVERITY_STATES, STATUS_STATES, clues_about, yuan
from huiliu.web.asof import asking
from huiliu.web.tables import Cell


def register() -> None:
    """Clues as something that is told about persons."""
    SUSPICIONS.add("fundsafety", told)


def told(user: Any, numbers: Sequence[str], day: date | None) -> list[Suspicion] | None:
    """Clues about these persons, largest amount first; None without the permission."""
    if not has_permission(user, "fundsafety.view_clues"):
        return None
    return [_suspicion(clue, day) for clue in clues_about(numbers, scopes(user, "fundsafety.view_clues"))]


def _suspicion(clue: Clue, day: date | None) -> Suspicion:
    seen = clue.last_seen
    severity, status = Severity(seen.severity), ClueStatus(clue.status)
    return Suspicion(
        subject=clue.subject,
        rule=f"{clue.rule_code} {seen.rule_label}",
        severity=Cell(severity.label, state=SEVERITY_STATES[severity]),
        status=Cell(status.label, state=STATUS_STATES[status]),
        months=clue.months,
        amount=yuan(clue.amount_fen),
        link=asking(reverse("fundsafety:clue_detail", args=(clue.key,)), day),
    )
