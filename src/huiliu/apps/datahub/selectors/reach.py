"""How far grants reach: which persons exist for a viewer, and which of their rows; decided in the library's queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from huiliu.apps.accounts.selectors import Scope
from huiliu.kernel.masking import Level
from huiliu.lake.tables import Table

SCHEME = "insurance_type"  # the column that names a row's scheme; a table without it belongs to the person as a whole
Row = Mapping[str, Any]


class Rows(Protocol):
    """As much of a snapshot as is asked here."""

    def rows(self, sql: str, params: Mapping[str, Any], /) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Reach:
    """Those of a viewer's grants that reach one person; without any the person does not exist for the viewer."""

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


def condition(scopes: Sequence[Scope]) -> tuple[str, dict[str, Any]]:
    """What must hold of a row of `person` to be within reach, with its parameters; without a grant nothing does."""
    found = [_condition(number, scope) for number, scope in enumerate(scopes)]
    parameters = {name: value for _, given in found for name, value in given.items()}
    return " OR ".join(f"({sql})" for sql, _ in found) or "false", parameters


def _condition(number: int, scope: Scope) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    given: dict[str, Any] = {}
    if scope.division:
        given[f"division_{number}"] = scope.division
        parts.append(f"person.division = $division_{number}")
    if scope.schemes:
        given[f"schemes_{number}"] = sorted(scope.schemes)
        parts.append(
            f"EXISTS (SELECT 1 FROM enrolment WHERE enrolment.person_no = person.person_no"
            f" AND list_contains($schemes_{number}, enrolment.{SCHEME}))"
        )
    return " AND ".join(parts) or "true", given


def reaches(snap: Rows, numbers: Iterable[str], scopes: Sequence[Scope]) -> dict[str, Reach]:
    """By person number, which grants reach whom: one query; those out of reach are not in it."""
    wanted = list(dict.fromkeys(numbers))
    whole = tuple(scope for scope in scopes if is_whole(scope))
    if len(whole) == len(scopes):  # also where there is none
        return {number: Reach(whole) for number in wanted} if whole else {}
    held = _asked(snap, wanted, scopes)
    found = {
        number: Reach(tuple(s for i, s in enumerate(scopes) if is_whole(s) or held.get(number, {}).get(f"scope_{i}")))
        for number in wanted
    }
    return {number: reach for number, reach in found.items() if reach}


def _asked(snap: Rows, numbers: list[str], scopes: Sequence[Scope]) -> dict[str, Row]:
    conditions = [_condition(number, scope) for number, scope in enumerate(scopes)]
    columns = ", ".join(f"coalesce({sql}, false) AS scope_{i}" for i, (sql, _) in enumerate(conditions))
    given = {name: value for _, values in conditions for name, value in values.items()}
    sql = f"SELECT person_no, {columns} FROM person WHERE person_no IN (SELECT unnest($numbers))"
    return {row["person_no"]: row for row in snap.rows(sql, {"numbers": numbers, **given})}


def reach_of(snap: Rows, person_no: str, scopes: Sequence[Scope]) -> Reach:
    """Which grants reach one person; an empty one if none."""
    return reaches(snap, [person_no], scopes).get(person_no, Reach())
