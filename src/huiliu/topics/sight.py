"""What a viewer may see of a topic: which grants reach a row, decided in the query itself, by division and scheme.

The rules are those of the person page (docs/datahub.md): a division is that of the person or unit; a grant with schemes
reaches who has a row of one of them, and of their rows those of its schemes, so none without a scheme.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from huiliu.kernel.masking import is_within
from huiliu.lake.tables import Table
from huiliu.topics.definition import SCHEME, SUBJECTS, Topic

# Where a unit's or a person's relation to a scheme stands.
_RELATIONS = {"person_no": ("enrolment",), "unit_no": ("unit_contribution", "enrolment")}


@dataclass(frozen=True)
class Grant:
    """What one grant reaches: a division ("" the whole city), schemes (none: all), the highest level.

    `held` are the numbers within its reach where that was decided elsewhere: on a past day today's reach counts.
    """

    division: str = ""
    schemes: frozenset[str] = frozenset()
    level: str = "L2"
    held: tuple[str, ...] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it reaches everybody, also those whom the library no longer holds."""
        return not (self.division or self.schemes)


@dataclass(frozen=True)
class Sight:
    """What a viewer may see.

    `reach` are the grants of whoever asks. `opened` are those that open protected values, given only while a purpose
    runs; `full` shows these values, without it they may only be compared for equality. `lists` is the right to rows of
    persons: without it only statistics are answered, and small groups are hidden.
    """

    reach: tuple[Grant, ...] = ()
    opened: tuple[Grant, ...] = ()
    full: bool = False
    lists: bool = False


@dataclass
class Parameters:
    """The values of a query, each under a name of its own; nothing that a person wrote ever stands in the SQL."""

    values: dict[str, Any] = field(default_factory=dict)

    def add(self, value: Any) -> str:
        """The placeholder of a value."""
        name = f"p{len(self.values)}"
        self.values[name] = value
        return f"${name}"

    def used(self, sql: str) -> dict[str, Any]:
        """Those that the SQL names: the engine refuses any other."""
        named = set(re.findall(r"\$(p\d+)", sql))
        return {name: value for name, value in self.values.items() if name in named}


def held_sql(subject: str, grant: Grant) -> tuple[str, dict[str, Any]]:
    """The numbers within reach of a grant, to be asked of the published snapshot for a look at a past day."""
    parameters = Parameters()
    condition = _condition(subject, grant, parameters)
    return f"SELECT {subject} FROM {SUBJECTS[subject]} WHERE {condition}", parameters.values


def _condition(subject: str, grant: Grant, parameters: Parameters) -> str:
    """What must hold of a person or unit for the grant to reach any row of theirs."""
    if grant.held is not None:
        return f"({subject} IN (SELECT unnest({parameters.add(list(grant.held))}::VARCHAR[])))"
    parts = [f"division = {parameters.add(grant.division)}"] if grant.division else []
    if grant.schemes:
        schemes = parameters.add(sorted(grant.schemes))
        related = [
            f"SELECT {subject} FROM {table} WHERE list_contains({schemes}, {SCHEME})" for table in _RELATIONS[subject]
        ]
        parts.append(
            f"{subject} IN (SELECT {subject} FROM ({' UNION ALL '.join(related)}) WHERE {subject} IS NOT NULL)"
        )
    return f"({' AND '.join(parts) or 'true'})"


class Reached:
    """The grants as columns of a subquery `reached`, one row a subject, and conditions over them."""

    def __init__(self, topic: Topic, sight: Sight, parameters: Parameters) -> None:
        self.topic = topic
        self.sight = sight
        self.parameters = parameters
        self._flags: dict[Grant, str] = {}
        self._schemes: dict[frozenset[str], str] = {}

    def rows(self, table: Table) -> str:
        """What must hold of a row of the table to be within reach; without any grant nothing does."""
        return self._any(self.sight.reach, table)

    def opened(self, table: Table, level: str) -> str:
        """What must hold of a row for a value of the level to be open."""
        return self._any([grant for grant in self.sight.opened if is_within(level, grant.level)], table)

    def _any(self, grants: Sequence[Grant], table: Table) -> str:
        if any(grant.is_whole for grant in grants):  # nothing else is written then: every parameter must be used
            return "true"
        return " OR ".join(dict.fromkeys(self._one(grant, table) for grant in grants)) or "false"

    def _one(self, grant: Grant, table: Table) -> str:
        parts = [f"coalesce(reached.{self._flag(grant)}, false)"]
        if grant.schemes and SCHEME in table.by_name:
            parts.append(f"coalesce(list_contains({self._list(grant.schemes)}, {table.name}.{SCHEME}), false)")
        return f"({' AND '.join(parts)})"

    def _flag(self, grant: Grant) -> str:
        return self._flags.setdefault(grant, f"grant_{len(self._flags)}")

    def _list(self, schemes: frozenset[str]) -> str:
        if schemes not in self._schemes:
            self._schemes[schemes] = self.parameters.add(sorted(schemes))
        return self._schemes[schemes]

    def join(self, table: Table | None = None) -> str:
        """The subquery that the conditions made so far speak of, joined to the base or to another table of the subject.

        Nothing where every grant is for the whole city.
        """
        if not self._flags:
            return ""
        key = self.topic.subject
        flags = ", ".join(f"{_condition(key, grant, self.parameters)} AS {name}" for grant, name in self._flags.items())
        rows = f"SELECT {key}, {flags} FROM {SUBJECTS[key]}"
        return f"LEFT JOIN ({rows}) AS reached ON reached.{key} = {(table or self.topic.base).name}.{key}"
