"""What the page of a form says when somebody else saved the draft while it was being filled in."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest

from huiliu.apps.performance.forms.editions import EditionForm
from huiliu.apps.performance.forms.seen import SeenForm
from huiliu.apps.performance.selectors.editions import Saved
from huiliu.apps.performance.selectors.filings import told_apart
from huiliu.apps.performance.selectors.seen import Sight, Trail, changed_since
from huiliu.web.tables import Column, Table

CHANGED = (Column("label", "内容"), Column("seen", "您看到的", missing="空"), Column("now", "现在的", missing="空"))
BESIDE = (Column("label", "内容"), Column("typed", "您填写的", missing="空"), Column("stored", "现存的", missing="空"))


def beside(
    form: EditionForm, stored: Callable[[], EditionForm], saved: Callable[[], Saved | None] = lambda: None
) -> dict[str, Any]:
    """For the page of what was sent: typed beside stored, by whom and when; nothing where nobody saved meanwhile."""
    if not form.is_bound:
        return {}
    now = stored()
    differ = form.go_on_from(now) if form.is_behind(now) else []
    if not differ:
        return {}
    rows, who = [one._asdict() for one in differ], saved()
    told = f"（{who}保存）" if who else ""
    return {"above": Table(BESIDE, rows, empty=""), "above_title": f"您填写的和现存的{told}"}


def is_passed(request: HttpRequest, sight: Sight) -> bool:
    """Whether the page whose button led here showed another edition, which is said: it has to be read again first."""
    shown = request.GET.get("edition")
    if request.method == "POST" or not shown or shown == sight.edition:
        return False
    messages.error(request, "内容在您打开页面以后有改动；请核对现在的内容，再提交。")
    return True


def changed(form: SeenForm, sight: Callable[[], Sight], trails: Sequence[Trail]) -> dict[str, Any]:
    """For the page of what was sent to be submitted: what changed since that page was made, and who changed it.

    Nothing where nothing did. The form carries what stands now, so that the next submission goes on from it.
    """
    if not form.is_bound:
        return {}
    now, begun, (at, told) = sight(), form["edition"].value(), form.shown()
    if begun == now.edition:
        return {}
    form.carry(now, settings.HUILIU_CLOCK.now())
    rows = [{"label": one.label, "seen": one.before, "now": one.after} for one in told_apart(told, now.told)]
    rows += [{"label": f"您对 {code} 的答复", "seen": text, "now": "这个问题已不存在或数字已变，请另行答复"}
             for code, text in form.left_over()]  # fmt: skip
    who = "；".join(changed_since(trails, at))
    title = f"没有提交：您打开页面以后的改动{f'（{who}）' if who else ''}"
    return {
        "above": Table(CHANGED, rows, empty="没有查到改动的内容", hint="请核对现在的内容，再提交。"),
        "above_title": title,
    }
