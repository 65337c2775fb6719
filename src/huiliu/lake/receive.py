"""Receive: every landed file becomes typed staging Parquet whose rows carry their own doubts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huiliu.kernel.errors import HuiliuError
from huiliu.lake.batch import BatchFile, Delivery
from huiliu.lake.decode import FileFaultError, decode
from huiliu.lake.engine import Engine, literal
from huiliu.lake.landed import Landed, LandedFile
from huiliu.lake.layout import Layout, read_layout
from huiliu.lake.records import Check
from huiliu.lake.tables import Table

_FAULTS = {"absent": "文件存在", "unpack": "文件解压", "decode": "字符编码", "fields": "文件结构"}
_STRUCTURE = {
    "MISSING COLUMNS": "列数不足",
    "TOO MANY COLUMNS": "列数过多",
    "UNQUOTED VALUE": "引号不配对",
    "LINE SIZE OVER MAXIMUM": "行过长",
    "INVALID ENCODING": "字符无效",
}


@dataclass(frozen=True)
class Staged:
    """A table's delivery as typed Parquet (columns as `Layout.staging_query` says) and what receiving it found."""

    table: Table
    delivery: Delivery
    paths: tuple[Path, ...] = ()
    checks: tuple[Check, ...] = ()

    @property
    def relation(self) -> str | None:
        """A SQL table expression over the staging files, with `_row` (1 = a file's first data row); None if no file."""
        if not self.paths:
            return None
        listed = ", ".join(literal(path) for path in self.paths)
        return f"(SELECT *, file_row_number + 1 AS _row FROM read_parquet([{listed}], file_row_number = true))"


def receive(engine: Engine, landed: Landed, staging: Path, table: Table, delivery: Delivery) -> Staged:
    """Read a table's landed files; faults become failed checks, so that a refused night names all of them at once."""
    paths: list[Path] = []
    checks: list[Check] = []
    for number, file in enumerate(delivery.files):
        intake = _Intake(engine, landed, file, table, delivery, staging / f"{table.name}.{number}.parquet")
        checks += intake.run()
        if intake.target.exists():
            paths.append(intake.target)
    return Staged(table, delivery, tuple(paths), tuple(checks))


@dataclass(frozen=True)
class _Intake:
    """One file on its way from its landed copy to `target`."""

    engine: Engine
    landed: Landed
    file: BatchFile
    table: Table
    delivery: Delivery
    target: Path

    def run(self) -> list[Check]:
        copied = self.landed.files.get(self.file.name)
        if copied is None:
            return [self._fault(FileFaultError("absent", "读取时已不存在", ""))]
        checks = list(self._copy_checks(copied))
        text = self.target.with_suffix(".csv")
        try:
            source = self.landed.folder / self.file.name
            decode(source, text, gzipped=self.file.compressed, encoding=self.delivery.encoding)
            layout = read_layout(text, self.table, self.delivery, self.file.name)
            checks += layout.checks()
            if not layout.missing:
                self._convert(text, layout)
        except FileFaultError as fault:
            checks.append(self._fault(fault))
        finally:
            text.unlink(missing_ok=True)
        return checks

    def _fault(self, fault: FileFaultError) -> Check:
        where = f"{self.file.name} {fault.where}".strip()
        return Check(fault.code, _FAULTS[fault.code], self.table.name, "可读取", fault.problem, "fail", where)

    def _copy_checks(self, copied: LandedFile) -> Iterator[Check]:
        size = None if self.file.size is None else str(self.file.size)
        facts = (
            ("file_bytes", "文件字节数", size, str(copied.size)),
            ("file_digest", "文件摘要", self.file.digest, copied.digest),
        )
        for code, name, expected, actual in facts:
            check = Check(code, name, self.table.name, expected, actual, "none", self.file.name)
            yield check if expected is None else check.judged()
        if self.file.seen is not None:
            where = self.file.name
            check = Check("file_stable", "读取期间未改动", self.table.name, self.file.seen, copied.digest, where=where)
            yield check.judged()

    def _convert(self, text: Path, layout: Layout) -> None:
        """Parse and type in one streaming statement; only after a parse error is the place asked for."""
        query = layout.staging_query(layout.source(text))
        failure = None
        try:
            self.engine.run(f"COPY ({query}) TO {literal(self.target)} (FORMAT parquet, COMPRESSION snappy)")
        except HuiliuError as error:
            self.target.unlink(missing_ok=True)
            if error.facts.get("kind") != "InvalidInputException":
                raise
            failure = _located(self.engine, layout.source(text, locate=True))
        if failure is not None:
            raise failure


def _located(engine: Engine, source: str) -> FileFaultError:
    """The line of the first structural fault; the reader's own text would quote the row."""
    cursor = engine.cursor()
    try:
        cursor.run(f"SELECT count(*) FROM (SELECT * FROM {source})")
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
