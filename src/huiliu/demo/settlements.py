"""What units are billed: the sums of their people's contributions, by settlement, so that both always agree."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from huiliu.demo import policy
from huiliu.demo.dates import day_of, last_day, ordinal
from huiliu.demo.journal import Patch, Row

_LATE_FEE = Decimal("0.0005")  # a day; 社会保险法第八十六条


class _Key(NamedTuple):
    unit_no: str
    insurance_type: str
    due_month: str
    settlement_no: str


class _Sums(NamedTuple):
    """Totals of a settlement in fen, but for the heads."""

    heads: int = 0
    base: int = 0
    unit_due: int = 0
    person_due: int = 0
    unit_paid: int = 0
    person_paid: int = 0

    def plus(self, other: "_Sums") -> "_Sums":
        return _Sums(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Settlements:
    """Collects every person's contribution under a unit and tells each settlement's history at the end."""

    def __init__(self) -> None:
        self._changes: dict[_Key, dict[str, _Sums]] = defaultdict(lambda: defaultdict(_Sums))
        self._types: dict[_Key, str] = {}

    def add(self, patches: Sequence[Patch]) -> None:
        """Take a contribution with its course: billed, perhaps paid or withdrawn; flexible workers have no unit."""
        billed, row = patches[0]
        if row is None or row["unit_no"] is None:
            return
        key = _Key(*(str(row[name]) for name in _Key._fields))
        self._types[key] = str(row["due_type"])
        due = _Sums(1, _fen(row, "base"), _fen(row, "unit_due"), _fen(row, "person_due"))
        paid = _Sums(unit_paid=due.unit_due, person_paid=due.person_due)
        moments = self._changes[key]
        moments[billed] = moments[billed].plus(due)
        total = due
        for moment, patch in patches[1:]:
            change = paid if patch is not None else _Sums(*(-value for value in total))
            moments[moment], total = moments[moment].plus(change), total.plus(change)

    def rows(self) -> Iterator[list[Patch]]:
        """The history of every settlement, in the order of its key."""
        for key, changes in sorted(self._changes.items()):
            yield list(_history(key, self._types[key], changes))


def _fen(row: Row, name: str) -> int:
    return int(row[name] or 0)


def _history(key: _Key, due_type: str, changes: Mapping[str, _Sums]) -> Iterator[Patch]:
    total, arrived = _Sums(), ""
    head: Row = key._asdict() | {"settled_month": key.settlement_no[:6], "due_type": due_type, "collected_by": "2"}
    for moment, change in sorted(changes.items()):
        total = total.plus(change)
        if not total.heads:
            yield moment, None
            return
        arrived = moment if change.person_paid > 0 else arrived
        yield moment, {**head, **_amounts(total, arrived, key.settlement_no[:6])}


def _amounts(total: _Sums, arrived: str, settled: str) -> Row:
    """`arrived` is the moment of the last money."""
    in_full = (total.unit_paid, total.person_paid) == (total.unit_due, total.person_due)
    late = (day_of(arrived) - last_day(ordinal(int(settled)))).days if in_full else 0
    return {
        "heads": total.heads,
        "unit_base": total.base,
        "person_base": total.base,
        "total_due": total.unit_due + total.person_due,
        "unit_due": total.unit_due,
        "unit_paid": total.unit_paid,
        "unit_credited": 0,
        "person_due": total.person_due,
        "person_paid": total.person_paid,
        "person_credited": total.person_paid,
        "late_fee": policy.part_of(total.unit_due + total.person_due, _LATE_FEE * max(0, late)),
        "in_full": "1" if in_full else "0",
        "arrived_on": arrived[:8] if in_full else None,
    }
