"""Monitoring of a project's year as JSON: warnings, drafted targets, what to fund, and every figure behind them."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.api.plain import told
from huiliu.apps.performance.selectors import monitoring as selectors
from huiliu.budget.alerts import CAUSES, SEVERITIES, SIDES, Alert
from huiliu.budget.allocate import REASONS, TIERS, Grant
from huiliu.budget.recalibrate import METHODS, Proposal
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.monitor")


@router.get("/monitoring", auth=VIEW, summary="监控清单：每个项目年度的预警")
def monitoring_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Every year of every project with its warnings, as of today."""
    return [_head(found) for found in selectors.every(settings.HUILIU_CLOCK.now().date())]


@router.get(
    "/monitoring/{project}/{year}", auth=VIEW, summary="一个项目年度的监控：预警、调整建议、资金安排建议及全部数字"
)
def monitoring_detail(request: HttpRequest, project: str, year: int) -> dict[str, Any]:
    """Warnings, advice (never a decision), and every figure with its trace; amounts of grants in fen."""
    found = selectors.find(project, year, settings.HUILIU_CLOCK.now().date())
    if found is None:
        raise HttpError(404, "没有这个项目年度")
    drafts = found.recalibration.proposals if found.recalibration else ()
    grants = found.allocation.grants if found.allocation else ()
    return {
        **_head(found),
        "proposals": [_proposal(one) for one in drafts],
        "grants": [_grant(one) for one in grants],
        "figures": found.watch.book.as_json(),
    }


def _head(found: selectors.Monitored) -> dict[str, Any]:
    return {**told(found.subject), "as_of": found.watch.today, "alerts": [_alert(one) for one in found.watch.alerts]}


def _alert(one: Alert) -> dict[str, Any]:
    return {
        "code": one.code,
        "label": one.label,
        "severity": SEVERITIES[one.severity],
        "since": one.since,
        "cause": CAUSES[one.cause],
        "side": SIDES[one.side],
        "post": one.post,
        "about": one.about,
        "text": one.text,
        "figures": list(one.figures),
    }


def _proposal(one: Proposal) -> dict[str, Any]:
    return {
        "code": one.goal.code,
        "label": one.goal.label,
        "method": METHODS[one.method],
        "value": told(one.value),
        "upper": told(one.upper),
        "why": one.why,
    }


def _grant(one: Grant) -> dict[str, Any]:
    return {
        "code": one.item.code,
        "label": one.item.label,
        "tier": TIERS[one.item.tier],
        "asked_fen": one.item.most,
        "granted_fen": one.amount,
        "reason": REASONS[one.reason],
    }
