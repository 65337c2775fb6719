"""Receive: every file is copied, decoded and typed; its staging rows carry their own doubts, its faults are checks."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.ahead import ahead
from huiliu.lake.batch import BatchFile, Delivery
from huiliu.lake.cells import Cells, ParquetCells, TextCells, damaged_parquet, parquet_cells, text_cells, unreadable
from huiliu.lake.decode import FileFaultError, Part, Reading, rewrite, settle
from huiliu.lake.engine import Engine, literal
from huiliu.lake.landed import Landed, LandedFile, Landing
from huiliu.lake.layout import Layout, read_layout
from huiliu.lake.records import Check
from huiliu.lake.sheets import READING, write_sheet
from huiliu.lake.tables import Table
from huiliu.lake.unpack import gunzip, unzip

_STAGING = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 61440"
_AHEAD = 2  # texts that are decoded before they are asked for, and wait on the disk
_FAULTS = {
    "absent": "文件存在",
    "unpack": "文件解压",
    "decode": "字符编码",
    "fields": "文件结构",
    "empty": "空的交付",
    "cell": "单元格类型",
}
_STRUCTURE = {
    "MISSING COLUMNS": "列数不足",
    "TOO MANY COLUMNS": "列数过多",
    "UNQUOTED VALUE": "引号不配对",
    "LINE SIZE OVER MAXIMUM": "行过长",
    "INVALID ENCODING": "字符无效",
}


@dataclass(frozen=True)
class Piece:
    """Staging rows of one file, of one member of a zip, or of a part of either; `before` are the rows before it.

    `operation` is that of every row, if the file names none. Of a `filtered` file those rows count that belong to the
    table; the others keep their place in the numbers.
    """

    path: Path
    file: str
    operation: str | None
    filtered: bool = False
    before: int = 0


@dataclass(frozen=True)
class Staged:
    """A table's delivery as typed Parquet (columns as `Layout.staging_query` says) and what receiving it found."""

    table: Table
    delivery: Delivery
    pieces: tuple[Piece, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def relation(self) -> str | None:
        """A SQL table expression over the rows of all files, with `_file`, `_row` (1 = the first of a file) and `_op`.

        None if there is no file. One scan of all pieces: a union of scans would hold memory for every one of them.
        """
        if not self.pieces:
            return None
        told = [
            f"{self._told(literal(p.file) for p in self.pieces)} AS _file",
            f"file_row_number + {self._told(str(p.before + 1) for p in self.pieces)} AS _row",
        ]
        if (operation := self.pieces[0].operation) is not None:
            told.append(f"{literal(operation)} AS _op")
        paths = ", ".join(literal(piece.path) for piece in self.pieces)
        rows = f"read_parquet([{paths}], file_row_number = true, filename = true)"
        besides, within = (", _out", " WHERE NOT _out") if self.pieces[0].filtered else ("", "")
        return f"(SELECT {', '.join(told)}, * EXCLUDE (file_row_number, filename{besides}) FROM {rows}{within})"

    def _told(self, values: Iterable[str]) -> str:
        """SQL for what holds of all rows of a piece."""
        known = list(values)
        if len(set(known)) == 1:
            return known[0]
        cases = " ".join(f"WHEN {literal(p.path)} THEN {value}" for p, value in zip(self.pieces, known, strict=True))
        return f"CASE filename {cases} END"


@dataclass(frozen=True)
class _Text:
    """A part of a file's text that waits to be typed; `where` names the member of a zip."""

    part: Part
    reading: Reading
    where: str = ""


@dataclass
class _Intake:
    """One file on its way: where it lies, what its text became, and the fault that ended that."""

    table: Table
    delivery: Delivery
    file: BatchFile
    source: Path
    target: Path
    fault: FileFaultError | None = None
    written: int = 0

    def texts(self, landing: Landing) -> Iterator[_Text]:
        """Copy and decode; in a thread of its own, while the engine types what came before."""
        if not landing.take(self.file.name):
            self.fault = FileFaultError("absent", "读取时已不存在", "")
            return
        try:
            yield from self._decoded()
        except FileFaultError as fault:
            self.fault = fault

    def _decoded(self) -> Iterator[_Text]:
        told = self.delivery
        reading = Reading(told.encoding, told.delimiter, told.quote)
        match self.file.format:
            case "csv":
                yield from (_Text(part, reading) for part in settle(self.source, reading, self._fresh))
            case "csv.gz":
                yield from (_Text(part, reading) for part in rewrite(gunzip(self.source), reading, self._fresh))
            case "csv.zip":
                for where, blocks in unzip(self.source):
                    yield from self._member(where, blocks, reading)
            case "xlsx":
                target = self._fresh()
                write_sheet(self.source, self.table, target, self.delivery.mapping)
                yield _Text(Part(target), READING)

    def _member(self, where: str, blocks: Iterator[bytes], reading: Reading) -> Iterator[_Text]:
        try:
            yield from (_Text(part, reading, where) for part in rewrite(blocks, reading, self._fresh))
        except FileFaultError as fault:
            raise FileFaultError(fault.code, fault.problem, f"{where} {fault.where}".strip(), fault.column) from None

    def _fresh(self) -> Path:
        self.written += 1
        return self.target.with_suffix(f".{self.written}.csv")


def receive(
    engine: Engine,
    landing: Landing,
    staging: Path,
    deliveries: Mapping[str, tuple[Table, Delivery]],
    step: Callable[[str, int], None],
) -> tuple[Landed, list[Staged]]:
    """Read every file of the batch; a refused night then names all faults at once.

    `step` is told of each table and its number. Order of checks and rows is that of the batch, whichever thread is
    quicker.
    """
    intakes = [
        _Intake(table, told, file, landing.folder / file.name, staging / f"{name}.{number}.parquet")
        for name, (table, told) in deliveries.items()
        for number, file in enumerate(told.files)
    ]
    typing = {intake.file.name: _Typing(engine, intake) for intake in intakes}
    numbers = {name: number for number, name in enumerate(deliveries)}
    with closing(ahead(_prepared(intakes, landing), _AHEAD)) as prepared:
        for intake, text in prepared:
            step(intake.table.name, numbers[intake.table.name])
            typing[intake.file.name].take(text)
    landed = landing.finish()
    return landed, [_staged(table, told, typing, landed) for table, told in deliveries.values()]


def _prepared(intakes: list[_Intake], landing: Landing) -> Iterator[tuple[_Intake, _Text | None]]:
    """Every text of every file; None ends a file, and its fault is known by then."""
    for intake in intakes:
        yield from ((intake, text) for text in intake.texts(landing))
        yield intake, None


def _staged(table: Table, told: Delivery, typing: Mapping[str, "_Typing"], landed: Landed) -> Staged:
    pieces: list[Piece] = []
    checks: list[Check] = []
    for file in told.files:
        copied = landed.files.get(file.name)
        checks += _copy_checks(table, file, copied) if copied else ()
        checks += [*typing[file.name].checks, *typing[file.name].outside()]
        pieces += typing[file.name].pieces
    return Staged(table, told, tuple(pieces), tuple(checks))


def _copy_checks(table: Table, file: BatchFile, copied: LandedFile) -> Iterator[Check]:
    size = None if file.size is None else str(file.size)
    facts = (
        ("file_bytes", "文件字节数", size, str(copied.size)),
        ("file_digest", "文件摘要", file.digest, copied.digest),
    )
    for code, name, expected, actual in facts:
        check = Check(code, name, table.name, expected, actual, "none", file.name)
        yield check if expected is None else check.judged()
    if file.seen is not None:
        yield Check("file_stable", "读取期间未改动", table.name, file.seen, copied.digest, where=file.name).judged()


class _Typing:
    """One file's texts as typed Parquet, part by part; texts made before a fault are read all the same."""

    def __init__(self, engine: Engine, intake: _Intake) -> None:
        self._engine, self._intake = engine, intake
        self.pieces: list[Piece] = []
        self.checks: list[Check] = []
        self._ended = False

    def take(self, text: _Text | None) -> None:
        """Type another text; None is the end of the file."""
        try:
            if text is not None:
                self._type_text(text)
            elif self._intake.fault is not None:
                raise self._intake.fault
            elif self._intake.file.format == "parquet":
                self._type(parquet_cells(self._engine, self._intake.source), self._intake.file.name)
        except FileFaultError as fault:
            if not self._ended:
                self.checks.append(_fault_check(self._intake, fault))
            self._ended = True

    def _type_text(self, text: _Text) -> None:
        label = f"{self._intake.file.name} {text.where}".strip()
        try:
            if not self._ended:
                self._type(text_cells(text.part.path, text.reading), label, text.part.lines)
        except FileFaultError as fault:
            raise FileFaultError(
                fault.code, fault.problem, f"{text.where} {fault.where}".strip(), fault.column
            ) from None
        finally:
            if text.part.path != self._intake.source:
                text.part.path.unlink(missing_ok=True)

    def _type(self, cells: Cells, label: str, lines: int = 0) -> None:
        """`lines` of the text lie before these cells; what its heading says is said once."""
        layout = read_layout(cells, self._intake.table, self._intake.delivery, label)
        misfits = list(layout.misfits())
        self.checks += () if lines else [*layout.checks(), *misfits]
        if layout.missing or misfits:
            return
        before = self._rows() if lines else 0
        target = self._intake.target.with_suffix(f".{len(self.pieces)}.parquet")
        _convert(self._engine, layout, target, lines)
        self.pieces.append(Piece(target, label, layout.operation, layout.filtered, before))

    def outside(self) -> Iterator[Check]:
        """How many rows of the file, or of each member, the mapping leaves to other tables."""
        for label in dict.fromkeys(piece.file for piece in self.pieces if piece.filtered):
            paths = ", ".join(literal(piece.path) for piece in self.pieces if piece.file == label)
            rows = self._engine.count(f"SELECT count(*) FROM read_parquet([{paths}]) WHERE _out")
            yield Check("filtered", "不属于本表的行", self._intake.table.name, None, str(rows), "none", label)

    def _rows(self) -> int:
        """Rows of this text so far."""
        last = self.pieces[-1]
        written = self._engine.count(f"SELECT num_rows FROM parquet_file_metadata({literal(last.path)})")
        return last.before + written


def _fault_check(intake: _Intake, fault: FileFaultError) -> Check:
    """A heading is named only if the table has it: anything else would repeat what a stranger wrote."""
    table = intake.table
    known = {column.name.lower(): column.code for column in table.columns}
    known |= {column.code.lower(): column.code for column in table.columns}
    code = known.get((fault.column or "").lower())
    where = f"{intake.file.name} {fault.where}".strip() + (f"（{code}）" if code else "")
    return Check(fault.code, _FAULTS[fault.code], table.name, "可读取", fault.problem, "fail", where)


def _convert(engine: Engine, layout: Layout, target: Path, lines: int) -> None:
    """Parse and type in one streaming statement; only after a parse error is the place asked for."""
    failure = None
    try:
        if isinstance(layout.cells, ParquetCells):
            layout.cells.nul(engine, layout.positions, {c.name: c.kind for c in layout.table.columns})
        engine.run(f"COPY ({layout.staging_query()}) TO {literal(target)} ({_STAGING})")
    except HuiliuError as error:
        target.unlink(missing_ok=True)
        if not unreadable(error):
            raise
        failure = _located(engine, layout.cells, lines)
    if failure is not None:
        raise failure


def _located(engine: Engine, cells: Cells, lines: int) -> FileFaultError:
    """The line of the first structural fault; the reader's own text would quote the row.

    `lines` of the text lie before these cells, the heading among them, which stands above them again.
    """
    if not isinstance(cells, TextCells):
        return damaged_parquet()
    cursor = engine.cursor()
    try:
        cursor.run(f"SELECT count(*) FROM (SELECT * FROM {cells.source(locate=True)})")
        found = cursor.run("SELECT line, error_type::VARCHAR FROM reject_errors ORDER BY line LIMIT 1")
    except HuiliuError:
        found = []
    finally:
        for name in ("reject_errors", "reject_scans"):
            cursor.run(f"DROP TABLE IF EXISTS {name}")
        cursor.close()
    if not found:
        return FileFaultError("fields", "行结构不符", "位置未知")
    line, kind = found[0]
    at = line + lines - 1 if lines else line
    return FileFaultError("fields", _STRUCTURE.get(kind, "行结构不符"), f"第 {at} 行")
