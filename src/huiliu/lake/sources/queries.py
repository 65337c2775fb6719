"""The SQL texts that a table's mapping becomes at a front-end database: its rows, its totals, its changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from huiliu.lake.engine import literal
from huiliu.lake.mapping import ColumnMapping, TableMapping, mapping_sources
from huiliu.lake.sources.dialects import Dialect
from huiliu.lake.sources.faults import source_error

MAIN = "t"


@dataclass(frozen=True)
class Part:
    """Rows whose column lies between two texts, both included; the whole table where there is no part."""

    column: str
    first: str
    last: str


@dataclass(frozen=True)
class Query:
    """Texts for one table. `names` gives, per alias (`t` is the main table), the database's spelling by lower case."""

    dialect: Dialect
    mapping: TableMapping
    names: Mapping[str, Mapping[str, str]]

    def sources(self) -> tuple[str, ...]:
        """The distinct source columns that rows are read from, in the order of the mapping."""
        every = [column.source for column in self._columns() if column.source is not None]
        return tuple(dict.fromkeys(every))

    def rows(self, part: Part | None = None, since: tuple[str, str, str] | None = None) -> str:
        """Every source column as text, named c0, c1, …; of a change table the rows after one number up to another."""
        cells = [f"{self.dialect.as_text(self.reference(name))} AS c{n}" for n, name in enumerate(self.sources())]
        if since is not None:
            cells.append(f"{self.dialect.as_text(self.reference(since[0]))} AS c{len(cells)}")
        return f"SELECT {', '.join(cells)} FROM {self._from()}{self._where(part, since)}"

    def totals(self, money: Sequence[str], changed: str | None, part: Part | None = None) -> str:
        """Number of rows, sums of money columns, smallest and largest change time, in one row of texts."""
        asked = ["count(*)", *(f"sum({self.dialect.as_number(self._of(column))})" for column in money)]
        if changed is not None:
            asked += [f"{extreme}({self._of(changed)})" for extreme in ("min", "max")]
        return f"SELECT {', '.join(map(self.dialect.as_text, asked))} FROM {self._from()}{self._where(part)}"

    def newest(self, order: str) -> str:
        """The largest number in a change table."""
        highest = self.dialect.as_text(f"max({self.reference(order)})")
        return f"SELECT {highest} FROM {self.mapping.source} {MAIN}"

    def reference(self, name: str) -> str:
        """`alias."column"` of a source column, in the database's own spelling; SOURCE-021 if there is none."""
        alias, dot, column = name.rpartition(".")
        table = alias.lower() if dot else MAIN
        found = self.names[table].get(column.lower())
        if found is None:
            hint = "请核对省端对照表中的列名，或前置库账户能看到的列。"
            text = f"前置库的 {self.mapping.source} 没有 {name} 列（{self.mapping.table}）"
            raise source_error("021", text, hint, table=self.mapping.table, column=name)
        return f"{table}.{self.dialect.quoted(found)}"

    def _columns(self) -> Iterator[ColumnMapping]:
        yield from self.mapping.columns.values()
        if self.mapping.operation is not None:
            yield self.mapping.operation

    def _of(self, column: str) -> str:
        source = self.mapping.columns[column].source
        assert source is not None
        return self.reference(source)

    def _from(self) -> str:
        text = f"{self.mapping.source} {MAIN}"
        for join in self.mapping.joins:
            pairs = (f"{self.reference(ours)} = {self.reference(f'{join.alias}.{theirs}')}" for ours, theirs in join.on)
            text += f" LEFT JOIN {join.table} {join.alias} ON {' AND '.join(pairs)}"
        return text

    def _where(self, part: Part | None, since: tuple[str, str, str] | None = None) -> str:
        asked = []
        for condition in self.mapping.where:
            values = ", ".join(map(literal, condition.values))
            column = self.reference(condition.column)
            # A row without a value is none of the values: SQL alone would say neither.
            text = (
                f"({column} IS NULL OR {column} NOT IN ({values}))" if condition.negated else f"{column} IN ({values})"
            )
            asked.append(text)
        if part is not None:
            asked.append(f"{self._of(part.column)} BETWEEN {literal(part.first)} AND {literal(part.last)}")
        if since is not None:
            order, after, until = since
            asked.append(f"{self.reference(order)} > {int(after)} AND {self.reference(order)} <= {int(until)}")
        return f" WHERE {' AND '.join(asked)}" if asked else ""


def tables_of(mapping: TableMapping) -> dict[str, str]:
    """Source tables by alias."""
    return {MAIN: mapping.source, **{join.alias: join.table for join in mapping.joins}}


def named(mapping: TableMapping) -> list[str]:
    """The distinct source columns of a mapping."""
    return list(dict.fromkeys(mapping_sources(mapping)))
