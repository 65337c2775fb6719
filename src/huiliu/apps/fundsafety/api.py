"""The same services as JSON, mounted by config.api: the same permissions, masks and audit rows as the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from huiliu.apps.audit.services import actor_of
from huiliu.apps.datahub.selectors import library, masked_names
from huiliu.apps.fundsafety import services
from huiliu.apps.fundsafety.models import Clue
from huiliu.apps.fundsafety.selectors import ClueFilter, stale_rules, yuan
from huiliu.web.api import Permitted

router = Router(tags=["基金安全"])


@router.get("/clues", auth=Permitted("fundsafety.view_clues"), summary="疑点")
def clue_list(
    request: HttpRequest, rule: str = "", severity: str = "", status: str = "", page: int = 1
) -> dict[str, Any]:
    """Clues, largest amount first, with totals of the whole list; a clue is no verdict."""
    wanted = ClueFilter(rule, severity, status)
    found = services.clue_list(actor=actor_of(request), wanted=wanted, page=page)
    listed = list(found.page)
    names = masked_names([clue.subject for clue in listed])
    return {
        "notice": "疑点是线索，不是结论，须经人工核查。",
        "older_than_library": [row.rule_code for row in stale_rules(library().pointer())],
        "count": found.totals.clues,
        "months": found.totals.months,
        "amount": _text(found.totals.amount),
        "page": found.page.number,
        "items": [_clue(clue, names.get(clue.subject)) for clue in listed],
    }


def _clue(clue: Clue, name: str | None) -> dict[str, Any]:
    seen = clue.last_seen
    return {
        "key": clue.key,
        "rule": clue.rule_code,
        "label": seen.rule_label,
        "severity": seen.severity,
        "name": name,
        "months": clue.months,
        "amount": _text(yuan(clue.amount_fen)),
        "status": clue.status,
        "batch": seen.batch,
        "business_date": seen.business_date,
        "snapshot": seen.snapshot,
        "level": seen.level,
    }


def _text(amount: Any) -> str | None:
    """Amounts travel as text in yuan, so that no reader makes a float of them."""
    return None if amount is None else str(amount)
