"""One moment of a front-end database: the transaction that sees it, and the connection that looks a second time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from huiliu.lake.mapping import TableMapping
from huiliu.lake.sources.connections import Connector, FrontEnd
from huiliu.lake.sources.dialects import CutName
from huiliu.lake.sources.faults import source_error
from huiliu.lake.sources.queries import Part, Query, tables_of
from huiliu.lake.tables import Table

_FEN = Decimal("0.01")


@dataclass(frozen=True)
class Totals:
    """What a database says of a table or a part of it: rows, sums in yuan, smallest and largest change time as text."""

    rows: int
    sums: Mapping[str, Decimal]
    changed: tuple[str | None, ...] = ()


@dataclass(frozen=True)
class Cut:
    """`front` reads; `again` is asked for the totals a second time, in the same moment where there is one."""

    front: FrontEnd
    again: FrontEnd


@contextmanager
def stable_cut(connect: Connector, how: CutName) -> Iterator[Cut]:
    """Open as many connections as `how` needs, all in one moment except for `double_read`; closed at the end."""
    with ExitStack() as stack:
        front = stack.enter_context(closing(connect()))
        if how == "double_read":
            yield Cut(front, front)
            return
        front.begin()
        if how == "transaction" or front.dialect.share is None:
            yield Cut(front, front)
            return
        (moment,) = front.one(front.dialect.share)
        again = stack.enter_context(closing(connect()))
        again.begin(moment)
        yield Cut(front, again)


def query_of(front: FrontEnd, mapping: TableMapping) -> Query:
    """The texts for a table, with every column in the spelling of this database."""
    names = {alias: {name.lower(): name for name in front.names(table)} for alias, table in tables_of(mapping).items()}
    return Query(front.dialect, mapping, names)


def totals(front: FrontEnd, query: Query, table: Table, part: Part | None = None) -> Totals:
    """Ask the database for the totals of a table; sums of columns that hold fen come back in yuan."""
    money = summed(query.mapping, table)
    changed = query.mapping.columns.get("changed_at")
    asked = "changed_at" if changed is not None and changed.source is not None else None
    count, *rest = front.one(query.totals(money, asked, part))
    sums = {column: _sum(text, query.mapping, column) for column, text in zip(money, rest[: len(money)], strict=True)}
    return Totals(int(count or 0), sums, tuple(rest[len(money) :]))


def summed(mapping: TableMapping, table: Table) -> Sequence[str]:
    """The money columns that the source holds."""
    held = {name for name, column in mapping.columns.items() if column.source is not None}
    return [column.name for column in table.money if column.name in held]


def _sum(text: str | None, mapping: TableMapping, column: str) -> Decimal:
    """A sum in yuan; exact, since a rounded one would prove nothing."""
    try:
        found = Decimal(text or 0) * (_FEN if mapping.columns[column].unit == "fen" else 1)
        if found == found.quantize(_FEN):
            return found.quantize(_FEN)
    except InvalidOperation:
        pass
    hint = "请核对该列：金额应为元、最多两位小数；以分存放的，在省端对照表中写 unit: fen。"
    where = f"{mapping.table}.{column}"
    raise source_error("024", f"前置库 {where} 的合计超出两位小数", hint, table=mapping.table, column=column)
