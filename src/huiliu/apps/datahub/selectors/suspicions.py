"""What parts above this one suspect of persons; each part says it only to whoever may see it there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from huiliu.kernel.registry import Registry
from huiliu.web import tables as web


@dataclass(frozen=True)
class Suspicion:
    """One suspicion about one person: what the rule says, how grave, how many months, how much, where it stands."""

    subject: str
    rule: str
    severity: web.Cell
    status: web.Cell
    months: int
    amount: Decimal | None
    link: str


# Viewer, person numbers and the past day of the page; None if the viewer may see none of that part's at all.
Teller = Callable[[Any, Sequence[str], date | None], Sequence[Suspicion] | None]
SUSPICIONS: Registry[Teller] = Registry("疑点来源")


def suspicions(user: Any, numbers: Sequence[str], day: date | None = None) -> list[Suspicion] | None:
    """What is suspected of these persons, as far as the viewer may see; None if they may not see such things."""
    told = [tell(user, numbers, day) for tell in SUSPICIONS.values()]
    known = [found for found in told if found is not None]
    return [each for found in known for each in found] if known else None


COLUMNS = (
    web.Column("rule", "规则"),
    web.Column("severity", "严重程度"),
    web.Column("subject", "人员编码"),
    web.Column("months", "月数", "int"),
    web.Column("amount", "涉及金额（元）", "money", missing="不计金额"),
    web.Column("status", "状态"),
)
MOST = 100


def suspicion_table(user: Any, numbers: Sequence[str], day: date | None = None) -> web.Table | None:
    """The suspicions as a page's table, each opening its own page."""
    found = suspicions(user, numbers, day)
    if found is None:
        return None
    rows = [{**vars(each), "rule": web.Cell(each.rule, link=each.link)} for each in found[:MOST]]
    caption = f"共 {len(found):,} 条，只显示前 {MOST} 条" if len(found) > MOST else ""
    return web.Table(COLUMNS, rows, "没有疑点", "按现有规则和您的授权范围，没有发现疑点。", caption=caption)
