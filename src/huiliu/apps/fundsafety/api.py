"""The same services as JSON, mounted by config.api: the same permissions, masks and audit rows as the pages."""

from typing import Any

from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.accounts.selectors import scopes
from huiliu.apps.audit.services import actor_of
from huiliu.apps.fundsafety import services
from huiliu.apps.fundsafety.models import Clue, ClueStatus, Severity
from huiliu.apps.fundsafety.selectors import ClueFilter, rules_screened, yuan
from huiliu.web.api import Permitted, PublishedDay

router = Router(tags=["基金安全"])


@router.get("/clues", auth=Permitted("fundsafety.view_clues"), summary="疑点")
def clue_list(
    request: HttpRequest,
    rule: str = "",
    severity: Severity | None = None,
    status: ClueStatus | None = None,
    page: int = 1,
    as_of: PublishedDay = None,
) -> dict[str, Any]:
    """Clues, largest amount first, with totals of the whole list; a clue is no verdict."""
    if rule and rule not in dict(rules_screened()):  # before anything typed by hand could reach the audit
        raise HttpError(422, "没有筛查过这条规则")
    wanted = ClueFilter(rule, severity or "", status or "")
    reach = scopes(request.user, "fundsafety.view_clues")
    found = services.clue_list(actor=actor_of(request), scopes=reach, wanted=wanted, page=page, as_of=as_of)
    return {
        "notice": "疑点是线索，不是结论，须经人工核查。",
        "names_as_of": found.source and found.source.business_date,
        "older_than_library": [row.rule_code for row in found.stale],
        "count": found.totals.clues,
        "months": found.totals.months,
        "amount": _text(found.totals.amount),
        "page": found.page.number,
        "items": [_clue(clue, found.names.get(clue.subject)) for clue in found.clues],
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
