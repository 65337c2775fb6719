"""What a prescribed data interface is: documents, their tables, and where each element comes from in the library."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from huiliu.lake.tables import Table

Base = Literal["string", "integer", "decimal"]
Shape = Literal["", "date", "month"]
Origin = Literal["own", "joined", "decoded", "run"]

_NOTATION = re.compile(
    r"(?P<kind>[CI])(?P<upto>\.\.)?(?P<size>[1-9][0-9]*)?|D(?P<digits>[1-9][0-9]*)\.(?P<after>[0-9])"
)


@dataclass(frozen=True)
class Notation:
    """How the standard writes a type: `C8` eight characters, `C..20` up to 20, `I..3` up to three digits, `D16.2`.

    `C` and `I` alone have no known size; such a type is never confirmed.
    """

    text: str
    base: Base
    size: int | None = None
    exact: bool = False
    after: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ValueError for anything else."""
        found = _NOTATION.fullmatch(text)
        if found is None or (found["upto"] and not found["size"]) or (found["kind"] == "I" and not found["upto"]):
            if text != "I":
                raise ValueError(text)
            return cls(text, "integer")
        if found["digits"]:
            return cls(text, "decimal", int(found["digits"]), after=int(found["after"]))
        size = int(found["size"]) if found["size"] else None
        if found["kind"] == "I":
            return cls(text, "integer", size)
        return cls(text, "string", size, exact=size is not None and not found["upto"])


@dataclass(frozen=True)
class Element:
    """One element of a record: `code` by the standard's list, `name` as it is written, `source` a column of ours.

    `table` is where the column stands; for an element of the run (time, place) `source` names the fact. `meanings` is
    the code list that turns the column's code into words. `certain` False: name or type are not confirmed (待核).
    """

    code: str
    name: str
    notation: Notation
    origin: Origin
    table: str
    source: str
    shape: Shape = ""
    meanings: str = ""
    required: bool = False
    certain: bool = False
    locator: str = ""


@dataclass(frozen=True)
class Condition:
    """Rows whose column holds one of the values, or none of them."""

    column: str
    values: tuple[str, ...]
    negated: bool = False


@dataclass(frozen=True)
class Form:
    """One table of the standard: its number there, the name of its record, its document, and our table behind it.

    `absent` are elements of the standard that the library does not hold, by code and name; `extra` columns of ours
    that the standard is not known to have; `note` what is not confirmed about the form itself.
    """

    number: str
    name: str
    part: str
    table: Table
    elements: tuple[Element, ...]
    conditions: tuple[Condition, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    @property
    def money(self) -> tuple[Element, ...]:
        """The elements that carry control sums."""
        return tuple(e for e in self.elements if e.notation.base == "decimal" and e.notation.after == 2)

    @property
    def file_name(self) -> str:
        """What the table's own file is called, without ending; numbers sort as in the standard."""
        return f"表{int(self.number):02}_{self.name}"


@dataclass(frozen=True)
class Interchange:
    """A whole interface. `schemes` are the insurance types it is about, `parts` its documents in order."""

    name: str
    label: str
    wording: str
    namespace: str
    encoding: str
    schemes: tuple[str, ...]
    parts: tuple[str, ...]
    forms: tuple[Form, ...]
    notes: tuple[str, ...] = ()

    def of_part(self, part: str) -> tuple[Form, ...]:
        """The tables of one document."""
        return tuple(form for form in self.forms if form.part == part)
