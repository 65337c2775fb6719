"""Clues as people read them: the list with its totals, one clue with its basis, numbers and evidence, and its trace."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Min, QuerySet
from django.urls import reverse

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import OLDEST
from huiliu.apps.datahub.selectors import (
    Look,
    Reach,
    Source,
    catalog,
    is_whole,
    library,
    look,
    masked_names,
    masked_row,
    page_table,
    reaches,
)
from huiliu.apps.fundsafety.models import Clue, ClueStatus, Screening, Severity
from huiliu.apps.fundsafety.rows import is_unchanged
from huiliu.kernel.money import from_fen
from huiliu.lake.records import Pointer
from huiliu.lake.snapshot import Snapshot
from huiliu.lake.tables import Table as LakeTable
from huiliu.web.asof import asking
from huiliu.web.format import show
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.trace import Step

PAGE_SIZE = 50
ASKED_BY_NUMBER = 500  # persons that one query names; of more, all clues are read
UNKNOWN = "?"  # stands for the scheme of a row that has none; no grant names it
GONE = "库中已无此人"
SEVERITY_STATES = {Severity.HIGH: "fail", Severity.MEDIUM: "warn", Severity.LOW: "none"}
STATUS_STATES = {ClueStatus.OPEN: "warn", ClueStatus.VANISHED: "none"}


@dataclass(frozen=True)
class ClueFilter:
    """What the filter bar asks for; an empty field asks for nothing."""

    rule: str = ""
    severity: str = ""
    status: str = ""


@dataclass(frozen=True)
class Totals:
    """Open or filtered clues in number, months and yuan; yuan is None where no clue has an amount."""

    clues: int
    months: int
    amount: Decimal | None


@dataclass(frozen=True)
class Evidence:
    """The rows of one table that a clue rests on, as the published snapshot holds them now."""

    label: str
    standard: str
    table: Table


@dataclass(frozen=True)
class CluePage:
    """One clue with all that a person needs to check it."""

    clue: Clue
    name: str
    person_key: str
    months: Table
    parameters: Table
    evidence: Sequence[Evidence]
    trace: Sequence[Step]
    source: Source

    @property
    def older(self) -> bool:
        """Whether the rule saw an earlier snapshot than the published one, which its evidence is shown from."""
        return not self.source.is_past and self.clue.last_seen.snapshot < self.source.snapshot

    @property
    def severity_state(self) -> str:
        """Chip state of the rule's severity."""
        return SEVERITY_STATES[Severity(self.clue.last_seen.severity)]

    @property
    def status_state(self) -> str:
        """Chip state of the clue's status."""
        return STATUS_STATES[ClueStatus(self.clue.status)]

    @property
    def amount(self) -> Decimal | None:
        """Yuan, None if the rule measures no amount."""
        return yuan(self.clue.amount_fen)


def yuan(fen: int | None) -> Decimal | None:
    """Fen of the ledger as yuan of a page; None stays None."""
    return None if fen is None else from_fen(fen)


def clues(wanted: ClueFilter) -> QuerySet[Clue]:
    """Clues of everybody, largest amount first."""
    conditions = {"rule_code": wanted.rule, "status": wanted.status, "last_seen__severity": wanted.severity}
    return Clue.objects.filter(**{name: value for name, value in conditions.items() if value})


@dataclass(frozen=True)
class Line:
    """As much of a clue as its sums and its place in the list need."""

    pk: int
    subject: str
    months: int
    amount_fen: int | None
    schemes: str | None


def lines_within(wanted: ClueFilter, scopes: Sequence[Scope]) -> list[Line]:
    """The clues about persons within reach, largest amount first; one query here and at most one of the library."""
    lines = [Line(*row) for row in clues(wanted).values_list("pk", "subject", "months", "amount_fen", "schemes")]
    within = _within({line.subject for line in lines}, scopes)
    return [line for line in lines if is_within(within.get(line.subject, Reach()), line.schemes)]


def is_within(reach: Reach, schemes: str | None) -> bool:
    """Whether every row that a clue adds up is within reach; if nobody knows their schemes, only to grants for all."""
    if not reach or reach.schemes is None:
        return bool(reach)
    return schemes is not None and set(filter(None, schemes.split(","))) <= reach.schemes


def _within(subjects: Iterable[str], scopes: Sequence[Scope]) -> Mapping[str, Reach]:
    """Before the first night nobody is known to be within reach of anything less than the whole city."""
    store = library()
    if store.pointer() is None or all(map(is_whole, scopes)):
        whole = Reach(tuple(filter(is_whole, scopes)))
        return dict.fromkeys(subjects, whole)
    with store.open() as snap:
        return reaches(snap, subjects, scopes)


def totals(lines: Sequence[Line]) -> Totals:
    """Sums over a whole list, not over its page."""
    amounts = [line.amount_fen for line in lines if line.amount_fen is not None]
    return Totals(len(lines), sum(line.months for line in lines), yuan(sum(amounts) if amounts else None))


def listed(lines: Sequence[Line]) -> list[Clue]:
    """The clues of one page of lines, in their order, with their screenings."""
    found = Clue.objects.select_related("last_seen", "first_seen").in_bulk([line.pk for line in lines])
    return [found[line.pk] for line in lines if line.pk in found]


def clues_about(numbers: Sequence[str], scopes: Sequence[Scope]) -> list[Clue]:
    """The clues about these persons as far as the grants reach, largest amount first."""
    about = set(numbers)
    few = Clue.objects.filter(subject__in=about) if len(about) <= ASKED_BY_NUMBER else Clue.objects.all()
    found = [clue for clue in few.select_related("last_seen") if clue.subject in about]
    within = _within({clue.subject for clue in found}, scopes) if found else {}
    return [clue for clue in found if is_within(within.get(clue.subject, Reach()), clue.schemes)]


def open_totals(scopes: Sequence[Scope]) -> Totals:
    """What waits to be checked, within reach."""
    return totals(lines_within(ClueFilter(status=ClueStatus.OPEN), scopes))


def rules_screened() -> list[tuple[str, str]]:
    """Code and label of every rule that ever ran, newest label each."""
    rows = Screening.objects.order_by("rule_code", "-snapshot", "-pk").values_list("rule_code", "rule_label")
    labels: dict[str, str] = {}
    for code, label in rows:
        labels.setdefault(code, label)
    return sorted(labels.items())


def stale_rules(pointer: Pointer | None) -> list[Screening]:
    """The newest screening of each rule that read an older snapshot than the one that is published."""
    if pointer is None:
        return []
    newest: dict[str, Screening] = {}
    for row in Screening.objects.order_by("rule_code", "-snapshot", "-pk"):
        newest.setdefault(row.rule_code, row)
    return [row for row in newest.values() if row.snapshot < pointer.snapshot]


COLUMNS = (
    Column("rule", "规则"),
    Column("severity", "严重程度"),
    Column("name", "姓名"),
    Column("months", "月数", "int"),
    Column("amount", "涉及金额（元）", "money", missing="不计金额"),
    Column("status", "状态"),
    Column("batch", "最近发现", optional=True),
)


def clue_names(rows: Sequence[Clue], day: date | None = None) -> tuple[dict[str, str], Source | None]:
    """Masked names by person number, and the night they were read from; nothing before the first one."""
    if library().pointer() is None:
        return {}, None
    with look(day) as seen:
        return masked_names(seen.snap, [clue.subject for clue in rows]), seen.source


def clue_table(rows: Sequence[Clue], names: Mapping[str, str], sums: Totals, day: date | None = None) -> Table:
    """One page of the list under the totals of the whole list."""
    drawn = [_clue_row(clue, names.get(clue.subject, GONE), day) for clue in rows]
    foot = {"rule": "合计", "name": f"{sums.clues:,} 条", "months": sums.months, "amount": sums.amount}
    hint = "没有符合条件的疑点；可放宽上方的筛选条件。没有筛查过时，请运行 ./run night。"
    return Table(COLUMNS, drawn, empty="没有疑点", hint=hint, totals=foot)


def _clue_row(clue: Clue, name: str, day: date | None) -> dict[str, Any]:
    seen = clue.last_seen
    severity, status = Severity(seen.severity), ClueStatus(clue.status)
    return {
        "rule": f"{clue.rule_code} {seen.rule_label}",
        "severity": Cell(severity.label, state=SEVERITY_STATES[severity]),
        "name": Cell(name, link=asking(reverse("fundsafety:clue_detail", args=(clue.key,)), day)),
        "months": clue.months,
        "amount": yuan(clue.amount_fen),
        "status": Cell(status.label, state=STATUS_STATES[status]),
        "batch": seen.batch,
    }


def clue_by_key(key: str) -> Clue | None:
    """One clue with its screenings."""
    found = Clue.objects.select_related("first_seen", "last_seen", "vanished_in").prefetch_related("items")
    return found.filter(key=key).first()


def clue_page(seen: Look, clue: Clue, person_key: str, reach: Reach) -> CluePage:
    """Everything a person needs to check the clue; evidence is read anew and compared with what the rule saw."""
    evidence = _evidence(seen.snap, clue, reach)
    names = masked_names(seen.snap, [clue.subject])
    return CluePage(
        clue=clue,
        name=names.get(clue.subject, GONE),
        person_key=person_key,
        months=_months(clue),
        parameters=_parameters(clue.last_seen),
        evidence=evidence,
        trace=_trace(clue),
        source=seen.source,
    )


MONTH_COLUMNS = (
    Column("month", "年月", "month", missing="合计"),
    Column("amount", "多付金额（元）", "money", missing="不计金额"),
    Column("rows", "证据行数", "int"),
    Column("status", "状态"),
)


def _months(clue: Clue) -> Table:
    rows = [
        {
            "month": item.month,
            "amount": yuan(item.amount_fen),
            "rows": len(item.evidence),
            "status": Cell("仍存在", state="warn") if item.present else Cell("已消失", state="none"),
        }
        for item in clue.items.all()
    ]
    foot = {"month": None, "amount": yuan(clue.amount_fen), "rows": None, "status": f"{clue.months} 个月"}
    return Table(MONTH_COLUMNS, rows, empty="没有明细", totals=foot)


PARAMETER_COLUMNS = (
    Column("name", "参数"),
    Column("value", "取值"),
    Column("in_force", "生效日期", "code"),
    Column("source", "出处"),
    Column("verified", "核实"),
)


def _parameters(screening: Screening) -> Table:
    rows = [
        {
            "name": number["name"],
            "value": f"{number['value']} {number['unit']}",
            "in_force": number["in_force"],
            "source": number["source"],
            "verified": Cell("已核实", state="pass") if number["verified"] else Cell("待核", state="warn"),
        }
        for number in screening.parameters
    ]
    return Table(PARAMETER_COLUMNS, rows, empty="这条规则没有参数")


def _evidence(snap: Snapshot, clue: Clue, reach: Reach) -> list[Evidence]:
    """By table, each row once, in the order in which the rule names them; rows out of reach are not there."""
    seen: dict[str, dict[str, Mapping[str, Any]]] = {}
    for item in clue.items.all():
        for entry in item.evidence:
            seen.setdefault(entry["table"], {})[entry["digest"]] = entry
    return [_evidence_table(snap, clue.subject, name, list(rows.values()), reach) for name, rows in seen.items()]


def _evidence_table(
    snap: Snapshot, subject: str, name: str, entries: Sequence[Mapping[str, Any]], reach: Reach
) -> Evidence:
    """Of a row that is gone nobody knows the scheme, so only a grant for all schemes reaches it."""
    table = catalog().tables[name]
    sql = f"SELECT * FROM {name} WHERE {table.subject} = $subject"
    found = snap.rows(sql, {"subject": subject}) if name in snap.tables else []
    held = {tuple(str(row[c]) for c in table.grain): row for row in found}
    within = [entry for entry in entries if reach.covers(table, _held(table, entry, held) or {})]
    rows = [_evidence_row(table, entry, _held(table, entry, held)) for entry in within]
    return Evidence(table.label, table.standard, page_table(table, rows, (Column("compared", "与筛查时"),)))


def _held(table: LakeTable, entry: Mapping[str, Any], held: Mapping[tuple[str, ...], Any]) -> Mapping[str, Any] | None:
    return held.get(tuple(str(entry["key"][column]) for column in table.grain))


def _evidence_row(table: LakeTable, entry: Mapping[str, Any], row: Mapping[str, Any] | None) -> dict[str, Any]:
    if row is None:
        return {"compared": Cell("已不在库中", state="warn"), **masked_row(table, entry["key"])}
    same = is_unchanged(row, entry["digest"])
    compared = Cell("一致", state="pass") if same else Cell("已变化", state="warn")
    return {"compared": compared, **masked_row(table, row)}


def _trace(clue: Clue) -> list[Step]:
    """From the amount down to rule, snapshot and batch."""
    seen = clue.last_seen
    batch = Step("批次", seen.batch, f"数据截至 {seen.business_date}，证明级别 {seen.level}", digest=seen.batch_digest)
    snapshot = Step("快照", str(seen.snapshot), f"筛查于 {show('time', seen.run_at)}", below=(batch,))
    rule = Step("规则", seen.rule_code, seen.rule_label, digest=seen.rule_digest, below=(snapshot,))
    amount = yuan(clue.amount_fen)
    text = "不计金额" if amount is None else f"{amount:,.2f} 元"
    return [Step("多付金额合计", text, f"{clue.months} 个月逐月相加", below=(rule,))]


def _oldest_clue() -> datetime | None:
    return Clue.objects.aggregate(at=Min("first_seen__run_at"))["at"]


OLDEST.add("clue", _oldest_clue)
