"""The SQL of single values: of an item, of its mask, and of an aggregate, exact to the last fen."""

from datetime import date

from huiliu.topics.definition import Item
from huiliu.topics.masks import TEXTS, mask_sql
from huiliu.topics.sight import Parameters
from huiliu.topics.words import BANDS, ELDEST, FLAGS, Aggregate

_PLACES = {"money": 2, "int": 2, "rate": 4}


def value(item: Item, day: date, parameters: Parameters) -> str:
    """The item's value in its row; an empty text is no value."""
    first, *others = [f"{item.table.name}.{column.name}" for column in item.columns]
    if not item.form:
        return f"nullif({first}, '')" if item.kind in TEXTS else first
    if item.form == "year":
        return f"{first} // 100" if item.columns[0].kind == "month" else f"CAST(year({first}) AS INTEGER)"
    if item.form == "month":
        return f"CAST(year({first}) * 100 + month({first}) AS INTEGER)"
    if item.form == "rest":
        return f"({first} - coalesce({others[0]}, 0))"
    if item.form == "newest":
        return _newest(item)
    return _band(first, parameters.add(day.year))


def _newest(item: Item) -> str:
    """Whether no row of the same subject is later; a row without the date says nothing."""
    table, (by, of) = item.table.name, item.columns
    later = f"later.{of.name} = {table}.{of.name} AND later.{by.name} > {table}.{by.name}"
    yes, no = FLAGS
    return (
        f"CASE WHEN {table}.{by.name} IS NULL THEN NULL "
        f"WHEN EXISTS (SELECT 1 FROM {table} AS later WHERE {later}) THEN '{no}' ELSE '{yes}' END"
    )


def _band(born_on: str, year: str) -> str:
    """By years of birth alone: by days, looking at two days would tell a birthday."""
    age = f"({year}::INTEGER - year({born_on}))"
    steps = " ".join(f"WHEN {age} < {end} THEN '{label}'" for label, end in BANDS)
    return f"CASE WHEN {born_on} IS NULL THEN NULL {steps} ELSE '{ELDEST}' END"


def masked(item: Item, value: str, opened: str) -> str:
    """A protected item as text: in full in rows that are opened, else its mask; nothing where there is no value."""
    mask = mask_sql(item.kind, value)
    shown = mask if opened == "false" else f"CASE WHEN {opened} THEN CAST({value} AS VARCHAR) ELSE {mask} END"
    return f"nullif({shown}, '')"


def aggregate(kind: Aggregate, column: str, of: str) -> str:
    """An aggregate of a column of `seen`; empty values count for nothing, and of no values there is no sum."""
    if kind == Aggregate.DISTINCT:
        return f"count(DISTINCT {column})"
    if kind == Aggregate.AVERAGE:
        return _average(column, _PLACES[of])
    return f"{ {Aggregate.SUM: 'sum', Aggregate.LEAST: 'min', Aggregate.GREATEST: 'max'}[kind] }({column})"


def kind_of(aggregate: Aggregate, kind: str) -> str:
    """The kind of an aggregate's values: the average of whole numbers has two places."""
    return "rate" if aggregate == Aggregate.AVERAGE and kind == "int" else kind


def measure_kind(aggregate: Aggregate, item: Item | None) -> str:
    """The kind of a measure's values; counts are whole numbers."""
    counts = aggregate in (Aggregate.COUNT, Aggregate.DISTINCT)
    return "int" if counts or item is None else kind_of(aggregate, item.kind)


def _average(column: str, places: int) -> str:
    """Rounded half up in whole numbers: DuckDB's own avg and division are binary floats."""
    scale, count = 10**places, f"count({column})"
    whole = f"CAST(abs(sum({column})) * {scale} AS HUGEINT)"
    rounded = f"sign(sum({column})) * ((2 * {whole} + {count}) // (2 * {count}))"
    unit = f"CAST({1 / scale:.{places}f} AS DECIMAL({places + 1},{places}))"
    return f"CAST(CAST({rounded} AS DECIMAL(30,0)) * {unit} AS DECIMAL(34,{places}))"
