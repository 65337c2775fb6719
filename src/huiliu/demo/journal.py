"""Row histories of each table: the state of the first night, the changes of each later one, and the true totals."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from huiliu.demo.dates import END, NIGHTS, day_text
from huiliu.demo.files import Cell, RowFile
from huiliu.lake.tables import Table

Row = Mapping[str, Cell]
Patch = tuple[str, Row | None]  # a moment and what changes in the row from then on; None deletes it

_FIRST_CUT = day_text(NIGHTS[0]) + "235959"
_NIGHT_OF = {day_text(night): index for index, night in enumerate(NIGHTS)}


@dataclass
class Sums:
    """Rows and the sum of each money column, in fen."""

    rows: int = 0
    money: dict[str, int] = field(default_factory=dict)

    def add(self, row: Row, sign: int = 1) -> None:
        """Take a row in (sign 1) or out (-1)."""
        self.rows += sign
        for name in self.money:
            if value := row.get(name):
                self.money[name] += sign * int(value)

    def copy(self) -> "Sums":
        """An independent copy."""
        return Sums(self.rows, dict(self.money))


@dataclass(frozen=True)
class Change:
    """One row of an increment: I, U or D with the whole row."""

    operation: str
    moment: str
    row: Row


@dataclass
class Delivery:
    """What is true of one table in one night, whatever is written into its file."""

    sums: Sums
    closing: Sums
    operations: dict[str, int] = field(default_factory=lambda: {"I": 0, "U": 0, "D": 0})
    times: tuple[str, str] | None = None

    def take(self, operation: str, moment: str, row: Row) -> None:
        """Count one delivered row."""
        self.sums.add(row)
        self.operations[operation] += 1
        first, last = self.times or (moment, moment)
        self.times = min(first, moment), max(last, moment)


class Journal:
    """All histories of one table: the full first night is written as it comes, later changes are kept by night.

    `part` says which rows are delivered anew each night instead of changes; None where changes are.
    """

    def __init__(self, table: Table, first_night: RowFile, part: Callable[[Row], bool] | None = None) -> None:
        self.table, self.part = table, part
        self.standing: dict[tuple[Cell, ...], Change] = {}
        self._file = first_night
        self._money = {column.name for column in table.money}
        empty = Sums(0, {column.name: 0 for column in table.money})
        self.deliveries = [Delivery(empty.copy(), empty.copy()) for _ in NIGHTS]
        self.changes: list[list[Change]] = [[] for _ in NIGHTS]
        self._names = [column.name for column in table.columns[:-1]]
        self._places = [place for place, name in enumerate(self._names) if name in self._money]

    def add(self, patches: Sequence[Patch]) -> None:
        """Record one row's life: the whole row first, then changes; nothing follows a deletion or the last night."""
        row: Row | None = None
        changed: Row | None
        since = ""
        nightly: dict[int, tuple[str, Row | None]] = {}
        for moment, patch in sorted(patches, key=lambda item: item[0]):
            if moment > END:
                break
            before = _latest(nightly, row)
            changed = patch if before is None or patch is None else {**before, **patch}
            if moment <= _FIRST_CUT:
                row, since = changed, moment
            else:
                nightly[_NIGHT_OF[moment[:8]]] = moment, changed
            if patch is None:
                break
        if row is not None:
            self.deliveries[0].take("I", since, row)
            self._file.write(self.cells(row, since))
            if self.part and self.part(row):
                self.standing[self.key(row)] = Change("I", since, row)
        for night, (moment, changed) in nightly.items():
            self._change(night, moment, row, changed)
            row = changed

    def _change(self, night: int, moment: str, before: Row | None, after: Row | None) -> None:
        if before is None and after is None:
            return
        operation = "I" if before is None else "D" if after is None else "U"
        delivered = after if after is not None else before
        assert delivered is not None
        self.changes[night].append(Change(operation, moment, delivered))
        self.deliveries[night].take(operation, moment, delivered)
        if before is not None:
            self.deliveries[night].closing.add(before, -1)
        if after is not None:
            self.deliveries[night].closing.add(after)

    def key(self, row: Row) -> tuple[Cell, ...]:
        """The row's key."""
        return tuple(row[name] for name in self.table.grain)

    def stand(self, night: int) -> list[Change]:
        """The rows of the part as they are after a night, in the order of the key; asked once a night, in order."""
        for change in self.changes[night]:
            if change.operation == "D":
                self.standing.pop(self.key(change.row), None)
            elif self.part and self.part(change.row):
                self.standing[self.key(change.row)] = Change("I", change.moment, change.row)
        return [change for _, change in sorted(self.standing.items(), key=lambda item: tuple(map(str, item[0])))]

    def cells(self, row: Row, moment: str) -> list[Cell]:
        """The row as the file spells it, in the order of the table's columns; the writer spells None as nothing."""
        found = list(map(row.get, self._names))
        for place in self._places:
            amount = found[place]
            if amount is not None:
                found[place] = _yuan(int(amount))
        found.append(moment)
        return found

    def close(self) -> None:
        """End the first night's file and turn each night's change of the closing totals into the totals after it."""
        self._file.close()
        self.deliveries[0].closing = self.deliveries[0].sums.copy()  # all of a first night is new
        for before, after in zip(self.deliveries, self.deliveries[1:], strict=False):
            after.closing.rows += before.closing.rows
            for name, value in before.closing.money.items():
                after.closing.money[name] += value


def _latest(nightly: Mapping[int, tuple[str, Row | None]], row: Row | None) -> Row | None:
    return nightly[max(nightly)][1] if nightly else row


@cache
def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
