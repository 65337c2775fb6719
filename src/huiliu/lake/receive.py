"""Receive: every file is copied, decoded and typed; its staging rows carry their own doubts, its faults are checks."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.ahead import ahead
from huiliu.lake.batch import BatchFile, Delivery
from huiliu.lake.cells import Cells, ParquetCells, TextCells, damaged_parquet, parquet_cells, text_cells, unreadable
from huiliu.lake.decode import FileFaultError, Reading, rewrite, settle
from huiliu.lake.engine import Engine, literal
from huiliu.lake.landed import Landed, LandedFile, Landing
from huiliu.lake.layout import Layout, read_layout
from huiliu.lake.records import Check
from huiliu.lake.sheets import READING, write_sheet
from huiliu.lake.tables import Table
from huiliu.lake.unpack import gunzip, unzip

_STAGING = "FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 61440"
_AHEAD = 2  # files that are decoded while others are typed; so many texts may wait on the disk
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
    """Staging rows of one file, or of one member of a zip; `operation` is that of every row, if the file names none.

    Of a `filtered` file those rows count that belong to the table; the others keep their place in the numbers.
    """

    path: Path
    file: str
    operation: str | None
    filtered: bool = False

    @property
    def relation(self) -> str:
        """A SQL table expression with `_file`, `_row` (1 = the file's first data row), `_op`, and what is staged."""
        told = [f"{literal(self.file)} AS _file", "file_row_number + 1 AS _row"]
        if self.operation:
            told.append(f"{literal(self.operation)} AS _op")
        rows = f"read_parquet({literal(self.path)}, file_row_number = true)"
        besides, within = (", _out", " WHERE NOT _out") if self.filtered else ("", "")
        return f"SELECT {', '.join(told)}, * EXCLUDE (file_row_number{besides}) FROM {rows}{within}"


@dataclass(frozen=True)
class Staged:
    """A table's delivery as typed Parquet (columns as `Layout.staging_query` says) and what receiving it found."""

    table: Table
    delivery: Delivery
    pieces: tuple[Piece, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def relation(self) -> str | None:
        """A SQL table expression over the staging rows of all files; None if there is no file."""
        return f"({' UNION ALL BY NAME '.join(p.relation for p in self.pieces)})" if self.pieces else None


@dataclass(frozen=True)
class _Text:
    """Decoded text that waits to be typed; `path` is the landed file itself where nothing had to be rewritten."""

    path: Path
    reading: Reading
    where: str = ""


@dataclass
class _Intake:
    """One file on its way: where it lies, the texts made of it, and the fault that ended that."""

    table: Table
    delivery: Delivery
    file: BatchFile
    source: Path
    target: Path
    texts: list[_Text] = field(default_factory=list)
    fault: FileFaultError | None = None

    def prepare(self, landing: Landing) -> None:
        """Copy and decode; in a thread of its own, while the engine types the files before."""
        if not landing.take(self.file.name):
            self.fault = FileFaultError("absent", "读取时已不存在", "")
            return
        try:
            self._decode()
        except FileFaultError as fault:
            self.fault = fault

    def _decode(self) -> None:
        told = self.delivery
        reading = Reading(told.encoding, told.delimiter, told.quote)
        match self.file.format:
            case "csv":
                self.texts.append(_Text(settle(self.source, reading, self._next()), reading))
            case "csv.gz":
                self._rewrite(gunzip(self.source), reading)
            case "csv.zip":
                for where, blocks in unzip(self.source):
                    self._rewrite(blocks, reading, where)
            case "xlsx":
                target = self._next()
                write_sheet(self.source, self.table, target)
                self.texts.append(_Text(target, READING))

    def _rewrite(self, blocks: Iterator[bytes], reading: Reading, where: str = "") -> None:
        target = self._next()
        try:
            rewrite(blocks, reading, target)
        except FileFaultError as fault:
            raise FileFaultError(fault.code, fault.problem, f"{where} {fault.where}".strip(), fault.column) from None
        self.texts.append(_Text(target, reading, where))

    def _next(self) -> Path:
        return self.target.with_suffix(f".{len(self.texts)}.csv")

    def clear(self) -> None:
        """Remove what was decoded."""
        for text in self.target.parent.glob(f"{self.target.stem}.*.csv"):
            text.unlink()


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
    typed: dict[str, _Typed] = {}
    numbers = {name: number for number, name in enumerate(deliveries)}
    with closing(ahead(_prepared(intakes, landing), _AHEAD)) as prepared:
        for intake in prepared:
            step(intake.table.name, numbers[intake.table.name])
            typed[intake.file.name] = _typed(engine, intake)
            intake.clear()
    landed = landing.finish()
    return landed, [_staged(table, told, typed, landed) for table, told in deliveries.values()]


def _prepared(intakes: list[_Intake], landing: Landing) -> Iterator[_Intake]:
    for intake in intakes:
        intake.prepare(landing)
        yield intake


@dataclass(frozen=True)
class _Typed:
    pieces: tuple[Piece, ...]
    checks: tuple[Check, ...]


def _staged(table: Table, told: Delivery, typed: Mapping[str, _Typed], landed: Landed) -> Staged:
    pieces: list[Piece] = []
    checks: list[Check] = []
    for file in told.files:
        copied = landed.files.get(file.name)
        checks += _copy_checks(table, file, copied) if copied else ()
        checks += typed[file.name].checks
        pieces += typed[file.name].pieces
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


def _typed(engine: Engine, intake: _Intake) -> _Typed:
    """What is in the texts of a file, typed; texts made before a fault are read all the same."""
    pieces: list[Piece] = []
    checks: list[Check] = []
    try:
        for number, (cells, where) in enumerate(_cells(engine, intake)):
            label = f"{intake.file.name} {where}".strip()
            layout = read_layout(cells, intake.table, intake.delivery, label)
            misfits = list(layout.misfits())
            checks += [*layout.checks(), *misfits]
            if not (layout.missing or misfits):
                path = intake.target.with_suffix(f".{number}.parquet")
                piece = Piece(path, label, layout.operation, layout.filtered)
                _convert(engine, layout, piece.path)
                pieces.append(piece)
                checks += _outside(engine, intake.table, piece)
        if intake.fault is not None:
            raise intake.fault
    except FileFaultError as fault:
        checks.append(_fault_check(intake, fault))
    return _Typed(tuple(pieces), tuple(checks))


def _outside(engine: Engine, table: Table, piece: Piece) -> Iterator[Check]:
    """How many rows of a file the mapping leaves to other tables."""
    if piece.filtered:
        rows = engine.count(f"SELECT count(*) FROM read_parquet({literal(piece.path)}) WHERE _out")
        yield Check("filtered", "不属于本表的行", table.name, None, str(rows), "none", piece.file)


def _cells(engine: Engine, intake: _Intake) -> Iterator[tuple[Cells, str]]:
    if intake.file.format == "parquet":
        if intake.fault is None:
            yield parquet_cells(engine, intake.source), ""
        return
    for text in intake.texts:
        yield text_cells(text.path, text.reading), text.where


def _fault_check(intake: _Intake, fault: FileFaultError) -> Check:
    """A heading is named only if the table has it: anything else would repeat what a stranger wrote."""
    table = intake.table
    known = {column.name.lower(): column.code for column in table.columns}
    known |= {column.code.lower(): column.code for column in table.columns}
    code = known.get((fault.column or "").lower())
    where = f"{intake.file.name} {fault.where}".strip() + (f"（{code}）" if code else "")
    return Check(fault.code, _FAULTS[fault.code], table.name, "可读取", fault.problem, "fail", where)


def _convert(engine: Engine, layout: Layout, target: Path) -> None:
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
        failure = _located(engine, layout.cells)
    if failure is not None:
        raise failure


def _located(engine: Engine, cells: Cells) -> FileFaultError:
    """The line of the first structural fault; the reader's own text would quote the row."""
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
    return FileFaultError("fields", _STRUCTURE.get(kind, "行结构不符"), f"第 {line} 行")
