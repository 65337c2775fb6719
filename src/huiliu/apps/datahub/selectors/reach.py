"""How far grants reach: which persons and units exist for a viewer, and which of their rows; decided by queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from huiliu.apps.accounts.selectors import Scope, scopes
from huiliu.kernel.masking import Level, is_open
from huiliu.lake.tables import Table

FULL = "datahub.view_full"
SCHEME = "insurance_type"  # the column that names a row's scheme; a table without it belongs to the person as a whole
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Subjects:
    """What a grant reaches: a table with a row and a division for each, and where their relations to schemes stand."""

    table: str
    key: str
    relations: tuple[str, ...]


PERSONS = Subjects("person", "person_no", ("enrolment",))
UNITS = Subjects("unit", "unit_no", ("unit_contribution", "enrolment"))


class Rows(Protocol):
    """As much of a snapshot as is asked here."""

    def rows(self, sql: str, params: Mapping[str, Any], /) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Reach:
    """Those of a viewer's grants that reach one person or unit; without any it does not exist for the viewer."""

    scopes: tuple[Scope, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.scopes)

    @property
    def schemes(self) -> frozenset[str] | None:
        """Schemes whose rows are within reach; None means all."""
        if any(not scope.schemes for scope in self.scopes):
            return None
        return frozenset().union(*(scope.schemes for scope in self.scopes))

    def covers(self, table: Table, row: Row) -> bool:
        """Whether any of the grants reaches this row of the person."""
        return any(_covers(scope, table, row) for scope in self.scopes)

    def level(self, table: Table, row: Row) -> str:
        """The highest level of a grant that reaches this row; L1 if none does."""
        return max((scope.level for scope in self.scopes if _covers(scope, table, row)), default=Level.L1.value)

    @property
    def highest(self) -> str:
        """The highest level that any row of the person may be seen at."""
        return max((scope.level for scope in self.scopes), default=Level.L1.value)


def _covers(scope: Scope, table: Table, row: Row) -> bool:
    """A row without a scheme in a table that has the column is reached only by a grant for all schemes."""
    return not scope.schemes or SCHEME not in table.by_name or row.get(SCHEME) in scope.schemes


def is_whole(scope: Scope) -> bool:
    """Whether a grant reaches everybody, also those whom the library no longer holds."""
    return not (scope.division or scope.schemes)


def condition(scopes: Sequence[Scope], of: Subjects = PERSONS) -> tuple[str, dict[str, Any]]:
    """What must hold of a row of `person` or `unit` to be within reach, with parameters; without a grant nothing."""
    found = [_condition(number, scope, of) for number, scope in enumerate(scopes)]
    parameters = {name: value for _, given in found for name, value in given.items()}
    return " OR ".join(f"({sql})" for sql, _ in found) or "false", parameters


def row_condition(scopes: Sequence[Scope], row: str) -> tuple[str, dict[str, Any]]:
    """What must hold of a row of `person` and of a joined row with a scheme: one grant reaches both."""
    found = [_condition(number, scope, PERSONS) for number, scope in enumerate(scopes)]
    parameters = {name: value for _, given in found for name, value in given.items()}
    parts = [
        f"({sql} AND list_contains($schemes_{number}, {row}.{SCHEME}))" if scopes[number].schemes else f"({sql})"
        for number, (sql, _) in enumerate(found)
    ]
    return " OR ".join(parts) or "false", parameters


def _condition(number: int, scope: Scope, of: Subjects) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    given: dict[str, Any] = {}
    if scope.division:
        given[f"division_{number}"] = scope.division
        parts.append(f"{of.table}.division = $division_{number}")
    if scope.schemes:
        given[f"schemes_{number}"] = sorted(scope.schemes)
        related = [
            f"EXISTS (SELECT 1 FROM {table} WHERE {table}.{of.key} = {of.table}.{of.key}"
            f" AND list_contains($schemes_{number}, {table}.{SCHEME}))"
            for table in of.relations
        ]
        parts.append(f"({' OR '.join(related)})")
    return " AND ".join(parts) or "true", given


def reaches(snap: Rows, numbers: Iterable[str], scopes: Sequence[Scope], of: Subjects = PERSONS) -> dict[str, Reach]:
    """By number, which grants reach whom: one query; those out of reach are not in it."""
    wanted = list(dict.fromkeys(numbers))
    whole = tuple(scope for scope in scopes if is_whole(scope))
    if len(whole) == len(scopes):  # also where there is none
        return {number: Reach(whole) for number in wanted} if whole else {}
    held = _asked(snap, wanted, scopes, of)
    found = {
        number: Reach(tuple(s for i, s in enumerate(scopes) if is_whole(s) or held.get(number, {}).get(f"scope_{i}")))
        for number in wanted
    }
    return {number: reach for number, reach in found.items() if reach}


def _asked(snap: Rows, numbers: list[str], scopes: Sequence[Scope], of: Subjects) -> dict[str, Row]:
    conditions = [_condition(number, scope, of) for number, scope in enumerate(scopes)]
    columns = ", ".join(f"coalesce({sql}, false) AS scope_{i}" for i, (sql, _) in enumerate(conditions))
    given = {name: value for _, values in conditions for name, value in values.items()}
    sql = f"SELECT {of.key}, {columns} FROM {of.table} WHERE {of.key} IN (SELECT unnest($numbers))"
    return {row[of.key]: row for row in snap.rows(sql, {"numbers": numbers, **given})}


def reach_of(snap: Rows, number: str, scopes: Sequence[Scope], of: Subjects = PERSONS) -> Reach:
    """Which grants reach one person or unit; an empty one if none."""
    return reaches(snap, [number], scopes, of).get(number, Reach())


def opening(user: Any) -> tuple[Scope, ...]:
    """The grants that show protected values in full, once a purpose runs."""
    return tuple(scope for scope in scopes(user, FULL) if not is_open(scope.level))
