"""One run: every table read once, written, read again, compared with the library, and put in place as a whole."""

import fcntl
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from huiliu.interchange.characters import Cleaner
from huiliu.interchange.definition import Form, Interchange
from huiliu.interchange.reread import Fault, Reread, reread_delimited, reread_document
from huiliu.interchange.schema import schema_of
from huiliu.interchange.select import Held, Place, Selection, Totals, earliest
from huiliu.interchange.writers import Document, EncodedFile, Write, delimited, encoded_file
from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.home import sync_folder
from huiliu.lake.snapshot import Snapshot

XML, CSV = "xml", "csv"


class Progress(Protocol):
    """Told of each step: what is done, of which table or document, how many rows of how many."""

    def step(self, phase: str, table: str | None = None, done: int = 0, total: int | None = None) -> None: ...


@dataclass(frozen=True)
class Order:
    """What is wanted: the folder that is to appear, tables by their numbers (none: all), and formats."""

    folder: Path
    numbers: tuple[str, ...] = ()
    formats: tuple[str, ...] = (XML, CSV)
    reserve: int = 0


@dataclass(frozen=True)
class TableDone:
    """One table as it was written; `unheld` are elements that the snapshot does not have."""

    form: Form
    totals: Totals
    elements: tuple[str, ...]
    unheld: tuple[str, ...]
    replaced: Mapping[str, int]
    moved: Mapping[str, int]


@dataclass(frozen=True)
class FileDone:
    """One finished file by its path below the folder."""

    name: str
    bytes: int
    digest: str


@dataclass(frozen=True)
class Done:
    """A whole run before it is put in place; `unassigned` rows of our tables fell into no table of the standard."""

    interchange: Interchange
    tables: tuple[TableDone, ...]
    files: tuple[FileDone, ...]
    faults: tuple[Fault, ...]
    fault_count: int
    unassigned: Mapping[str, int]

    @property
    def valid(self) -> bool | None:
        """Whether every document is as its schema has it; None where there is none."""
        return self.fault_count == 0 if any(file.name.endswith(".xml") for file in self.files) else None


Seal = Callable[[Done, Path], None]


def export(
    snapshot: Snapshot, interchange: Interchange, place: Place, order: Order, progress: Progress, seal: Seal
) -> Done:
    """Write the tables into a folder that appears only when all is written, read again and found equal.

    `seal` is called last, with what was done and the folder while it is still hidden: it writes the manifest and
    the audit row; what it raises leaves nothing behind. Raises INTERCHANGE-002 to -006, each before anything appears.
    """
    forms = chosen(interchange, order.numbers)
    with _staging(order.folder) as staging:
        held = Held.of(snapshot)
        start = earliest(snapshot, held, interchange)
        placed = Place(place.division, place.day, place.meanings, place.divisions, start)
        selections = [Selection(snapshot, held, interchange, form, placed) for form in forms]
        totals = _totals(selections, progress)
        _refuse_full(order, selections, totals)
        done = _Run(interchange, order, progress, staging, totals).all(selections)
        seal(done, staging)
        _appear(staging, order.folder)
    return done


def counted(snapshot: Snapshot, interchange: Interchange, place: Place) -> int:
    """How many rows a run of all tables would write, without writing any."""
    held = Held.of(snapshot)
    return sum(Selection(snapshot, held, interchange, form, place).count() for form in interchange.forms)


def chosen(interchange: Interchange, numbers: Sequence[str]) -> tuple[Form, ...]:
    """The tables of these numbers in the standard's order, or all; INTERCHANGE-002 for a number it does not have."""
    known = {form.number for form in interchange.forms}
    if unknown := [number for number in numbers if number not in known]:
        raise HuiliuError(
            code="INTERCHANGE-002",
            message=f"标准没有表 {unknown[0][:8]}",
            hint=f"表号为 1 至 {len(known)}，可以写几个。",
        )
    return tuple(form for form in interchange.forms if not numbers or form.number in numbers)


class _Run:
    def __init__(
        self, interchange: Interchange, order: Order, progress: Progress, folder: Path, totals: Mapping[str, Totals]
    ) -> None:
        self._interchange, self._order, self._progress = interchange, order, progress
        self._folder, self._expected = folder, totals
        self._tables: list[TableDone] = []
        self._faults: list[Fault] = []
        self._fault_count = 0

    def all(self, selections: Sequence[Selection]) -> Done:
        for part in self._interchange.parts:
            if within := [s for s in selections if s.form.part == part]:
                self._part(part, within)
        return Done(
            self._interchange,
            tuple(sorted(self._tables, key=lambda done: int(done.form.number))),
            tuple(self._files()),
            tuple(self._faults),
            self._fault_count,
            self._unassigned(selections),
        )

    def _part(self, part: str, selections: Sequence[Selection]) -> None:
        """One document with its tables, and each table's own file beside it, in one pass over the library."""
        path = self._folder / XML / f"{part}.xml"
        with ExitStack() as stack:
            document = self._document(stack, path, part)
            for selection in selections:
                self._tables.append(self._table(selection, document))
            if document is not None:
                document.end()
        if document is not None:
            self._examine(path, part, [selection.form for selection in selections])

    def _document(self, stack: ExitStack, path: Path, part: str) -> Document | None:
        if XML not in self._order.formats:
            return None
        path.parent.mkdir(mode=0o700, exist_ok=True)
        file = stack.enter_context(encoded_file(path, self._interchange.encoding))
        return Document(file, part, self._interchange.namespace, self._interchange.encoding)

    def _table(self, selection: Selection, document: Document | None) -> TableDone:
        form, elements = selection.form, selection.elements
        cleaner = Cleaner([element.name for element in elements])
        with ExitStack() as stack:
            writers = [document.table(form.name, elements)] if document is not None else []
            path = self._folder / CSV / f"{form.file_name}.csv"
            if CSV in self._order.formats:
                writers.append(delimited(self._beside(stack, path), elements))
            rows = self._write(selection, cleaner, writers)
        if CSV in self._order.formats:
            self._same(form, reread_delimited(path, self._interchange.encoding, form))
        return TableDone(
            form,
            Totals(rows, self._expected[form.number].sums),
            tuple(element.code for element in elements),
            tuple(element.code for element in form.elements if element not in elements),
            dict(cleaner.replaced),
            dict(cleaner.moved),
        )

    def _beside(self, stack: ExitStack, path: Path) -> EncodedFile:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return stack.enter_context(encoded_file(path, self._interchange.encoding))

    def _write(self, selection: Selection, cleaner: Cleaner, writers: Sequence[Write]) -> int:
        rows, total = 0, self._expected[selection.form.number].rows
        for block in selection.rows():
            clean = cleaner.rows(block)
            for write in writers:
                write(clean)
            rows += len(block)
            self._progress.step("写出", selection.form.file_name, rows, total)
        return rows

    def _examine(self, path: Path, part: str, forms: Sequence[Form]) -> None:
        """The finished document against a schema made anew, and what it holds against the library."""
        schema = schema_of(self._interchange, part, forms)
        path.with_suffix(".xsd").write_bytes(schema)
        total = sum(self._expected[form.number].rows for form in forms)
        read: Reread = reread_document(
            path, schema, self._interchange.namespace, forms, lambda n: self._progress.step("校验", part, n, total)
        )
        for form in forms:
            self._same(form, read.totals[form.name])
        self._faults += read.faults
        self._fault_count += read.fault_count

    def _same(self, form: Form, read: Totals) -> None:
        """INTERCHANGE-005 where a file holds other rows or sums than the library."""
        expected = self._expected[form.number]
        other = [name for name, value in expected.sums.items() if read.sums.get(name) != value]
        if read.rows == expected.rows and not other:
            return
        raise HuiliuError(
            code="INTERCHANGE-005",
            message=f"表{form.number} {form.name}写出后与回流库的行数或合计不一致，没有生成任何文件",
            hint="请重新运行；若重复出现，请连同本代码反馈。",
            facts={"table": form.number, "rows": [expected.rows, read.rows], "sums": sorted(other)},
        )

    def _files(self) -> Iterator[FileDone]:
        for path in sorted(self._folder.rglob("*.*")):
            if path.is_file():
                name = path.relative_to(self._folder).as_posix()
                yield FileDone(name, path.stat().st_size, file_digest(path))

    def _unassigned(self, selections: Sequence[Selection]) -> dict[str, int]:
        """Of tables that schemes part: rows that no table of the standard took; only a whole run can tell."""
        if self._order.numbers:
            return {}
        taken: Counter[str] = Counter()
        for selection in selections:
            taken[selection.form.table.name] += self._expected[selection.form.number].rows
        first = {selection.form.table.name: selection for selection in reversed(selections)}
        rest = {name: selection.all_of_schemes() - taken[name] for name, selection in first.items()}
        return {name: count for name, count in rest.items() if count > 0}


def _totals(selections: Sequence[Selection], progress: Progress) -> dict[str, Totals]:
    found = {}
    for number, selection in enumerate(selections):
        progress.step("清点", selection.form.file_name, number, len(selections))
        found[selection.form.number] = selection.totals()
    return found


_TYPICAL = 24  # bytes of a cell that has one


def _refuse_full(order: Order, selections: Sequence[Selection], totals: Mapping[str, Totals]) -> None:
    """INTERCHANGE-004 before anything is written, if the files could leave less than the reserve; on the safe side."""
    needed = sum(totals[s.form.number].rows * _row_bytes(s, order.formats) for s in selections)
    free = shutil.disk_usage(order.folder.parent).free
    if free < needed + order.reserve:
        raise HuiliuError(
            code="INTERCHANGE-004",
            message=f"磁盘空间不足：约需 {needed // 1_000_000:,} MB，可用 {free // 1_000_000:,} MB",
            hint="请换一个磁盘，或只导出一种格式、几个表；保留空间见 HUILIU_RESERVE。",
            facts={"needed": needed, "free": free, "reserve": order.reserve},
        )


def _row_bytes(selection: Selection, formats: Sequence[str]) -> int:
    names = sum(2 * len(element.name) for element in selection.elements)  # two bytes a character
    cells = len(selection.elements) * _TYPICAL
    return (2 * names + cells if XML in formats else 0) + (cells if CSV in formats else 0)


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    """A hidden folder beside the one wanted, for this run alone, gone at its end; what a killed run left is cleared."""
    _refuse_used(folder)
    staging = folder.with_name(f".{folder.name}.partial")
    staging.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(staging, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _busy(folder) from None
        _empty(staging)
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    finally:
        os.close(descriptor)


def _refuse_used(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise HuiliuError(
            code="INTERCHANGE-003",
            message=f"文件夹 {folder.name} 已有内容",
            hint="请写一个新的或空的文件夹；已有的导出不会被覆盖。",
        )
    if not folder.parent.is_dir():
        hint = "请先建立上一级文件夹，或核对路径。"
        raise HuiliuError(code="INTERCHANGE-003", message=f"放置 {folder.name} 的文件夹不存在", hint=hint)


def _busy(folder: Path) -> HuiliuError:
    hint = "请等它结束，或写另一个文件夹。"
    return HuiliuError(code="INTERCHANGE-006", message=f"另一个导出正在写 {folder.name}", hint=hint)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _appear(staging: Path, folder: Path) -> None:
    """All files at once, by one rename."""
    for path in (*staging.rglob("*"), staging):
        if path.is_dir():
            sync_folder(path)
    staging.rename(folder)
    sync_folder(folder.parent)
