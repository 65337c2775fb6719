"""The SQL of summaries: one pass over each table, over the rows within reach, grouped by person."""

from collections.abc import Sequence

from huiliu.lake.tables import Column
from huiliu.topics.masks import TEXTS
from huiliu.topics.sight import Parameters, Reached
from huiliu.topics.summaries import PERIODS, Summary


def joined(wanted: Sequence[Summary], among: str, reached: Reached, parameters: Parameters) -> tuple[str, list[str]]:
    """The joins that bring summaries to `person`, and their columns; `among` selects the numbers that are asked for.

    One pass over each table, and one more for each `latest_total`.
    """
    together: dict[tuple[str, str], list[Summary]] = {}
    for summary in wanted:
        own = summary.name if summary.form == "latest_total" else ""
        together.setdefault((summary.table.name, own), []).append(summary)
    joins, columns = [], []
    for number, members in enumerate(together.values()):
        alias = f"summary_{number}"
        sql = _Pass(members, among, reached, parameters).sql()
        joins.append(f"LEFT JOIN ({sql}) AS {alias} ON {alias}.person_no = person.person_no")
        columns += [f"{alias}.{summary.name} AS {summary.name}" for summary in members]
    return " ".join(joins), columns


class _Pass:
    """One pass over the rows of one table within reach, grouped by person."""

    def __init__(self, members: Sequence[Summary], among: str, reached: Reached, parameters: Parameters) -> None:
        self.members, self.table, self.parameters = members, members[0].table, parameters
        reach = reached.rows(self.table)
        name = self.table.name
        self.rows = f"{name} {reached.join(self.table)} WHERE ({reach}) AND {name}.person_no IN ({among})"

    def sql(self) -> str:
        """The numbers of persons, each with the members' values."""
        first, name = self.members[0], self.table.name
        if first.form == "latest_total":
            return self._latest_total(first)
        values = ", ".join(
            f"{self._value(member)} FILTER (WHERE {self._where(member)}) AS {member.name}" for member in self.members
        )
        return f"SELECT {name}.person_no, {values} FROM {self.rows} GROUP BY {name}.person_no"

    def _latest_total(self, summary: Summary) -> str:
        assert summary.by is not None
        name, by = self.table.name, self._column(summary.by)
        totals = (
            f"SELECT {name}.person_no, {by} AS by_, sum({self._amount(summary)}) AS total FROM {self.rows}"
            f" AND {self._where(summary)} GROUP BY {name}.person_no, {by}"
        )
        return f"SELECT person_no, arg_max_null(total, by_) AS {summary.name} FROM ({totals}) GROUP BY person_no"

    def _value(self, summary: Summary) -> str:
        if summary.form == "latest":
            assert summary.by is not None
            keys = ", ".join(f"{self.table.name}.{key}" for key in self.table.grain)
            return f"arg_max_null({self._column(summary.of)}, row({self._column(summary.by)}, {keys}))"
        if summary.form == PERIODS:
            return f"count(DISTINCT {self._column(summary.of)})"
        function = {"greatest": "max", "least": "min", "total": "sum"}[summary.form]
        return f"{function}({self._amount(summary)})"

    def _amount(self, summary: Summary) -> str:
        value = self._column(summary.of)
        return value if summary.less is None else f"({value} - coalesce({self._column(summary.less)}, 0))"

    def _where(self, summary: Summary) -> str:
        """Rows without an order are not the last ones."""
        parts = [f"{self._column(summary.by)} IS NOT NULL"] if summary.by is not None else []
        for name, values in summary.where.items():
            given = self.parameters.add(list(values))
            parts.append(f"coalesce(list_contains({given}::VARCHAR[], {self.table.name}.{name}), false)")
        return " AND ".join(parts) or "true"

    def _column(self, column: Column) -> str:
        value = f"{self.table.name}.{column.name}"
        return f"nullif({value}, '')" if column.kind in TEXTS else value
