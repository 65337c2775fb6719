"""Running rules over a published snapshot and looking at clues; one function is one transaction with its audit row."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db import transaction

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import SYSTEM, Actor, Entry, record, record_alone
from huiliu.apps.datahub.selectors import SCHEME, Source, library, look, reach_of, source_of
from huiliu.apps.datahub.services import clue_key, subject_keys
from huiliu.apps.fundsafety.models import Clue, ClueItem, ClueStatus, Screening
from huiliu.apps.fundsafety.rows import row_digester
from huiliu.apps.fundsafety.selectors import (
    PAGE_SIZE,
    UNKNOWN,
    ClueFilter,
    CluePage,
    Line,
    Totals,
    clue_by_key,
    clue_names,
    clue_page,
    clue_table,
    is_within,
    lines_within,
    listed,
    stale_rules,
    totals,
)
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.money import to_fen
from huiliu.kernel.parameters import Parameter
from huiliu.lake.snapshot import Snapshot
from huiliu.rules.definition import Rule
from huiliu.rules.screening import Finding, screen
from huiliu.rules.screening import Screening as Found
from huiliu.web.tables import Table

CLUE = kind("clue", "疑点")
RULE = kind("rule", "规则")
SCREENED = action("fundsafety.screening_run", "筛查疑点")
LISTED = action("fundsafety.clue_list", "查看疑点清单")
VIEWED = action("fundsafety.clue_view", "查看疑点")


@dataclass(frozen=True)
class Seen:
    """An evidence row as the rule saw it: its digest, and its scheme (`?` without one, empty without the column)."""

    digest: str
    scheme: str


SeenRows = Mapping[tuple[str, tuple[Any, ...]], Seen]


def screening_run(*, rule: Rule, snapshot: Snapshot, clock: Clock | None = None, actor: Actor = SYSTEM) -> Screening:
    """Screen a snapshot by one rule and bring its clues up to date; the same version and snapshot again change nothing.

    A clue no longer found becomes 已消失 and stays. Raises FUND-001 for a snapshot older than one already screened by
    the rule: clues speak of the newest data, and an old look must not overwrite them. RULE-005 as screen() does.
    """
    source = source_of(snapshot)
    done = _done(rule, source)
    if done:
        return done
    found = screen(rule, snapshot, source.business_date)
    seen = rows_seen(rule, snapshot, found.findings)
    with transaction.atomic():
        return _done(rule, source) or _keep(found, source, seen, actor, clock or settings.HUILIU_CLOCK)


def _done(rule: Rule, source: Source) -> Screening | None:
    newer = Screening.objects.filter(rule_code=rule.code, snapshot__gt=source.snapshot).first()
    if newer:
        raise HuiliuError(
            code="FUND-001",
            message=f"规则 {rule.code} 已筛查过数据截至 {newer.business_date} 的快照，不再用更早的快照改写疑点",
            hint="请对在用的快照运行筛查。",
            facts={"rule": rule.code, "snapshot": source.snapshot, "newer": newer.snapshot},
        )
    return Screening.objects.filter(rule_digest=rule.digest, snapshot=source.snapshot).first()


def _keep(found: Found, source: Source, seen: SeenRows, actor: Actor, clock: Clock) -> Screening:
    by_subject: dict[str, list[Finding]] = defaultdict(list)
    for finding in found.findings:
        by_subject[finding.subject].append(finding)
    row = Screening.objects.create(**_fields(found, source, len(by_subject), clock.now()))
    fresh = _clues_update(row, by_subject, seen)
    _items_update(row, by_subject, seen)
    vanished = _vanish(row, by_subject)
    after = {"found": row.found, "amount_fen": row.amount_fen, "new": fresh, "vanished": vanished}
    details = {"rule": row.rule_code, "digest": row.rule_digest, "snapshot": row.snapshot, "batch": row.batch}
    record(Entry(actor, SCREENED, RULE, row.rule_code, after=after, details=details), clock)
    return row


def _fields(found: Found, source: Source, subjects: int, now: datetime) -> dict[str, Any]:
    rule = found.rule
    return {
        "rule_code": rule.code,
        "rule_label": rule.label,
        "rule_digest": rule.digest,
        "severity": rule.severity,
        "basis": rule.basis,
        "parameters": [_parameter(number) for number in found.parameters.values()],
        "snapshot": source.snapshot,
        "batch": source.batch,
        "batch_digest": source.digest,
        "business_date": source.business_date,
        "level": source.level,
        "run_at": now,
        "found": subjects,
        "amount_fen": None if found.amount is None else to_fen(found.amount),
    }


def _parameter(number: Parameter) -> dict[str, Any]:
    return {
        "name": number.label or number.name,
        "value": str(number.value),
        "unit": number.unit,
        "source": number.source,
        "in_force": number.in_force.isoformat(),
        "verified": number.verified,
        "note": number.note,
    }


def _clues_update(row: Screening, by_subject: Mapping[str, Sequence[Finding]], seen: SeenRows) -> int:
    """Make clues for new subjects and renew those of known ones; returns how many are new."""
    known = {c.subject: c for c in Clue.objects.filter(rule_code=row.rule_code) if c.subject in by_subject}
    fresh = [_clue(row, subject) for subject in by_subject if subject not in known]
    for clue in (*known.values(), *fresh):
        findings = by_subject[clue.subject]
        clue.status, clue.vanished_in, clue.last_seen = ClueStatus.OPEN, None, row
        clue.months, clue.amount_fen = len(findings), _sum(findings)
        clue.schemes = _schemes(findings, seen)
    Clue.objects.bulk_create(fresh, batch_size=500)
    fields = ("status", "vanished_in", "last_seen", "months", "amount_fen", "schemes")
    Clue.objects.bulk_update(known.values(), fields, batch_size=200)
    return len(fresh)


def _schemes(findings: Iterable[Finding], seen: SeenRows) -> str:
    rows = {(table, tuple(key.values())) for finding in findings for table, key in finding.evidence}
    return ",".join(sorted({seen[row].scheme for row in rows} - {""}))


def _clue(row: Screening, subject: str) -> Clue:
    return Clue(key=clue_key(row.rule_code, subject), rule_code=row.rule_code, subject=subject, first_seen=row)


def _sum(findings: Iterable[Finding]) -> int | None:
    amounts = [finding.amount for finding in findings if finding.amount is not None]
    return to_fen(sum(amounts, Decimal(0))) if amounts else None


def _items_update(row: Screening, by_subject: Mapping[str, Sequence[Finding]], seen: SeenRows) -> None:
    """Months found now are written anew, those no longer found stay as 已消失."""
    clues = {clue.subject: clue for clue in row.clues.all()}
    ClueItem.objects.filter(clue__last_seen=row).update(present=False)
    items = [_item(row, clues[subject], finding, seen) for subject, found in by_subject.items() for finding in found]
    ClueItem.objects.bulk_create(
        items,
        batch_size=500,
        update_conflicts=True,
        unique_fields=("clue", "month"),
        update_fields=("amount_fen", "evidence", "present"),
    )


def _item(row: Screening, clue: Clue, finding: Finding, seen: SeenRows) -> ClueItem:
    evidence = [
        {"table": table, "key": _plain(key), "digest": seen[table, tuple(key.values())].digest}
        for table, key in finding.evidence
    ]
    return ClueItem(
        clue=clue,
        month=finding.occurred_on,
        amount_fen=_sum([finding]),
        evidence=evidence,
        first_seen=row,
        present=True,
    )


def _vanish(row: Screening, by_subject: Mapping[str, Sequence[Finding]]) -> int:
    gone = Clue.objects.filter(rule_code=row.rule_code, status=ClueStatus.OPEN).exclude(last_seen=row)
    ClueItem.objects.filter(clue__in=gone).update(present=False)
    return gone.update(status=ClueStatus.VANISHED, vanished_in=row)


def rows_seen(rule: Rule, snapshot: Snapshot, findings: Sequence[Finding]) -> SeenRows:
    """Digest and scheme of every evidence row by table and key values, one query a table."""
    subjects = sorted({finding.subject for finding in findings})
    digest = row_digester()
    named = {table for finding in findings for table, _ in finding.evidence}
    found = {}
    for table in rule.reads:
        if table.name not in named:
            continue
        sql = f"SELECT * FROM {table.name} WHERE {rule.subject_column} IN (SELECT unnest($subjects))"
        for row in snapshot.rows(sql, {"subjects": subjects}):
            key = table.name, tuple(row[column] for column in table.grain)
            found[key] = Seen(digest(row), (row[SCHEME] or UNKNOWN) if SCHEME in table.by_name else "")
    return found


def _plain(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in key.items()}


@dataclass(frozen=True)
class ClueList:
    """One page of the list with the totals of the whole; `stale` rules have not read the snapshot of the names yet."""

    page: Page[Line]
    clues: Sequence[Clue]
    totals: Totals
    names: Mapping[str, str]
    source: Source | None
    stale: Sequence[Screening]

    @property
    def table(self) -> Table:
        """The lines as a page's table."""
        day = self.source.business_date if self.source and self.source.is_past else None
        return clue_table(self.clues, self.names, self.totals, day)


def clue_list(
    *,
    actor: Actor,
    scopes: Sequence[Scope],
    wanted: ClueFilter,
    page: str | int = 1,
    as_of: date | None = None,
    clock: Clock | None = None,
) -> ClueList:
    """Clues within reach, with masked names and totals of no others; recorded before any name is read.

    `as_of` is the day that names are read from; clues are as they are now. LIBRARY-002 for a day without a night.
    """
    lines = lines_within(wanted, scopes)
    shown = Paginator(lines, PAGE_SIZE).get_page(page)
    details = {"filter": asdict(wanted), "page": shown.number, "found": shown.paginator.count}
    record_alone(Entry(actor, LISTED, CLUE, details=details), clock)
    found = listed(list(shown))
    names, source = clue_names(found, as_of)
    return ClueList(shown, found, totals(lines), names, source, stale_rules(library().pointer()))


def clue_view(
    *, actor: Actor, scopes: Sequence[Scope], key: str, as_of: date | None = None, clock: Clock | None = None
) -> CluePage | None:
    """One clue by address key; the look is recorded before any row is shown, out of reach as a refused one.

    None alike if the key is unknown or the person is out of reach today. LIBRARY-002 for a day without a night.
    """
    clue = clue_by_key(key)
    if clue is None:
        return None
    with look(as_of) as seen:
        reach = reach_of(seen.now, clue.subject, scopes)
        visible = is_within(reach, clue.schemes)
        with transaction.atomic():
            person = subject_keys([clue.subject], clock or settings.HUILIU_CLOCK)[clue.subject]
            outcome = "ok" if visible else "refused"
            details = {"rule": clue.rule_code, "snapshot": seen.source.snapshot}
            record(Entry(actor, VIEWED, CLUE, clue.key, outcome, details=details), clock)
        return clue_page(seen, clue, person, reach) if visible else None
