"""What a reading concluded: the values of the exchange table by path, as a later check finds them."""

from collections.abc import Iterator

from huiliu.forms.reading import Reading
from huiliu.scoring.exchange import Table
from huiliu.scoring.values import Value

_AMOUNTS = ("initial", "full_year", "issued", "received", "executed")
_LINE = ("initial", "full_year", "executed")
_SCORED = ("weight", "rate", "score")
_COUNTS = ("indicators", "complete", "incomplete", "complete_share", "incomplete_share")
_LEVELS = ("level1", "level2", "level3")
_ROW = ("target", "actual", "completion", "weight", "score")
_TEXTS = ("agency", "project", "year", "completeness", "common_reason", "grade", "id", "source", "notes")


def concluded(reading: Reading) -> dict[str, str]:
    """Path to text, of everything that the table holds but quotes and payments.

    The exchange format keeps word for word what is no number; named as not read, nothing is concluded from it.
    """
    named = {cell.place for cell in reading.unread}
    return {path: text for path, text in _all(reading.table) if text and path not in named}


def _all(table: Table) -> Iterator[tuple[str, str]]:
    yield from ((name, getattr(table, name)) for name in _TEXTS)
    yield from (
        ("budget.unit", table.budget.unit),
        ("total", table.total.raw),
        ("total_weight", table.total_weight.raw),
    )
    yield from _values("budget", table.budget, _AMOUNTS)
    for line in table.budget.rows:
        yield from _values(line.path, line, _LINE)
    yield from _values("budget_indicator", table.budget_indicator, _SCORED)
    yield from _values("counts", table.counts, _COUNTS)
    for number, row in enumerate(table.indicators):
        yield from ((f"indicators[{number}].{name}", getattr(row, name)) for name in (*_LEVELS, "reason"))
        yield from _values(f"indicators[{number}]", row, _ROW)


def _values(path: str, holder: object, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = getattr(holder, name, None)
        if isinstance(value, Value):
            yield f"{path}.{name}", value.raw
