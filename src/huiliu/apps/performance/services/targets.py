"""Targets while they are drafted: a version begun, its words, rows and money put in and taken out."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record
from huiliu.apps.funds.selectors.projects import project_by_code, purposes_of
from huiliu.apps.performance.errors import refused
from huiliu.apps.performance.models import Stage, Status, TargetRow, TargetSet, TargetUse, TargetVersion
from huiliu.apps.performance.selectors import editions
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.profiles import profile
from huiliu.apps.performance.selectors.suggestions import accepted, basis_with
from huiliu.apps.performance.services.editions import check_edition
from huiliu.apps.performance.services.holders import EDIT, for_holders
from huiliu.catalog.target_library import libraries
from huiliu.kernel.clock import Clock
from huiliu.kernel.codes import CODE_HINT, is_code
from huiliu.kernel.money import to_fen
from huiliu.scoring import targets as plain
from huiliu.scoring.weights import shared_out

TARGET = kind("target", "绩效目标")
DRAFTED = action("performance.target_draft", "起草绩效目标")
DESCRIBED = action("performance.target_describe", "修改绩效目标说明")
ROW_PUT = action("performance.target_row_put", "填写绩效指标")
ROW_REMOVED = action("performance.target_row_remove", "删除绩效指标")
WEIGHTS_SHARED = action("performance.target_weights_share", "平均分配指标权重")
USE_PUT = action("performance.target_use_put", "填写资金用途")
USE_REMOVED = action("performance.target_use_remove", "删除资金用途")
WRITTEN = (DRAFTED, DESCRIBED, ROW_PUT, ROW_REMOVED, WEIGHTS_SHARED, USE_PUT, USE_REMOVED)
ROW_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,15}")
LARGEST, PLACES = Decimal(10**12), 6


@dataclass(frozen=True)
class NewVersion:
    """What to begin: project and year, the stage, and what to start from.

    `name` and `profile` are read when the project has no targets of the year yet. `is_copy` takes rows and money over
    from the last version, of the year before if this year has none; `categories` adds those of the library, and
    `has_purposes` the purposes that the project ledger knows, without amounts.
    """

    project: str
    year: int
    stage: str
    name: str = ""
    profile: str = ""
    is_copy: bool = False
    categories: tuple[str, ...] = ()
    has_purposes: bool = False


@dataclass(frozen=True)
class Words:
    """What a version says beside its rows: the objective, and number and day of the document it follows."""

    objective: str
    document_no: str = ""
    document_on: date | None = None


@for_holders(EDIT, DRAFTED, TARGET)
def version_draft(*, wanted: NewVersion, user: Any, actor: Actor, clock: Clock | None = None) -> TargetVersion:
    """Begin a version.

    Raises TARGET-002 once the year is over, 004 while another version is open, 009 for a code that cannot stand in an
    address, 012 without a name, 013 for a stage out of order; CODE-002 for an unknown profile or category.
    """
    clock = clock or settings.HUILIU_CLOCK
    today = clock.now().date()
    check_year(wanted.year, today)
    targets = _set(wanted, actor, today)
    last = TargetVersion.objects.filter(target_set=targets).order_by("-number").first()
    _check_stage(wanted.stage, last)
    source = (last or _year_before(targets)) if wanted.is_copy else None
    version = TargetVersion.objects.create(
        target_set=targets,
        number=last.number + 1 if last else 1,
        stage=wanted.stage,
        objective=source.objective if source else "",
        created_at=clock.now(),
        created_by=actor.name,
        touched_on=today,
    )
    _fill(version, source, wanted)
    after = {"stage": wanted.stage, "from": key_of(source) if source else "", "library": list(wanted.categories)}
    record(Entry(actor, DRAFTED, TARGET, key_of(version), after=after), clock)
    return version


def key_of(version: TargetVersion) -> str:
    """How the audit names a version: project, year, number."""
    return f"{version.target_set.project}/{version.target_set.year}/{version.number}"


def check_year(year: int, today: date) -> None:
    """TARGET-002 once the year is over: what was promised is then what was promised."""
    if today.year > year:
        hint = "年度结束后目标不能再起草、修改、提交或审批；差异请在自评中说明原因。"
        raise refused("TARGET-002", f"{year} 年度已经结束，目标不能再改动", hint, year=year)


def _set(wanted: NewVersion, actor: Actor, today: date) -> TargetSet:
    locked = TargetSet.objects.select_for_update().filter(project=wanted.project, year=wanted.year)
    found = locked.first()
    if found:
        return found
    _check_code(wanted.project)
    if not wanted.name.strip():
        raise refused("TARGET-012", "没有填写项目名称", "请填写预算批复中的项目名称。")
    check_words(wanted.name)
    profile(wanted.profile)
    try:
        with transaction.atomic():
            return _opened(wanted, actor, today)
    except IntegrityError:
        # Somebody opened the same year between the look and the write: theirs stands, with its open version.
        return locked.get()


def _opened(wanted: NewVersion, actor: Actor, today: date) -> TargetSet:
    return TargetSet.objects.create(
        project=wanted.project,
        year=wanted.year,
        name=wanted.name.strip(),
        profile=wanted.profile,
        opened_on=today,
        opened_by=actor.name,
    )


def _check_code(code: str) -> None:
    """A project or a purpose is called as the ledger calls it."""
    if not is_code(code):
        raise refused("TARGET-009", "项目或支出事项的代码写法不正确", CODE_HINT)


def _check_stage(stage: str, last: TargetVersion | None) -> None:
    if last and last.status in (Status.DRAFT, Status.ASKED):
        raise refused("TARGET-004", f"第 {last.number} 版还没有办结", "请先办完这一版，再起草新的版本。")
    later = stage == Stage.FIRST and last is not None and last.stage != Stage.FIRST
    if later or (stage == Stage.ADJUSTED and last is None) or stage not in Stage.values:
        hint = "一上在批复之前，调整在已有版本之后；批复可以是第一版。"
        raise refused("TARGET-013", "这个阶段与已有版本的先后不符", hint, stage=stage)


def _year_before(targets: TargetSet) -> TargetVersion | None:
    return selectors.version_in_force(targets.project, targets.year - 1)


def _fill(version: TargetVersion, source: TargetVersion | None, wanted: NewVersion) -> None:
    rows = _carried(version, source) if source else []
    uses = list(selectors.uses_of(source)) if source else []
    known = libraries(*settings.HUILIU_CATALOG_ROOTS)
    for library in (known[category] for category in wanted.categories):
        taken = {row.code for row in rows}
        rows += [row for row in library.rows if row.code not in taken]
        if library.code not in {use.code for use in uses}:
            uses.append(plain.MoneyUse(library.code, library.label))
    taken = {use.code for use in uses}
    uses += [use for use in _ledger_uses(wanted) if use.code not in taken]
    for position, row in enumerate(rows, 1):
        TargetRow.objects.create(version=version, position=position, **_kept(row), entered_on=version.touched_on)
    for use in uses:
        TargetUse.objects.create(version=version, **_kept_use(use), entered_on=version.touched_on)


def _carried(version: TargetVersion, source: TargetVersion) -> list[plain.TargetRow]:
    """The rows to begin from; those of the year before with what was accepted of that year's result in their basis."""
    rows, last = list(selectors.rows_of(source)), source.target_set.year
    if last == version.target_set.year:
        return rows
    kept = accepted(source.target_set.project, last)
    return [replace(row, basis=basis_with(row.basis, last, [one for one in kept if one.row == row.code]))
            for row in rows]  # fmt: skip


def _ledger_uses(wanted: NewVersion) -> list[plain.MoneyUse]:
    project = project_by_code(wanted.project) if wanted.has_purposes else None
    return [plain.MoneyUse(purpose.code, purpose.label) for purpose in purposes_of(project)] if project else []


def _kept(row: plain.TargetRow) -> dict[str, object]:
    values = {name: getattr(row, name) for name in selectors.ROW_FIELDS}
    return values | {name: _text(values[name]) for name in selectors.NUMBERS}


def _text(number: Decimal | None) -> str:
    return "" if number is None else f"{number:f}"


def _kept_use(use: plain.MoneyUse) -> dict[str, object]:
    fen = None if use.amount is None else to_fen(use.amount)
    return {"code": use.code, "name": use.name, "amount_fen": fen}


def version_opened(number: int, today: date) -> TargetVersion:
    """The version under its lock, ready to be changed on the day; back to a draft if its request came to nothing.

    Raises TARGET-001 where there is none, 002 once the year is over, 003 unless it may change.
    """
    version = version_locked(number)
    check_year(version.target_set.year, today)
    if not selectors.is_editable(version, today):
        hint = "审批中的版本请先撤回申请；已生效的版本请另起一版。"
        raise refused("TARGET-003", f"第 {version.number} 版现在不能改动", hint, status=version.status)
    version.status, version.touched_on = Status.DRAFT, today
    version.save(update_fields=("status", "touched_on"))
    return version


def version_locked(number: int) -> TargetVersion:
    """The version under its row lock; TARGET-001 where there is none."""
    locked = TargetVersion.objects.select_for_update(of=("self",)).select_related("target_set", "request")
    version = locked.filter(pk=number).first()
    if version is None:
        raise refused("TARGET-001", "没有这一版目标", "请从“绩效 目标”重新进入。")
    return version


@for_holders(EDIT, DESCRIBED, TARGET)
def version_describe(
    *, number: int, words: Words, user: Any, actor: Actor, clock: Clock | None = None, edition: str | None = None
) -> TargetVersion:
    """Write the objective and the document; TARGET-007 for a day to come, 016 for another `edition` of them than the
    one that stands, and what `version_opened` raises.
    """
    version = version_opened(number, (clock or settings.HUILIU_CLOCK).now().date())
    check_edition(edition, editions.of_words(version), "TARGET-016", "目标与依据文件")
    if words.document_on and words.document_on > version.touched_on:
        raise refused("TARGET-007", "文件日期在今天之后", "请填写文件上的日期；还没有发出的文件不能作依据。")
    check_words(f"{words.objective} {words.document_no}")
    before = _words(version)
    version.objective, version.document_no = words.objective.strip(), words.document_no.strip()
    version.document_on = words.document_on
    version.save(update_fields=("objective", "document_no", "document_on"))
    record(Entry(actor, DESCRIBED, TARGET, key_of(version), before=before, after=_words(version)), clock)
    return version


def _words(version: TargetVersion) -> dict[str, object]:
    """What the audit keeps of the words."""
    return {name: getattr(version, name) for name in ("objective", "document_no", "document_on")}


@for_holders(EDIT, ROW_PUT, TARGET)
def row_put(
    *, number: int, row: plain.TargetRow, user: Any, actor: Actor, clock: Clock | None = None,
    edition: str | None = None,
) -> TargetRow:  # fmt: skip
    """Put a row in, or in place of the one of its code; a row without a code gets the next number.

    Raises TARGET-008 for a number too large or too fine, 009 for a bad code, 016 for another `edition` of the row than
    the one that stands, and what `version_opened` raises.
    """
    version = version_opened(number, (clock or settings.HUILIU_CLOCK).now().date())
    row = replace(row, code=row.code or _next_code(version))
    _check_row(row)
    known = TargetRow.objects.filter(version=version, code=row.code).first()
    check_edition(edition, editions.of_row(known), "TARGET-016", "这一行指标")
    last = version.rows.order_by("-position").first()
    kept = known or TargetRow(version=version, code=row.code, position=last.position + 1 if last else 1)
    before = _described(known) if known else None
    for name, value in _kept(row).items():
        setattr(kept, name, value)
    kept.entered_on = version.touched_on
    kept.save(force_insert=known is None)
    record(Entry(actor, ROW_PUT, TARGET, key_of(version), before=before, after=_described(kept)), clock)
    return kept


def _next_code(version: TargetVersion) -> str:
    taken = set(version.rows.values_list("code", flat=True))
    return next(code for code in (f"{number:02d}" for number in range(1, len(taken) + 2)) if code not in taken)


def _check_row(row: plain.TargetRow) -> None:
    if not ROW_CODE.fullmatch(row.code):
        hint = "请用不超过 16 位的字母、数字、横线和下划线，以字母或数字开头。"
        raise refused("TARGET-009", "指标编号写法不正确", hint)
    if row.purpose:
        _check_code(row.purpose)
    check_words(" ".join((row.level3, row.unit, row.wording, row.basis, row.evidence, row.formula)))
    if not row.level3.strip():
        raise refused("TARGET-012", "没有填写三级指标名称", "请写明这一行衡量什么。")
    for number in (row.value, row.upper, row.weight):
        check_number(number)


def check_number(number: Decimal | None) -> None:
    """TARGET-008 for a number that no form could print."""
    if number is None:
        return
    if not number.is_finite() or abs(number) >= LARGEST or number != round(number, PLACES):
        raise refused("TARGET-008", "数值过大或小数过多", f"请控制在一万亿以内，小数不超过 {PLACES} 位。")


def _described(kept: TargetRow) -> dict[str, str]:
    """What the audit keeps of a row: its numbers and codes."""
    names = ("code", "level3", "kind", "value", "upper", "unit", "weight", "paired_output", "purpose", "measure")
    return {name: str(getattr(kept, name)) for name in names}


@for_holders(EDIT, ROW_REMOVED, TARGET)
def row_remove(
    *, number: int, code: str, user: Any, actor: Actor, clock: Clock | None = None, edition: str | None = None
) -> None:
    """Take a row out; TARGET-001 if it is not there, 016 as `row_put`, and what `version_opened` raises."""
    version = version_opened(number, (clock or settings.HUILIU_CLOCK).now().date())
    kept = version.rows.filter(code=code).first()
    if kept is None:
        raise refused("TARGET-001", "没有这一行指标", "请刷新页面。")
    check_edition(edition, editions.of_row(kept), "TARGET-016", "这一行指标")
    before = _described(kept)
    _take_out(kept, version)
    record(Entry(actor, ROW_REMOVED, TARGET, key_of(version), before=before), clock)


def _take_out(kept: TargetRow | TargetUse, version: TargetVersion) -> None:
    """A line leaves with its day written: the database lets none go without."""
    kept.entered_on = kept.removed_on = version.touched_on
    kept.save(update_fields=("entered_on", "removed_on"))
    kept.delete()


@for_holders(EDIT, WEIGHTS_SHARED, TARGET)
def weights_share(
    *, number: int, user: Any, actor: Actor, clock: Clock | None = None, edition: str | None = None
) -> TargetVersion:
    """Divide the profile's points evenly among the rows of each level, over what stood there.

    Raises TARGET-016 for another `edition` of the weights than the one that stands, and what `version_opened` raises.
    """
    version = version_opened(number, (clock or settings.HUILIU_CLOCK).now().date())
    check_edition(edition, editions.of_weights(version), "TARGET-016", "权重")
    rows = selectors.rows_of(version)
    shared = shared_out(rows, profile(version.target_set.profile))
    before, after = ({row.code: _text(row.weight) for row in found} for found in (rows, shared))
    for row in version.rows.all():
        row.weight, row.entered_on = after[row.code], version.touched_on
        row.save(update_fields=("weight", "entered_on"))
    record(Entry(actor, WEIGHTS_SHARED, TARGET, key_of(version), before=before, after=after), clock)
    return version


@for_holders(EDIT, USE_PUT, TARGET)
def use_put(
    *, number: int, use: plain.MoneyUse, user: Any, actor: Actor, clock: Clock | None = None,
    edition: str | None = None,
) -> TargetUse:  # fmt: skip
    """Put a use of money in, or in place of the one of its code.

    Raises TARGET-008, 009 and 016 as for rows, 012 without a name.
    """
    version = version_opened(number, (clock or settings.HUILIU_CLOCK).now().date())
    _check_code(use.code)
    check_words(use.name)
    check_number(use.amount)
    if not use.name.strip() or (use.amount is not None and use.amount <= 0):
        raise refused("TARGET-012", "支出事项没有名称，或金额不大于 0", "请写明事项和所需金额；金额未定可以先留空。")
    values = _kept_use(use) | {"entered_on": version.touched_on}
    known = version.uses.filter(code=use.code).first()
    if known and edition == editions.of_use(None):
        hint = "请换一个代码，或返回修改已有的那一项；再次保存会改写它。"
        raise refused("TARGET-016", "已有这个代码的资金用途，没有保存", hint)
    check_edition(edition, editions.of_use(known), "TARGET-016", "这项资金用途")
    before = _described_use(known) if known else None
    kept, _ = TargetUse.objects.update_or_create(version=version, code=use.code, defaults=values)
    record(Entry(actor, USE_PUT, TARGET, key_of(version), before=before, after=_described_use(kept)), clock)
    return kept


def _described_use(kept: TargetUse) -> dict[str, object]:
    return {name: getattr(kept, name) for name in ("code", "name", "amount_fen")}


@for_holders(EDIT, USE_REMOVED, TARGET)
def use_remove(
    *, number: int, code: str, user: Any, actor: Actor, clock: Clock | None = None, edition: str | None = None
) -> None:
    """Take a use of money out; TARGET-001 if it is not there, 016 as `use_put`, and what `version_opened` raises."""
    version = version_opened(number, (clock or settings.HUILIU_CLOCK).now().date())
    kept = version.uses.filter(code=code).first()
    if kept is None:
        raise refused("TARGET-001", "没有这项资金用途", "请刷新页面。")
    check_edition(edition, editions.of_use(kept), "TARGET-016", "这项资金用途")
    before = _described_use(kept)
    _take_out(kept, version)
    record(Entry(actor, USE_REMOVED, TARGET, key_of(version), before=before), clock)
