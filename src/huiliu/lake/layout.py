"""Which cell of a delivered file is which column, and the SQL that turns its cells into staging rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from huiliu.lake.batch import Delivery
from huiliu.lake.cells import Cells
from huiliu.lake.decode import FileFaultError
from huiliu.lake.engine import identifier, literal
from huiliu.lake.mapping import Condition, TableMapping, file_heading, mapped_names
from huiliu.lake.records import Check
from huiliu.lake.tables import Column, Kind, Table
from huiliu.lake.typed import at_once, bad_mark, cleaned, doubt_marks, empty, odd, spaced, tried

OPERATION = "OP"


def required(table: Table) -> tuple[str, ...]:
    """Columns without which a file is refused: the grain, and those whose emptiness would cost every row its place."""
    names = (column.name for column in table.columns)
    return tuple(name for name in names if table.empty_severity(name) in {"refuse", "quarantine"})


@dataclass(frozen=True)
class Layout:
    """One file's columns: `positions` in its cells of those we know by English name (and of `OP`).

    With a province's mapping, cells become the catalog's texts on the way, and `filters` are the positions of the
    columns that say which rows belong to the table.
    """

    table: Table
    file: str
    cells: Cells
    positions: Mapping[str, int]
    mapping: TableMapping | None = None
    filters: Mapping[str, int] = field(default_factory=dict)

    @property
    def held(self) -> frozenset[str]:
        """Columns that have a value in this file, be it the same in every row."""
        mapped = self.mapping.columns if self.mapping is not None else {}
        return frozenset(self.positions) | {name for name, column in mapped.items() if column.constant is not None}

    @property
    def missing(self) -> list[str]:
        """Required columns that the file does not have."""
        return [name for name in required(self.table) if name not in self.held]

    def checks(self) -> Iterator[Check]:
        """What is wrong or doubtful about the header."""
        codes = {column.name: column.code for column in self.table.columns}
        name, missing = self.table.name, self.missing
        if missing:
            listed = "、".join(codes[column] for column in missing)
            yield Check("columns", "必需的列", name, listed, f"缺少 {len(missing)} 列", "fail", self.file)
        absent = [codes[column] for column in codes if column not in self.held and column not in missing]
        if absent:
            yield Check("columns_absent", "未提供的列", name, "、".join(absent), "按空值入库", "warn", self.file)
        if unknown := len(self.cells.heading) - len({*self.positions.values(), *self.filters.values()}):
            yield Check("columns_unknown", "未登记的列", name, "0", str(unknown), "warn", self.file)

    def misfits(self) -> Iterator[Check]:
        """Columns of a typed file from which values cannot be taken exactly."""
        for column in self.table.columns:
            at = self.positions.get(column.name)
            expected = None if at is None else self.cells.misfit(at, self._kind(column))
            if expected:
                where = f"{self.file} {column.code}"
                yield Check("column_type", "列的类型", self.table.name, expected, "不符", "fail", where)

    @property
    def operation(self) -> str | None:
        """The operation of every row of a file that names none."""
        return None if OPERATION in self.positions else "I"

    def staging_query(self) -> str:
        """Staging rows in the order of the file: `_op`, `_bad`, `_doubt`, `_text`, then every declared column.

        `_text` keeps what stood in cells that are no value and do not refuse the file, as JSON; else it is empty. Marks
        are made on odd rows only, which are few. No window function numbers the rows, for that would leave all of this
        to one thread; see `Staged.relation`.
        """
        present = [column for column in self.table.columns if column.name in self.held]
        raws = [f"{self._raw(c)} AS {_given(c)}" for c in present]
        spaces = [f"{spaced(_given(c), c.kind)} AS {_spaced(c)}" for c in present]
        texts = [f"{cleaned(_given(c), c.kind, _spaced(c))} AS {_text(c)}" for c in present]
        casts = {c.name: cast for c in present if (cast := tried(_text(c), c.kind))}
        tries = [f"{casts[c.name]} AS {_tried(c)}" for c in present if c.name in casts]
        values = [
            f"{at_once(_text(c), c.kind, _tried(c) if c.name in casts else None)} AS {_value(c)}" for c in present
        ]
        odds = [part for c in present if (part := odd(c, _spaced(c), _text(c), _value(c)))]
        operation = []
        if OPERATION in self.positions:
            raws.append(f"{self._operation()} AS _op")
            odds.append("_op IS NULL")
            operation = ["_op"]
        outside = self._outside()
        if outside is not None:
            raws.append(f"{outside} AS _out")
            operation.append("_out")
        marks = f"{self._bad(present)} AS _bad, {_doubts(present)} AS _doubt, {self._texts(present)} AS _text"
        columns = [f"{_value(c)} AS {identifier(c.name)}" if c in present else empty(c) for c in self.table.columns]
        return f"""
            SELECT {", ".join([*operation, marks, *columns])}
            FROM (SELECT *, {" OR ".join(odds) or "false"} AS _odd
            FROM (SELECT *, {", ".join(values)}
            FROM (SELECT {", ".join(["*", *tries])}
            FROM (SELECT *, {", ".join(texts)}
            FROM (SELECT *, {", ".join(spaces)}
            FROM (SELECT {", ".join(raws)} FROM {self.cells.source()}))))))"""

    def _bad(self, present: list[Column]) -> str:
        marks = [bad_mark(c, _text(c), _value(c)) for c in present]
        if OPERATION in self.positions:
            marks.append(f"CASE WHEN _op IS NULL THEN '{OPERATION},' END")
        return _marks(marks)

    def _texts(self, present: list[Column]) -> str:
        """The texts of a row's malformed cells; written down only for columns that let such a row be set aside."""
        lenient = [c for c in present if self.table.malformed_severity(c.name) == "quarantine" and bad_mark(c, "", "")]
        if not lenient:
            return "CAST(NULL AS VARCHAR)"
        fields = ", ".join(f"{literal(c.name)}: CASE WHEN {_value(c)} IS NULL THEN {_text(c)} END" for c in lenient)
        wrong = " OR ".join(f"{bad_mark(c, _text(c), _value(c))} IS NOT NULL" for c in lenient)
        return f"CASE WHEN _odd AND ({wrong}) THEN CAST(to_json({{{fields}}}) AS VARCHAR) END"

    def _raw(self, column: Column) -> str:
        """SQL for the text of a cell as it was delivered, or as the mapping makes it the catalog's."""
        if self.mapping is None:
            return self.cells.raw(self.positions[column.name], column.kind)
        mapped = self.mapping.columns[column.name]
        position = self.positions.get(column.name)
        return mapped.expression("NULL" if position is None else self.cells.raw(position, self._kind(column)))

    def _kind(self, column: Column) -> Kind:
        """What the delivered cell has to be: one that is cut may be any kind of date."""
        cut = self.mapping is not None and self.mapping.columns[column.name].cut is not None
        return "date" if cut else column.kind

    @property
    def filtered(self) -> bool:
        """True if rows of the file may belong elsewhere; staging marks them `_out`."""
        return self.mapping is not None and bool(self.mapping.where)

    def _outside(self) -> str | None:
        if self.mapping is None or not self.mapping.where:
            return None
        conditions = (self._condition(condition) for condition in self.mapping.where)
        return f"NOT ({' AND '.join(conditions)})"

    def _condition(self, condition: Condition) -> str:
        text = f"coalesce(trim({self.cells.raw(self.filters[condition.column], 'code')}), '')"
        return f"{text} {'NOT IN' if condition.negated else 'IN'} ({', '.join(map(literal, condition.values))})"

    def _operation(self) -> str:
        cell = self.cells.raw(self.positions[OPERATION], "code")
        if self.mapping is not None and self.mapping.operation is not None:
            cell = self.mapping.operation.expression(cell)
        cell = f"upper(trim({cell}))"
        return f"CASE WHEN {cell} IN ('I', 'U', 'D') THEN {cell} END"


def read_layout(cells: Cells, table: Table, delivery: Delivery, file: str) -> Layout:
    """The layout from the heading of a file; raises FileFaultError if it cannot be that of the delivery."""
    mapping = delivery.mapping
    known = _names(table) if mapping is None else mapped_names(mapping, OPERATION)
    positions: dict[str, int] = {}
    for position, name in enumerate(cells.heading):
        for column in known.get(name.lower(), ()):
            if column in positions:
                raise FileFaultError("fields", f"{column} 同时以代码和英文名出现", "第 1 行")
            positions[column] = position
    if delivery.mode == "increment" and OPERATION not in positions:
        raise FileFaultError("fields", "增量文件缺少 OP 列", "第 1 行")
    if delivery.mode != "increment" and OPERATION in positions:  # taken as the whole, changes would delete the rest
        word = "全量" if delivery.mode == "full" else "按范围替换的"
        raise FileFaultError("fields", f"{word}文件含有 OP 列，应为增量文件", "第 1 行")
    return Layout(table, file, cells, positions, mapping, _filters(cells, mapping))


def _names(table: Table) -> dict[str, list[str]]:
    """What a heading may call the columns, in lower case: the standard's codes and the English names."""
    known = {c.code.lower(): [c.name] for c in table.columns} | {c.name.lower(): [c.name] for c in table.columns}
    return known | {OPERATION.lower(): [OPERATION]}


def _filters(cells: Cells, mapping: TableMapping | None) -> dict[str, int]:
    """Positions of the columns that a mapping's conditions ask for."""
    heading = {name.lower(): position for position, name in enumerate(cells.heading)}
    asked = [condition.column for condition in mapping.where] if mapping is not None else []
    if any(file_heading(name) not in heading for name in asked):
        raise FileFaultError("fields", "缺少对照表用来筛选行的列", "第 1 行")
    return {name: heading[file_heading(name)] for name in asked}


def _given(column: Column) -> str:
    return identifier(f"g_{column.name}")


def _spaced(column: Column) -> str:
    return identifier(f"s_{column.name}")


def _text(column: Column) -> str:
    return identifier(f"t_{column.name}")


def _tried(column: Column) -> str:
    return identifier(f"r_{column.name}")


def _value(column: Column) -> str:
    return identifier(f"v_{column.name}")


def _doubts(present: list[Column]) -> str:
    return _marks([mark for c in present for mark in doubt_marks(c, _given(c), _text(c))])


def _marks(marks: list[str | None]) -> str:
    real = [mark for mark in marks if mark is not None]
    return f"CASE WHEN _odd THEN nullif(concat({', '.join(real)}), '') END" if real else "CAST(NULL AS VARCHAR)"
