"""Which grants were looked at in a quarter, and the ledger of posts and rights (岗位权限管理台账)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from huiliu.apps.accounts.selectors import active, grants
from huiliu.apps.control.models import GrantReview


def quarter_of(day: date) -> str:
    """`2025Q1`."""
    return f"{day.year}Q{(day.month - 1) // 3 + 1}"


@dataclass(frozen=True)
class ReviewLine:
    """A grant in force and what this quarter's review said of it; None where nobody has looked yet."""

    grant: Any
    review: GrantReview | None


def review_lines(today: date) -> Sequence[ReviewLine]:
    """Every grant in force, those still to be looked at first."""
    held = list(grants().filter(active(today)))
    quarter = quarter_of(today)
    done = {row.grant_id: row for row in GrantReview.objects.filter(quarter=quarter).select_related("reviewer")}
    return sorted((ReviewLine(grant, done.get(grant.pk)) for grant in held), key=lambda line: line.review is not None)


def unreviewed(today: date) -> int:
    """How many grants nobody has looked at in the present quarter."""
    return sum(line.review is None for line in review_lines(today))


def last_reviews(grants_shown: Iterable[int]) -> dict[int, str]:
    """Grant → quarter and verdict of its newest review."""
    rows = GrantReview.objects.filter(grant__in=list(grants_shown)).order_by("quarter")
    return {row.grant_id: f"{row.quarter} {row.get_verdict_display()}" for row in rows}
