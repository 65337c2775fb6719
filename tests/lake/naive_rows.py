"""A batch and the tables as plain dictionaries: what should become of the rows, written without the lake.

Two small tables: persons with a name and a code, payments with a month and an amount; payments of a negative amount
stand aside. Content is a dictionary of rows by key, one for what is loaded and one for what is aside.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

Values = tuple[str, str]  # of a person: name and sex; of a payment: month and amount
TABLES = ("person", "payment")
CITY = "449900"


@dataclass(frozen=True)
class Told:
    """A table of a delivery. `closing` are rows and sum that the province claims; `part` the values of a range."""

    mode: str
    rows: Sequence[tuple[str, str, Values]]  # operation, key, values
    part: tuple[str, str] | None = None
    closing: tuple[int, Decimal] | None = None
    claimed_rows: int | None = None
    spoiled: str = ""  # broken (a file that is none), or the check that a cell of the first row does not pass


@dataclass(frozen=True)
class Sent:
    """A delivered folder, as the province meant it."""

    name: str
    day: date
    revision: int
    digest: str
    tables: Mapping[str, Told]
    sequence: int | None = None  # None: no manifest
    previous: str | None = None
    division: str = CITY


@dataclass
class Table:
    """One table: what is loaded, what stands aside, and what of that was rejected."""

    loaded: dict[str, Values] = field(default_factory=dict)
    aside: dict[str, Values] = field(default_factory=dict)
    rejected: set[str] = field(default_factory=set)

    @property
    def whole(self) -> dict[str, Values]:
        """The table as the province has it."""
        return {**self.loaded, **self.aside}

    def put(self, key: str, values: Values, *, bad: bool) -> None:
        if self.aside.get(key) != values:
            self.rejected.discard(key)
        if bad and self.loaded.get(key) != values:
            self.aside[key] = values
        else:
            self.loaded[key] = values
            self.aside.pop(key, None)

    def drop(self, key: str) -> None:
        self.loaded.pop(key, None)
        self.aside.pop(key, None)
        self.rejected.discard(key)

    def decide(self, decision: str, wanted: Mapping[str, Values]) -> None:
        """Release or reject rows that stand aside as they were when somebody decided on them."""
        if any(self.aside.get(key) != values for key, values in wanted.items()):
            raise WrongError("LAKE-050")
        if decision == "release":
            self.loaded |= {key: self.aside.pop(key) for key in wanted}
            self.rejected -= wanted.keys()
        elif self.rejected & wanted.keys():
            raise WrongError("LAKE-050")
        else:
            self.rejected |= wanted.keys()


Content = dict[str, Table]


class WrongError(Exception):
    """The batch does not fit; `code` is one of the checks that say so."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def is_bad(table: str, values: Values) -> bool:
    return table == "payment" and Decimal(values[1]) < 0


def in_part(table: str, values: Values, part: tuple[str, str]) -> bool:
    value = values[1] if table == "person" else values[0]
    return part[0] <= value <= part[1]


def after(content: Content, sent: Sent) -> Content:
    """The content after a batch; raises WrongError."""
    result = deepcopy(content)
    for name, told in sent.tables.items():
        _fits(name, told, result[name].whole)
    for name, told in sent.tables.items():
        _apply(name, told, result[name])
    for name, told in sent.tables.items():
        _closes(told, result[name].whole)
    return result


def _fits(name: str, told: Told, whole: Mapping[str, Values]) -> None:
    keys = [key for _, key, _ in told.rows]
    if told.spoiled:
        raise WrongError(told.spoiled)
    if told.claimed_rows not in (None, len(keys)):
        raise WrongError("rows")
    if len(set(keys)) < len(keys):
        raise WrongError("unique")
    if told.mode == "increment":
        if any(op == "I" and key in whole for op, key, _ in told.rows):
            raise WrongError("insert_match")
        if any(op != "I" and key not in whole for op, key, _ in told.rows):
            raise WrongError("change_match")
    else:
        _replaces(name, told, whole)


def _replaces(name: str, told: Told, whole: Mapping[str, Values]) -> None:
    keys = [key for _, key, _ in told.rows]
    there = {k for k, values in whole.items() if told.part is None or in_part(name, values, told.part)}
    if told.part is not None:
        if not all(in_part(name, values, told.part) for _, _, values in told.rows):
            raise WrongError("range")
        if any(key in whole and key not in there for key in keys):
            raise WrongError("range_match")
    if not keys and there and told.closing is None:
        raise WrongError("empty")


def _apply(name: str, told: Told, table: Table) -> None:
    if told.mode != "increment":
        kept = {key for _, key, _ in told.rows}
        for key, values in table.whole.items():
            if key not in kept and (told.part is None or in_part(name, values, told.part)):
                table.drop(key)
    for op, key, values in told.rows:
        if op == "D":
            table.drop(key)
        else:
            table.put(key, values, bad=is_bad(name, values))


def _closes(told: Told, whole: Mapping[str, Values]) -> None:
    if told.closing is not None and told.closing != totals(whole):
        raise WrongError("closing")


def totals(whole: Mapping[str, Values]) -> tuple[int, Decimal]:
    """Rows, and the sum of the amounts; a person has none."""
    amounts = [values[1] for values in whole.values() if "." in values[1]]
    return len(whole), sum(map(Decimal, amounts), Decimal(0))


EMPTY: Content = {name: Table() for name in TABLES}
