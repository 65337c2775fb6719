"""The pages of a person and of a unit as one data object to print: the same cells, masked as the page has them."""

from collections.abc import Mapping, Sequence
from typing import Any

from huiliu.apps.datahub.models import Level
from huiliu.apps.datahub.selectors.identified import Identified
from huiliu.apps.datahub.selectors.library import Source
from huiliu.apps.datahub.selectors.persons import PersonPage, Section
from huiliu.apps.datahub.selectors.timeline import Scheme
from huiliu.apps.datahub.selectors.units import UnitPage
from huiliu.documents.result_sheet import Printed, ResultSheet, SheetTable
from huiliu.web import tables as web

# What is printed of each table: a sheet has to be read, and the page has everything.
PICKED: Mapping[str, tuple[str, ...]] = {
    "enrolment": (
        "insurance_type",
        "unit_no",
        "first_month",
        "payment_state",
        "base",
        "starts_on",
        "ends_on",
    ),
    "benefit_award": ("insurance_type", "starts_month", "total_months", "pension", "state", "ends_on"),
    "certification": ("year", "certified_month", "way", "result", "next_due_on"),
    "individual_account": ("insurance_type", "year", "opening", "principal", "interest", "paid_out", "closing"),
    "bank_return": ("insurance_type", "settled_month", "amount", "reason", "returned_on", "repaid_order_no"),
    "death_record": ("died_on", "registered_on"),
    "unit_change": ("change_type", "reason", "before", "after", "changed_on"),
}
# One sign a month, for a printer without colours.
MARKS: Mapping[str, str] = {
    "paid": "正", "late": "补", "arrears": "欠", "gap": "断", "overlap": "重", "refund": "退", "done": "付",
    "failed": "败", "waiting": "待", "written_off": "销", "none": "",
}  # fmt: skip
LEGEND = "正 正常　补 补缴　欠 欠缴　断 中断　重 重叠　退 退收"
PAY_LEGEND = "付 已支付　败 支付失败　待 待支付　销 已核销　退 退收"
UNIT_MONTHS = 36
_RIGHT = frozenset({"money", "int", "rate"})


def printed_from(source: Source, *, is_demo: bool = False, **told: Any) -> Printed:
    """Who, when and why, with the night that was read; a demo's paper says so beside its day."""
    day = f"{source.business_date}（合成数据）" if is_demo else str(source.business_date)
    level = f"{source.level} {Level(source.level).label}"
    return Printed(as_of=day, batch=source.batch, level=level, **told)


def person_sheet(found: PersonPage, printed: Printed, *, is_full: bool) -> ResultSheet:
    """A person: identity, the strip, enrolments, months, units, awards, proofs of life, accounts, returns."""
    sections = {section.table.name: section for section in (*found.enrolments, *found.others)}
    picked = [_picked(sections[name], PICKED[name]) for name in PICKED if name in sections]
    months = [_years(f"缴费：{line.name}", line, "个人实缴（元）", LEGEND) for line in found.contributions]
    paid = [_years(f"待遇：{line.name}", line, "已支付（元）", PAY_LEGEND) for line in found.payments]
    tables = (*picked[:1], *months, *paid, _drawn("参保单位", found.drawn_stays), *picked[1:])
    unseen = "、".join(section.table.label for name, section in sections.items() if name not in PICKED)
    left_out = f"库中另有记录而本单没有列出的表：{unseen}。" if unseen else ""
    title = "社会保险查询结果单（个人）"
    return ResultSheet(title=title, printed=printed, is_full=is_full, tables=tables, left_out=left_out, **_who(found))


def unit_sheet(found: UnitPage, printed: Printed) -> ResultSheet:
    """A unit: identity, the strip, months by scheme, heads and money by month, changes; nobody who works there."""
    picked = [_picked(section, PICKED[name]) for name, section in _by_name(found.others).items() if name in PICKED]
    lines = [_years(f"单位缴费：{line.name}", line, "实缴（元）", LEGEND) for line in found.contributions]
    months = _drawn(f"逐月人数和金额（最近 {UNIT_MONTHS} 个月）", found.drawn_months)
    title, tables = "社会保险查询结果单（单位）", (*lines, months, *picked)
    return ResultSheet(title=title, printed=printed, is_full=False, tables=tables, **_who(found))


def _by_name(sections: Sequence[Section]) -> dict[str, Section]:
    return {section.table.name: section for section in sections}


def _who(found: PersonPage | UnitPage) -> dict[str, Any]:
    """Whose sheet it is: name, identity and the strip."""
    name = "name" if isinstance(found, PersonPage) else "unit_name"
    figures = tuple((each.label, f"{each.value} {each.unit}".strip(), each.note) for each in found.figures)
    return {"name": found.identity[name].text, "facts": _facts(found), "figures": figures}


def _facts(found: Identified) -> tuple[tuple[str, str], ...]:
    """Two a line; a last one that stands alone gets an empty partner."""
    facts = [(cell.label, cell.full) for cell in found.facts]
    return tuple(facts + [("", "")] * (len(facts) % 2))


def _picked(section: Section, names: Sequence[str]) -> SheetTable:
    """Columns of one table, by its definition; amounts say 元 in their cells."""
    columns = [section.table.by_name[name] for name in names if name in section.table.by_name]
    rows = tuple(tuple(row[c.name].full if c.name in row else "" for c in columns) for row in section.rows)
    note = "只列出前 500 行。" if section.cut else ""
    right = tuple(column.kind in _RIGHT for column in columns)
    return SheetTable(section.table.label, tuple(column.label for column in columns), rows, right, note)


def _years(title: str, line: Scheme, word: str, legend: str) -> SheetTable:
    """Twelve marks a year and its sum."""
    years = line.drawn.years
    rows = tuple(
        (str(year.year), *(MARKS[month.state] if month else "" for month in year.months), _money(year.total))
        for year in years
    )
    labels = ("年份", *(f"{number}月" for number in range(1, 13)), word)
    told = "，".join(f"{state} {count} 个月" for state, count in line.tallies)
    return SheetTable(title, labels, rows, (False,) * 13 + (True,), f"{legend}。{told}。")


def _money(value: Any) -> str:
    return web.draw(web.Column("", "", "money"), value).text


def _drawn(title: str, table: web.Table) -> SheetTable:
    """A page's table as it is written there."""
    rows = tuple(tuple(cell.text for cell in row) for row in table.body())
    right = tuple(column.kind in _RIGHT for column in table.columns)
    return SheetTable(title, tuple(column.label for column in table.columns), rows, right)
