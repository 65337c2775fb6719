"""Bringing in an export: keep the file, show what each row would be, and write all of it or nothing."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.services import Actor, Entry, check_words, record, refusals_recorded
from huiliu.apps.control.services.files import file_keep, file_kept, upload_looked_at
from huiliu.apps.control.services.hands import check_in_person
from huiliu.apps.funds import actions
from huiliu.apps.funds.errors import check_may, refused
from huiliu.apps.funds.models import Event, ImportFile, ImportMapping, ImportRow, Kind, Outcome, ProjectYear, Purpose
from huiliu.apps.funds.selectors.importing import mappings
from huiliu.apps.funds.selectors.projects import events_of, ledger_year, names_of, payments_before, purposes_of
from huiliu.apps.funds.services.events import event_lay, str_of, year_locked
from huiliu.budget.events import Event as MoneyEvent
from huiliu.budget.import_cells import Covered, unguarded
from huiliu.budget.import_mapping import PAYMENT, folded, mapping_of, plain
from huiliu.budget.import_mapping import ImportMapping as Columns
from huiliu.budget.import_matching import KNOWN, NEW, REFUSED, Before, Proposal, propose, to_record
from huiliu.budget.import_sheet import LOOKED_AT, Sheets
from huiliu.budget.importing import Reading, Wanted, read_rows
from huiliu.budget.reconcile import Pair, reconcile
from huiliu.catalog.reconciliation import statement_days
from huiliu.documents.delimited import delimited_rows
from huiliu.documents.sheets import MOST_CELLS, MOST_COLUMNS, Cell, SheetCells, read_sheets
from huiliu.kernel.clock import TZ, Clock
from huiliu.kernel.digests import canonical_json, sm3
from huiliu.kernel.errors import HuiliuError

MOST_NEW, MOST_LINES = 300, 2000


@dataclass(frozen=True)
class Sent:
    """A file as it was sent: the code of its kind of export, its bytes and name."""

    code: str
    file: BinaryIO
    name: str


@dataclass(frozen=True)
class Preview:
    """What a file says today: its rows beside the ledger; `pairs` of a statement, which is never written."""

    mapping: Columns
    reading: Reading
    proposals: tuple[Proposal, ...]
    pairs: tuple[Pair, ...]

    def count(self, state: str) -> int:
        """How many rows stand so."""
        return sum(one.state == state for one in self.proposals)

    @property
    def blocked(self) -> bool:
        """Whether a row is not understood or not taken: then nothing is written."""
        return bool(self.reading.problems) or self.count(REFUSED) > 0

    @property
    def ready(self) -> bool:
        """Whether there is something to write and nothing in the way."""
        return self.mapping.writes and not self.blocked and self.count(NEW) > 0


def import_upload(*, year: ProjectYear, sent: Sent, user: Any, actor: Actor, clock: Clock | None = None) -> ImportFile:
    """Keep a file to be looked at; the same bytes read in the same way are the file that is there already.

    FUND-060 without the duty, FUND-083 for a kind of export that is none or too many rows, what
    `upload_looked_at`, `read_sheets` and `read_rows` refuse. Nothing is written into the ledger.
    """
    clock, key = clock or settings.HUILIU_CLOCK, str_of(year)
    with refusals_recorded(Entry(actor, actions.IMPORT_UPLOAD, actions.YEAR, key)), transaction.atomic():
        check_in_person(user)
        check_may(user, "funds.import")
        mapping = _mapping(sent.code)
        found = upload_looked_at(sent.file, sent.name, ("xlsx", "csv"))
        _check_size(_read(year_locked(year), mapping, sent.file))
        content = plain(mapping)
        digest = f"sm3:{sm3(canonical_json(content))}"
        same = ImportFile.objects.filter(year=year, digest=found.digest, mapping_digest=digest).first()
        if same is not None:
            file_keep(sent.file, found.digest)  # what lies there may be gone or damaged
            return same
        row = ImportFile.objects.create(
            year=year, name=found.name, digest=found.digest, size=found.size, code=sent.code, mapping=content,
            mapping_digest=digest, uploaded_by=user, uploaded_at=clock.now(),
        )  # fmt: skip
        file_keep(sent.file, found.digest)
        after = {"import": row.pk, "code": sent.code, "digest": found.digest, "mapping": digest}
        record(Entry(actor, actions.IMPORT_UPLOAD, actions.YEAR, key, after=after), clock)
        return row


def import_preview(file: ImportFile) -> Preview:
    """What each row would be if the file were written now; CTRL-046 where the bytes are not those that were sent."""
    mapping = mapping_of(file.code, file.mapping)
    reading = _read(file.year, mapping, io.BytesIO(file_kept(file.digest)))
    ledger = ledger_year(file.year)
    if not mapping.writes:
        window = statement_days(file.uploaded_at.astimezone(TZ).date())
        return Preview(mapping, reading, (), tuple(reconcile(reading.rows, ledger, window)))
    over = events_of(file.year).filter(kind=Kind.REQUEST, origin="import").values_list("pk", flat=True)
    before = Before(frozenset(map(str, over)), payments_before(file.year))
    proposals = propose(reading.rows, ledger, before, MOST_NEW)
    return Preview(mapping, reading, tuple(proposals), ())


def writes_with(code_of: Columns) -> str:
    """The permission that writing a file of this kind takes: payments are the cashier's, all else the accountant's."""
    return "funds.pay" if code_of.target == PAYMENT else "funds.record"


def import_write(*, file: ImportFile, user: Any, actor: Actor, clock: Clock | None = None) -> int:
    """Write all new rows into the ledger, or none; returns how many events were added.

    FUND-060 without the duty, FUND-084 with a row that is not understood or with nothing new, FUND-085 once written.
    What the ledger refuses names the first row.
    """
    clock, key = clock or settings.HUILIU_CLOCK, str_of(file.year)
    details = {"import": file.pk}
    entry = Entry(actor, actions.IMPORT_WRITE, actions.YEAR, key, details=details)
    with refusals_recorded(entry), transaction.atomic():
        check_in_person(user)
        check_may(user, writes_with(mapping_of(file.code, file.mapping)))
        locked = year_locked(file.year)
        if file.rows.exists():
            raise refused("FUND-085", "这个文件已经导入", "请在台账中查看；要导入以后的数据，请上传新的文件。")
        preview = import_preview(file)
        _check_ready(preview)
        laid = _lay(locked, preview, user, clock)
        _keep_rows(file, preview, laid, user, clock)
        after = {**details, "digest": file.digest, "events": len(laid), "rows": preview.count(NEW)}
        record(Entry(actor, actions.IMPORT_WRITE, actions.YEAR, key, after=after), clock)
        return len(laid)


def mapping_save(
    *, code: str, content: Mapping[str, Any], user: Any, actor: Actor, clock: Clock | None = None
) -> ImportMapping:
    """Read a kind of export in the office's own way from now on; FUND-080 for one that makes no sense."""
    clock = clock or settings.HUILIU_CLOCK
    with refusals_recorded(Entry(actor, actions.MAPPING_SAVE, actions.IMPORT, code)), transaction.atomic():
        check_in_person(user)
        check_may(user, "funds.import")
        now = _mapping(code)
        mapping = mapping_of(code, {**content, "target": now.target, "source": "本单位保存", "verified": True})
        for text in (mapping.label, *(text for texts in mapping.columns.values() for text in texts)):
            check_words(text)
        number = ImportMapping.objects.filter(code=code).count() + 1
        row = ImportMapping.objects.create(
            code=code, number=number, content=plain(mapping), saved_by=user, saved_at=clock.now()
        )
        after = {"number": number, "content": row.content}
        record(Entry(actor, actions.MAPPING_SAVE, actions.IMPORT, code, after=after), clock)
        return row


def _mapping(code: str) -> Columns:
    found = mappings().get(code)
    if found is None:
        raise refused("FUND-083", "没有这种导出", "请从所列的种类中选择。")
    return found


def _read(year: ProjectYear, mapping: Columns, file: BinaryIO) -> Reading:
    sheets = _sheets(file)
    project = year.project
    purposes = {text: one.code for one in purposes_of(project) for text in (one.code, one.label)}
    called = (project.code, *names_of(project)) if "project" in mapping.columns else ()
    names = frozenset(map(folded, called))
    return read_rows(sheets, mapping, Wanted(year.year, names, purposes))


def _sheets(file: BinaryIO) -> Sheets:
    """The sheets of a workbook, or the one that a text file is; `upload_looked_at` let no other pass."""
    is_book = file.read(2) == b"PK"
    file.seek(0)
    if is_book:
        return [(sheet.name, _marked(sheet)) for sheet in read_sheets(file)]
    return [("CSV", [[unguarded(cell) for cell in row] for row in delimited_rows(file, LOOKED_AT)])]


def _marked(sheet: SheetCells) -> list[list[Cell]]:
    """The rows, with every cell that a merged area hides marked."""
    rows, left = sheet.rows, MOST_CELLS
    for (top, first), (bottom, last) in sheet.merged:
        left -= (min(bottom + 1, len(rows)) - top) * MOST_COLUMNS
        if left < 0:
            raise refused("FUND-083", "合并的单元格太多", "请取消合并并逐行填满。")
        for row in rows[top : bottom + 1]:
            hidden = first + 1 if row is rows[top] else first
            row[hidden : last + 1] = [Covered()] * len(row[hidden : last + 1])
    return rows


def _check_size(reading: Reading) -> None:
    if len(reading.rows) > MOST_LINES:
        hint = "请按月或按季度拆成几个文件。"
        raise refused("FUND-083", f"一个文件最多 {MOST_LINES:,} 行", hint)


def _check_ready(preview: Preview) -> None:
    if not preview.mapping.writes:
        raise refused("FUND-084", "对账单只用来核对，不记入台账", "请按差异逐笔核实，在台账中补记或更正。")
    for problem in preview.reading.problems:
        raise refused("FUND-084", f"第 {problem.row} 行{problem.column}：{problem.what}", problem.hint)
    for one in preview.proposals:
        if one.state == REFUSED:
            raise refused(one.code or "FUND-084", f"第 {one.row.row} 行：{one.said}", one.hint)
    if not preview.count(NEW):
        raise refused("FUND-084", "文件中没有新的行", "各行都已在台账中，不需要导入。")


def _lay(year: ProjectYear, preview: Preview, user: Any, clock: Clock) -> dict[str, Event]:
    """The events by their ids in the proposals."""
    purposes = {one.code: one for one in purposes_of(year.project)}
    laid: dict[str, Event] = {}
    known = list(events_of(year))
    for row, money in to_record(preview.proposals):
        event = _event(money, laid, purposes)
        try:
            laid[money.id] = event_lay(year, event, user, clock, known)
            known.append(laid[money.id])
        except HuiliuError as error:
            message = f"第 {row.row} 行：{error.message}"
            raise HuiliuError(code=error.code, message=message, hint=error.hint, facts=error.facts) from error
    return laid


def _event(money: MoneyEvent, laid: Mapping[str, Event], purposes: Mapping[str, Purpose]) -> Event:
    refers = None
    if money.refers is not None:
        refers = laid[money.refers].pk if money.refers in laid else int(money.refers)
    return Event(
        kind=money.kind, day=money.on, amount_fen=money.amount, refers_id=refers, number=money.number,
        month=money.month, due=money.due, payee=money.payee, item=money.item, purpose=purposes.get(money.purpose),
        agreed=money.agreed, origin="import",
    )  # fmt: skip


def _keep_rows(file: ImportFile, preview: Preview, laid: Mapping[str, Event], user: Any, clock: Clock) -> None:
    blank = ImportRow(file=file, written_by=user, written_at=clock.now())
    rows = [_row(blank, number, Outcome.LEFT_OUT, None, why) for number, why in preview.reading.left_out]
    for one in preview.proposals:
        event = int(one.known) if one.state == KNOWN else laid[one.events[-1].id].pk
        rows.append(_row(blank, one.row.row, Outcome(one.state), event))
    ImportRow.objects.bulk_create(rows)


def _row(blank: ImportRow, number: int, outcome: Outcome, event: int | None, why: str = "") -> ImportRow:
    return ImportRow(
        file=blank.file, row=number, outcome=outcome, event_id=event, why=why,
        written_by=blank.written_by, written_at=blank.written_at,
    )  # fmt: skip
