"""What the page of a form says when somebody else saved the draft while it was being filled in."""

from collections.abc import Callable
from typing import Any

from huiliu.apps.performance.forms.editions import EditionForm
from huiliu.apps.performance.selectors.editions import Saved
from huiliu.web.tables import Column, Table

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
    return {"below": Table(BESIDE, rows, empty=""), "below_title": f"您填写的和现存的{told}"}
