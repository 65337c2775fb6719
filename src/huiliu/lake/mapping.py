"""How one province's tables, columns and codes become the catalog's: read from YAML, held to the catalog, no code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NoReturn

import jsonschema

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.lake.engine import literal
from huiliu.lake.tables import Table

Unit = Literal["yuan", "fen"]
Cut = Literal["month", "date", "time"]
Codes = Mapping[str, frozenset[str]]

_NAME = "^[A-Za-z_][A-Za-z0-9_$#]*$"
_TABLE_NAME = r"^[A-Za-z_][A-Za-z0-9_$#]*(\.[A-Za-z_][A-Za-z0-9_$#]*)?$"
_COLUMN_NAME = (
    r"^[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_$#\u4e00-\u9fff]*(\.[A-Za-z_\u4e00-\u9fff][A-Za-z0-9_$#\u4e00-\u9fff]*)?$"
)
_TEXTS: Mapping[str, Any] = {"type": "array", "minItems": 1, "items": {"type": "string"}}
_PAIRS: Mapping[str, Any] = {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}}
_SOURCE: Mapping[str, Any] = {"type": "string", "pattern": _COLUMN_NAME}
_COLUMN: Mapping[str, Any] = {
    "oneOf": [
        _SOURCE,
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["column"],
            "properties": {
                "column": _SOURCE,
                "codes": _PAIRS,
                "unit": {"enum": ["yuan", "fen"]},
                "cut": {"enum": ["month", "date", "time"]},
            },
        },
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["constant"],
            "properties": {"constant": {"type": "string", "minLength": 1}},
        },
    ]
}
_WHERE: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["column"],
    "minProperties": 2,
    "maxProperties": 2,
    "properties": {"column": _SOURCE, "in": _TEXTS, "not_in": _TEXTS},
}
_JOIN: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["table", "as", "match"],
    "properties": {
        "table": {"type": "string", "pattern": _TABLE_NAME},
        "as": {"type": "string", "pattern": _NAME},
        "match": {**_PAIRS, "propertyNames": {"pattern": _COLUMN_NAME}, "additionalProperties": _SOURCE},
    },
}
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["label", "source", "tables"],
    "properties": {
        "label": {"type": "string"},
        "source": {"type": "string"},
        "codes": {"type": "object", "additionalProperties": _PAIRS},
        "tables": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "type": "object",
                "additionalProperties": False,
                "required": ["from", "columns"],
                "properties": {
                    "from": {"type": "string", "pattern": _TABLE_NAME},
                    "files": _TEXTS,
                    "join": {"type": "array", "items": _JOIN},
                    "where": {"type": "array", "items": _WHERE},
                    "operation": _COLUMN,
                    "columns": {"type": "object", "minProperties": 1, "additionalProperties": _COLUMN},
                },
            },
        },
    },
}


@dataclass(frozen=True)
class ColumnMapping:
    """Where one column comes from and how its text becomes the catalog's; `source` is None for a constant.

    `codes` replaces whole values; a code it does not name stays as it is, and the night counts it as unknown.
    """

    source: str | None
    constant: str | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    unit: Unit = "yuan"
    cut: Cut | None = None

    def expression(self, raw: str) -> str:
        """SQL (DuckDB) for the catalog's text of the source's text `raw`, the same for files and for databases."""
        if self.constant is not None:
            return literal(self.constant)
        text = f"trim({raw})"
        if self.unit == "fen":
            return _yuan(text)
        if self.cut is not None:
            return _CUTS[self.cut].format(text=text)
        if self.codes:
            cases = " ".join(f"WHEN {literal(given)} THEN {literal(ours)}" for given, ours in self.codes.items())
            return f"CASE {text} {cases} ELSE {raw} END"
        return raw

    @property
    def plain(self) -> bool:
        """True if the source's text is taken as it is."""
        return self == ColumnMapping(self.source)


_CUTS: Mapping[Cut, str] = {
    "month": "left(replace({text}, '-', ''), 6)",
    "date": "left(replace({text}, '-', ''), 8)",
    "time": "CASE length({text}) WHEN 8 THEN concat({text}, '000000') WHEN 10 THEN concat({text}, ' 00:00:00') "
    "ELSE {text} END",
}


def _yuan(text: str) -> str:
    """Whole fen as yuan, exactly; what is no whole number of fen gets a spelling that no amount has, and so is told."""
    whole = f"regexp_replace({text}, '\\.0+$', '')"
    return (
        f"CASE WHEN regexp_full_match({text}, '-?[0-9]{{1,16}}(\\.0+)?') "
        f"THEN CAST(CAST({whole} AS DECIMAL(16,0)) * 0.01 AS VARCHAR) "
        f"WHEN {text} <> '' THEN concat({text}, '分') END"
    )


@dataclass(frozen=True)
class Condition:
    """Rows of the source that belong to the table: a column's text is one of the values, or none of them."""

    column: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True)
class Join:
    """A second table of the source beside the first (at most one row of it each, or none); `on` pairs columns."""

    table: str
    alias: str
    on: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TableMapping:
    """One table of the catalog from one table of the source, perhaps with others joined to it.

    Names of source columns are compared in any case; `alias.COLUMN` is a column of a joined table. `files` are patterns
    of file names where the same is delivered as files.
    """

    table: str
    source: str
    columns: Mapping[str, ColumnMapping]
    joins: tuple[Join, ...] = ()
    where: tuple[Condition, ...] = ()
    operation: ColumnMapping | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProvinceMapping:
    """All tables of one province's layout."""

    name: str
    label: str
    tables: Mapping[str, TableMapping]


def load_mapping(path: Path, tables: Mapping[str, Table], codes: Codes) -> ProvinceMapping:
    """Read a mapping and hold it to the catalog: MAPPING-001 names the first place that does not fit.

    Refused are unknown tables, columns, code lists and codes, `codes` or units on columns of another kind, and aliases
    that no join declares.
    """
    reader = _Reader(path.name, tables, codes)
    return reader.read(path.stem, load_yaml(path))


@dataclass(frozen=True)
class _Reader:
    file: str
    catalog: Mapping[str, Table]
    codes: Codes

    def read(self, name: str, raw: Any) -> ProvinceMapping:
        problem = jsonschema.exceptions.best_match(jsonschema.Draft202012Validator(_SCHEMA).iter_errors(raw))
        if problem is not None:
            self.refuse("/".join(map(str, problem.absolute_path)) or "整个文件", "写法不对")
        shared = raw.get("codes", {})
        for listed, pairs in shared.items():
            self.hold_codes(f"codes/{listed}", listed, pairs)
        read = {table: self.table(table, entry, shared) for table, entry in raw["tables"].items()}
        return ProvinceMapping(name, raw["label"], read)

    def table(self, name: str, entry: Mapping[str, Any], shared: Mapping[str, Mapping[str, str]]) -> TableMapping:
        where = f"tables/{name}"
        if name not in self.catalog:
            self.refuse(where, "没有登记这张表")
        columns = {
            column: self.column(f"{where}/columns/{column}", name, column, given, shared)
            for column, given in entry["columns"].items()
        }
        joins = tuple(Join(j["table"], j["as"].lower(), tuple(j["match"].items())) for j in entry.get("join", []))
        conditions = tuple(_condition(given) for given in entry.get("where", []))
        operation = entry.get("operation")
        mapping = TableMapping(
            table=name,
            source=entry["from"],
            columns=columns,
            joins=joins,
            where=conditions,
            operation=None if operation is None else _column(operation, {}),
            files=tuple(entry.get("files", ())),
        )
        self.hold_aliases(where, mapping)
        return mapping

    def column(
        self, where: str, table: str, name: str, given: Any, shared: Mapping[str, Mapping[str, str]]
    ) -> ColumnMapping:
        column = self.catalog[table].by_name.get(name)
        if column is None:
            self.refuse(where, "该表没有这一列（请写英文列名）")
        mapped = _column(given, shared.get(column.codes or "", {}))
        if mapped.unit == "fen" and column.kind != "money":
            self.refuse(where, "unit 只用于金额列")
        if mapped.cut is not None and column.kind != mapped.cut:
            self.refuse(where, f"cut 应与列的类型一致（{column.kind}）")
        if mapped.codes and column.codes is not None:
            self.hold_codes(where, column.codes, mapped.codes)
        if mapped.constant is not None and column.codes is not None:
            self.hold_codes(where, column.codes, {"": mapped.constant})
        return mapped

    def hold_codes(self, where: str, listed: str, pairs: Mapping[str, str]) -> None:
        if listed not in self.codes:
            self.refuse(where, f"没有代码表 {listed}")
        if unknown := sorted(set(pairs.values()) - self.codes[listed]):
            self.refuse(where, f"代码表 {listed} 中没有 {'、'.join(unknown[:5])}")

    def hold_aliases(self, where: str, mapping: TableMapping) -> None:
        known = {join.alias for join in mapping.joins}
        if len(known) != len(mapping.joins):
            self.refuse(f"{where}/join", "同一别名出现两次")
        for name in sorted(mapping_sources(mapping)):
            alias, dot, _ = name.partition(".")
            if dot and alias.lower() not in known:
                self.refuse(where, f"没有声明别名 {alias}")

    def refuse(self, where: str, problem: str) -> NoReturn:
        raise HuiliuError(
            code="MAPPING-001",
            message=f"省端对照表 {self.file} 的 {where}：{problem}",
            hint="请对照 docs/sources.md 和 catalog/mappings 中的示例修改。",
            facts={"file": self.file, "where": where},
        )


def mapping_sources(mapping: TableMapping) -> Iterator[str]:
    """Every source column that a table's mapping names, joined ones as `alias.COLUMN`; some come more than once."""
    yield from (column.source for column in mapping.columns.values() if column.source is not None)
    yield from (condition.column for condition in mapping.where)
    yield from (ours for join in mapping.joins for ours, _ in join.on)
    if mapping.operation is not None and mapping.operation.source is not None:
        yield mapping.operation.source


def file_heading(name: str) -> str:
    """What a file's heading calls a source column, in lower case: the province has joined the tables already."""
    return name.rpartition(".")[2].lower()


def mapped_names(mapping: TableMapping, operation: str) -> dict[str, list[str]]:
    """Columns of the catalog by the heading that holds them; one may feed several. `operation` stands for changes."""
    names: dict[str, list[str]] = {}
    for column, mapped in mapping.columns.items():
        if mapped.source is not None:
            names.setdefault(file_heading(mapped.source), []).append(column)
    changes = mapping.operation.source if mapping.operation is not None else None
    names.setdefault(file_heading(changes or operation), []).append(operation)
    return names


def _column(given: Any, shared: Mapping[str, str]) -> ColumnMapping:
    if isinstance(given, str):
        return ColumnMapping(given, codes=shared)
    if "constant" in given:
        return ColumnMapping(None, constant=given["constant"])
    codes = given.get("codes", shared if not {"unit", "cut"} & set(given) else {})
    return ColumnMapping(given["column"], None, codes, given.get("unit", "yuan"), given.get("cut"))


def _condition(given: Mapping[str, Any]) -> Condition:
    negated = "not_in" in given
    return Condition(given["column"], tuple(given["not_in" if negated else "in"]), negated)
