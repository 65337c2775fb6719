"""The components as template tags: `{% load huiliu %}`, then one line for each."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import Form
from django.template.loader import render_to_string

from huiliu.web.access import may_open
from huiliu.web.asof import FIELD, AsOf, AsOfChoice
from huiliu.web.format import show
from huiliu.web.panels import Panel
from huiliu.web.progress import ProgressRow
from huiliu.web.tables import Table
from huiliu.web.timeline import Timeline
from huiliu.web.trace import Step

register = template.Library()

SIGNS = {"pass": "●", "warn": "▲", "fail": "✕", "none": "○"}
WORDS = {"pass": "一致", "warn": "需注意", "fail": "不一致", "none": "未比较"}
FAILED_FIRST = ("fail", "warn", "none", "pass")


@register.filter
def shown(value: Any, kind: str) -> str:
    """`{{ amount|shown:"money" }}`: a value as a table would write it."""
    return show(kind, value)


@register.filter
def sign(state: str) -> str:
    """The sign that says a state without colour."""
    return SIGNS.get(state, "")


@register.inclusion_tag("web/components/verdict.html")
def verdict(state: str, word: str, text: str = "", next: str = "", link: str = "") -> dict[str, Any]:
    """`{% verdict "pass" "完整（A 级）" "2025-03-31 共 12 表 48,211 行" next="查看核对" link=url %}`."""
    return {"state": state, "sign": SIGNS[state], "word": word, "text": text, "next": next, "link": link}


@register.inclusion_tag("web/components/figure.html")
def figure(label: str, value: Any, unit: str = "", note: str = "", trace: str = "", state: str = "") -> dict[str, Any]:
    """A figure with its unit, its as-of or last year as `note`, and 溯 when `trace` is a link.

    A value that was not measured is passed as its word: 不适用, 未测量 or 不可复算.
    """
    return {"label": label, "value": value, "unit": unit, "note": note, "trace": trace, "state": state}


@register.inclusion_tag("web/components/table.html")
def data_table(table: Table) -> dict[str, Any]:
    """Sticky head, tabular numbers, totals, empty state."""
    return {"table": table}


@register.inclusion_tag("web/components/pager.html", takes_context=True)
def pager(
    context: template.Context, listed: Page, name: str = "page", anchor: str = "", what: str = ""
) -> dict[str, Any]:
    """Position and steps of a paginated list; other query parameters are kept.

    Of several lists on one page each has its own parameter `name`, steps lead to `anchor`, and `what` tells them apart.
    """
    request = context["request"]

    def step(number: int) -> str:
        query = request.GET.copy()
        query[name] = str(number)
        return f"?{query.urlencode()}{anchor and f'#{anchor}'}"

    return {
        "listed": listed,
        "what": what,
        "previous": step(listed.previous_page_number()) if listed.has_previous() else "",
        "next": step(listed.next_page_number()) if listed.has_next() else "",
    }


@register.inclusion_tag("web/components/filter_bar.html")
def filter_bar(form: Form, method: str = "get", day: date | None = None) -> dict[str, Any]:
    """The fields of a filter form in one row above the table, always in sight; `day` is the one shown, which stays."""
    return {"form": form, "method": method, "field": FIELD, "day": day}


@register.inclusion_tag("web/components/checklist.html")
def checklist(checks: Iterable[Any], empty: str = "没有核对项") -> dict[str, Any]:
    """Checks (name, expected, actual, verdict, where; optional link), failed first."""
    ranked = sorted(checks, key=lambda check: FAILED_FIRST.index(_of(check, "verdict")))
    rows = [
        {**_check(check), "sign": SIGNS[_of(check, "verdict")], "word": WORDS[_of(check, "verdict")]}
        for check in ranked
    ]
    return {"checks": rows, "empty": empty}


def _check(check: Any) -> dict[str, Any]:
    names = ("code", "name", "table", "expected", "actual", "verdict", "where", "link")
    return {name: _of(check, name) for name in names}


def _of(check: Any, name: str) -> Any:
    return check.get(name, "") if isinstance(check, dict) else getattr(check, name, "")


@register.inclusion_tag("web/components/timeline.html")
def month_timeline(timeline: Timeline, empty: str = "没有记录") -> dict[str, Any]:
    """A row a year; arrow keys move between months, the line below says the month under the pointer."""
    return {"timeline": timeline, "empty": empty}


@register.inclusion_tag("web/components/form_fields.html")
def form_fields(form: Form) -> dict[str, Any]:
    """Label on top, one sentence of help, errors beside the field."""
    return {"form": form}


@register.inclusion_tag("web/components/trace.html", takes_context=True)
def trace_steps(
    context: template.Context, steps: Iterable[Step], back: str = "", back_label: str = ""
) -> dict[str, Any]:
    """A figure's way down, with a link back to where it was printed; what the person may not open is only said."""
    user = getattr(context.get("request"), "user", None)
    ways = steps if user is None else [_openable(step, user) for step in steps]
    return {"steps": ways, "back": back, "back_label": back_label}


def _openable(step: Step, user: Any) -> Step:
    link = step.link if step.link and may_open(user, step.link) else ""
    return replace(step, link=link, below=[_openable(one, user) for one in step.below])


@register.inclusion_tag("web/components/notice.html")
def notice(title: str, text: str = "", state: str = "none", link: str = "", link_label: str = "") -> dict[str, Any]:
    """What happened, where, what to do."""
    return {"title": title, "text": text, "state": state, "link": link, "link_label": link_label}


@register.inclusion_tag("web/components/progress_row.html", takes_context=True)
def progress_row(context: template.Context, row: ProgressRow) -> dict[str, Any]:
    """How far long work is; it asks for itself anew while it goes on."""
    return {"row": row, "csrf_token": context.get("csrf_token")}


@register.simple_tag(takes_context=True)
def draw_panel(context: template.Context, panel: Panel) -> str:
    """One block of the workbench, from the template of the app that provides it."""
    return render_to_string(panel.template, {**panel.context, "panel": panel}, context["request"])


@register.inclusion_tag("web/components/as_of.html")
def as_of_badge(as_of: AsOf | None) -> dict[str, Any]:
    """数据截至 with the proof level; says so where nothing was published yet."""
    return {"as_of": as_of}


@register.inclusion_tag("web/components/as_of_choice.html")
def as_of_choice(choice: AsOfChoice | None, form: Form | None = None) -> dict[str, Any]:
    """Which published day the page shows; what a filter form holds stays, as far as it was valid."""
    kept = {name: value for name, value in getattr(form, "cleaned_data", {}).items() if value}
    return {"choice": choice, "kept": kept, "field": FIELD}
