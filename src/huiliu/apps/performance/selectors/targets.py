"""Reads of targets: versions, their rows as plain data, what stands against them, their sums, and what changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from huiliu.apps.datahub.selectors import catalog
from huiliu.apps.funds.selectors.projects import project_by_code, purposes_of
from huiliu.apps.performance.models import Status, TargetSet, TargetUse, TargetVersion
from huiliu.apps.performance.models import TargetRow as KeptRow
from huiliu.apps.performance.selectors.profiles import profile
from huiliu.kernel.digests import sm3
from huiliu.kernel.figures import FigureBook
from huiliu.kernel.money import from_fen
from huiliu.scoring.phrases import phrases
from huiliu.scoring.target_checks import Before, TargetCase, TargetFinding, target_findings
from huiliu.scoring.targets import MoneyUse, TargetRow, target_figures

NUMBERS = ("value", "upper", "weight")
ROW_FIELDS = tuple(one.name for one in fields(TargetRow))


def sets() -> QuerySet[TargetSet]:
    """Every project and year, newest year first."""
    return TargetSet.objects.all()


def set_of(project: str, year: int) -> TargetSet | None:
    """The targets of one project and year."""
    return TargetSet.objects.filter(project=project, year=year).first()


def version_by_number(number: int) -> TargetVersion | None:
    """One version by its key."""
    return TargetVersion.objects.select_related("target_set", "request").filter(pk=number).first()


def versions_of(targets: TargetSet) -> list[TargetVersion]:
    """All versions, newest first."""
    return list(TargetVersion.objects.filter(target_set=targets).select_related("target_set", "request"))


def newest_of(found: Sequence[TargetSet]) -> list[TargetVersion]:
    """The newest version of each, in their order, with rows and uses: as many queries for many as for one."""
    kept = TargetVersion.objects.filter(target_set__in=found).select_related("target_set", "request")
    newest: dict[int, TargetVersion] = {}
    for version in kept.prefetch_related("rows", "uses").order_by("-number"):
        newest.setdefault(version.target_set_id, version)
    return [newest[one.pk] for one in found]


def version_in_force(project: str, year: int, day: date | None = None) -> TargetVersion | None:
    """What a result of the year is measured by: the version in force now, or the one that was on a day."""
    found = TargetVersion.objects.filter(target_set__project=project, target_set__year=year)
    decided = found.filter(status__in=(Status.APPROVED, Status.SUPERSEDED)).select_related("target_set")
    if day is not None:
        decided = decided.filter(approved_on__lte=day)
    return decided.order_by("-number").first()


def row_by_number(number: int) -> KeptRow | None:
    """One row with its version."""
    found = KeptRow.objects.select_related("version__target_set", "version__request")
    return found.filter(pk=number).first()


def use_by_number(number: int) -> TargetUse | None:
    """One use of money with its version."""
    found = TargetUse.objects.select_related("version__target_set", "version__request")
    return found.filter(pk=number).first()


def plain_row(kept: KeptRow) -> TargetRow:
    """The row as the checks and the scoring read it."""
    values = {name: getattr(kept, name) for name in ROW_FIELDS}
    return TargetRow(**{**values, **{name: Decimal(values[name]) if values[name] else None for name in NUMBERS}})


def rows_of(version: TargetVersion) -> tuple[TargetRow, ...]:
    """The rows of a version in the order of the form."""
    return tuple(plain_row(kept) for kept in version.rows.all())


def uses_of(version: TargetVersion) -> tuple[MoneyUse, ...]:
    """The uses of money of a version, in yuan."""
    return tuple(plain_use(use) for use in version.uses.all())


def plain_use(kept: TargetUse) -> MoneyUse:
    """The use of money as the checks read it."""
    return MoneyUse(kept.code, kept.name, None if kept.amount_fen is None else from_fen(kept.amount_fen))


def measures() -> Mapping[str, str]:
    """Code → name of every measure that a row may choose."""
    return {code: found.label for code, found in catalog().indicators.items()}


def ledger_purposes(project: str) -> frozenset[str] | None:
    """Codes of the purposes that the project ledger has; None where it does not know the project."""
    found = project_by_code(project)
    return None if found is None else frozenset(purpose.code for purpose in purposes_of(found))


def findings_of(version: TargetVersion) -> tuple[TargetFinding, ...]:
    """What stands against submitting a version, errors first."""
    targets = version.target_set
    last = version_in_force(targets.project, targets.year - 1)
    case = TargetCase(
        version.objective,
        rows_of(version),
        uses_of(version),
        profile(targets.profile),
        phrases(),
        measures().keys(),
        Before(rows_of(last), uses_of(last)) if last else None,
        ledger_purposes(targets.project),
    )
    return target_findings(case)


def book_of(version: TargetVersion, page: str = "") -> FigureBook:
    """Weights and money of a version; each entered number leads to its row on the page and carries the seal."""
    rows, uses = rows_of(version), uses_of(version)
    names = [*(f"weight.row.{row.code}" for row in rows), *(f"use.{use.code}" for use in uses)]
    links = {name: f"{page}#{name}" for name in names} if page else {}
    return target_figures(rows, uses, links, dict.fromkeys(names, version.digest))


def is_editable(version: TargetVersion, today: date) -> bool:
    """Whether a person may change it today: a draft, or one whose request was sent back, refused or withdrawn."""
    waits = version.status == Status.ASKED and version.request and version.request.status in ("pending", "approved")
    is_open = version.status == Status.DRAFT or (version.status == Status.ASKED and not waits)
    return is_open and today.year <= version.target_set.year


def content_digest(version: TargetVersion, reasons: Mapping[str, str]) -> str:
    """The seal of all that is submitted: set, stage, document, money, rows and the reasons for warnings."""
    targets = version.target_set
    content: dict[str, Any] = {
        "set": [targets.project, targets.name, targets.year, targets.profile],
        "version": [version.number, version.stage, version.objective],
        "document": [version.document_no, str(version.document_on or ""), version.document_digest],
        "uses": [[use.code, use.name, use.amount_fen] for use in version.uses.all()],
        "rows": [[getattr(kept, name) for name in ROW_FIELDS] for kept in version.rows.all()],
        "reasons": sorted(reasons.items()),
    }
    return f"sm3:{sm3(json.dumps(content, ensure_ascii=False, separators=(',', ':')).encode())}"


@dataclass(frozen=True)
class Changed:
    """One row in two versions; `before` or `after` None where only one has it; `fields` are those that differ."""

    code: str
    before: TargetRow | None
    after: TargetRow | None
    fields: frozenset[str]


def compared(before: Sequence[TargetRow], after: Sequence[TargetRow]) -> list[Changed]:
    """Every row of either version by its code, in the order of the later one, dropped rows behind."""
    first, second = ({row.code: row for row in rows} for rows in (before, after))
    return [_change(first.get(code), second.get(code)) for code in dict.fromkeys([*second, *first])]


def _change(before: TargetRow | None, after: TargetRow | None) -> Changed:
    code = (after or before).code  # type: ignore[union-attr]
    if before is None or after is None:
        return Changed(code, before, after, frozenset())
    differ = {name for name in ROW_FIELDS if getattr(before, name) != getattr(after, name)}
    return Changed(code, before, after, frozenset(differ))
