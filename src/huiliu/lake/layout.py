"""Which cell of a delivered file is which column, and the SQL that turns its cells into staging rows."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from huiliu.lake.batch import Delivery
from huiliu.lake.decode import FileFaultError
from huiliu.lake.engine import identifier, literal
from huiliu.lake.records import Check
from huiliu.lake.tables import Column, Table
from huiliu.lake.typed import bad_mark, cleaned, doubt_marks, empty, typed

OPERATION = "OP"


def required(table: Table) -> tuple[str, ...]:
    """Columns without which a file is refused: the grain, and those whose emptiness would cost every row its place."""
    names = (column.name for column in table.columns)
    return tuple(name for name in names if table.empty_severity(name) in {"refuse", "quarantine"})


@dataclass(frozen=True)
class Layout:
    """One file's columns: `width` cells a row, `positions` of those we know by English name (and of `OP`)."""

    table: Table
    file: str
    delimiter: str
    width: int
    positions: Mapping[str, int]

    @property
    def missing(self) -> list[str]:
        """Required columns that the file does not have."""
        return [name for name in required(self.table) if name not in self.positions]

    def checks(self) -> Iterator[Check]:
        """What is wrong or doubtful about the header."""
        codes = {column.name: column.code for column in self.table.columns}
        name, missing = self.table.name, self.missing
        if missing:
            listed = "、".join(codes[column] for column in missing)
            yield Check("columns", "必需的列", name, listed, f"缺少 {len(missing)} 列", "fail", self.file)
        absent = [codes[column] for column in codes if column not in self.positions and column not in missing]
        if absent:
            yield Check("columns_absent", "未提供的列", name, "、".join(absent), "按空值入库", "warn", self.file)
        if unknown := self.width - len(self.positions):
            yield Check("columns_unknown", "未登记的列", name, "0", str(unknown), "warn", self.file)

    def source(self, text: Path, *, locate: bool = False) -> str:
        """A table expression over the decoded file, every cell VARCHAR; `locate` collects faults instead of raising."""
        cells = ", ".join(f"'c{position}': 'VARCHAR'" for position in range(self.width))
        reject = ", store_rejects = true, rejects_limit = 3" if locate else ""
        return (
            f"read_csv({literal(text)}, auto_detect = false, header = true, delim = {literal(self.delimiter)}, "
            f"quote = '\"', escape = '\"', nullstr = '', strict_mode = true, columns = {{{cells}}}{reject})"
        )

    def staging_query(self, source: str) -> str:
        """Staging rows in the order of the file: `_file`, `_op`, `_bad`, `_doubt`, `_text`, then every declared column.

        `_text` keeps what stood in cells that are no value and do not refuse the file, as JSON; else it is empty.

        No window function numbers the rows, for that would leave all of this to one thread; see `Staged.relation`.
        """
        present = [column for column in self.table.columns if column.name in self.positions]
        texts = ", ".join(f"{cleaned(self._raw(c), c.kind)} AS {_text(c)}" for c in present)
        values = ", ".join(f"{typed(_text(c), c.kind)} AS {_value(c)}" for c in present)
        cells = ", ".join(
            f"{_value(c)} AS {identifier(c.name)}" if c in present else empty(c) for c in self.table.columns
        )
        bad = [bad_mark(c, _text(c), _value(c)) for c in present]
        bad.append(f"CASE WHEN _op IS NULL THEN '{OPERATION},' END")
        doubts = [mark for c in present for mark in doubt_marks(c, self._raw(c), _text(c))]
        return f"""
            SELECT {literal(self.file)} AS _file, _op, {_marks(bad)} AS _bad, {_marks(doubts)} AS _doubt,
                   {self._texts(present)} AS _text, {cells}
            FROM (SELECT *, {values}
                  FROM (SELECT *, {texts}, {self._operation()} AS _op FROM {source}))"""

    def _texts(self, present: list[Column]) -> str:
        """The texts of a row's malformed cells; written down only for columns that let such a row be set aside."""
        lenient = [c for c in present if self.table.malformed_severity(c.name) == "quarantine" and bad_mark(c, "", "")]
        if not lenient:
            return "CAST(NULL AS VARCHAR)"
        fields = ", ".join(f"{literal(c.name)}: CASE WHEN {_value(c)} IS NULL THEN {_text(c)} END" for c in lenient)
        wrong = " OR ".join(f"{bad_mark(c, _text(c), _value(c))} IS NOT NULL" for c in lenient)
        return f"CASE WHEN {wrong} THEN CAST(to_json({{{fields}}}) AS VARCHAR) END"

    def _raw(self, column: Column) -> str:
        return f"c{self.positions[column.name]}"

    def _operation(self) -> str:
        if OPERATION not in self.positions:
            return "'I'"
        cell = f"upper(trim(c{self.positions[OPERATION]}))"
        return f"CASE WHEN {cell} IN ('I', 'U', 'D') THEN {cell} END"


def read_layout(text: Path, table: Table, delivery: Delivery, file: str) -> Layout:
    """The layout from the header line of a decoded file; raises FileFaultError if it is not a header."""
    header = _header(text, delivery.delimiter)
    known = {c.code.lower(): c.name for c in table.columns} | {c.name.lower(): c.name for c in table.columns}
    known[OPERATION.lower()] = OPERATION
    positions: dict[str, int] = {}
    for position, name in enumerate(header):
        column = known.get(name.lower())
        if column in positions:
            raise FileFaultError("fields", f"{column} 同时以代码和英文名出现", "第 1 行")
        if column is not None:
            positions[column] = position
    if delivery.mode == "increment" and OPERATION not in positions:
        raise FileFaultError("fields", "增量文件缺少 OP 列", "第 1 行")
    if delivery.mode == "full" and OPERATION in positions:  # taken as the whole table, changes would delete the rest
        raise FileFaultError("fields", "全量文件含有 OP 列，应为增量文件", "第 1 行")
    return Layout(table, file, delivery.delimiter, len(header), positions)


def _header(text: Path, delimiter: str) -> list[str]:
    with text.open(encoding="utf-8", newline="") as stream:
        try:
            header = next(csv.reader([stream.readline(1 << 20)], delimiter=delimiter, strict=True), [])
        except csv.Error:
            raise FileFaultError("fields", "表头无法解析", "第 1 行") from None
    names = [name.strip() for name in header]
    if not names or not all(names) or len({name.lower() for name in names}) != len(names):
        raise FileFaultError("fields", "表头缺失、有空列名或重复列名", "第 1 行")
    return names


def _text(column: Column) -> str:
    return identifier(f"t_{column.name}")


def _value(column: Column) -> str:
    return identifier(f"v_{column.name}")


def _marks(marks: list[str | None]) -> str:
    real = [mark for mark in marks if mark is not None]
    return f"nullif(concat({', '.join(real)}), '')" if real else "CAST(NULL AS VARCHAR)"
