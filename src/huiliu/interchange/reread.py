"""Finished files read again: a document against its schema and to its totals, a table of CSV to its totals."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from lxml import etree

from huiliu.interchange.definition import Form
from huiliu.interchange.select import Totals

FAULTS_KEPT = 100
_EVERY = 5_000
_NAMED = re.compile(r"Element '(?:\{[^}]*\})?([^']{1,80})'")


@dataclass(frozen=True)
class Fault:
    """One thing a document may not hold: table and number of the record, element, and the schema's rule; no value."""

    table: str
    record: int
    element: str
    rule: str


@dataclass(frozen=True)
class Reread:
    """What a finished document holds; `faults` are the first ones, `fault_count` all of them."""

    totals: Mapping[str, Totals]
    faults: tuple[Fault, ...] = ()
    fault_count: int = 0


class _Reading:
    def __init__(self, namespace: str, forms: Sequence[Form]) -> None:
        self._tag = f"{{{namespace}}}"
        self.money = {f.name: {self._tag + e.name: e.name for e in f.money} for f in forms}
        self.rows: Counter[str] = Counter()
        self.sums: dict[str, dict[str, Decimal]] = {name: {} for name in self.money}
        self.faults: list[Fault] = []
        self.fault_count = 0

    def record(self, node: Any) -> None:
        name = node.tag.removeprefix(self._tag)
        self.rows[name] += 1
        money = self.money.get(name, {})
        for child in node:
            if child.tag in money:
                _add(self.sums[name], money[child.tag], child.text)

    def seen(self, name: str, log: Any) -> None:
        """Faults that the schema found since the last record belong to this one."""
        for entry in list(log)[self.fault_count :]:
            if self.fault_count < FAULTS_KEPT:
                named = _NAMED.match(entry.message)
                rule = entry.type_name.removeprefix("SCHEMAV_")
                self.faults.append(Fault(name, self.rows[name], named[1] if named else "", rule))
            self.fault_count += 1

    def result(self) -> Reread:
        totals = {name: Totals(self.rows[name], dict(self.sums[name])) for name in self.money}
        return Reread(totals, tuple(self.faults), self.fault_count)


def reread_document(
    path: Path, schema: bytes, namespace: str, forms: Sequence[Form], told: Callable[[int], None]
) -> Reread:
    """Read a document record by record under its schema; memory holds one record, whatever the document's size."""
    reading = _Reading(namespace, forms)
    compiled = etree.XMLSchema(etree.fromstring(schema))
    tags = [f"{{{namespace}}}{form.name}" for form in forms]
    name = ""
    with path.open("rb") as stream:
        events = etree.iterparse(stream, events=("end",), tag=tags, schema=compiled, huge_tree=True)
        try:
            for number, (_, node) in enumerate(events, 1):
                reading.record(node)
                name = etree.QName(node).localname
                if len(events.error_log) > reading.fault_count:
                    reading.seen(name, events.error_log)
                _forget(node)
                if number % _EVERY == 0:
                    told(number)
        except etree.XMLSyntaxError as error:  # its text quotes values: only names and rules are taken from its log
            reading.seen(name, error.error_log)
    return reading.result()


def reread_delimited(path: Path, encoding: str, form: Form) -> Totals:
    """Rows and sums of a table of CSV."""
    rows, names = 0, [element.name for element in form.money]
    sums: dict[str, Decimal] = {}
    with path.open(encoding=encoding, newline="") as stream:
        lines = csv.reader(stream)
        heading = next(lines)
        places = [(heading.index(name), name) for name in names if name in heading]
        for line in lines:
            rows += 1
            for at, name in places:
                _add(sums, name, line[at])
    return Totals(rows, sums)


def _add(sums: dict[str, Decimal], name: str, text: str | None) -> None:
    if not text:
        return
    with suppress(InvalidOperation):  # the schema has its say about it
        sums[name] = sums.get(name, Decimal()) + Decimal(text)


def _forget(node: Any) -> None:
    node.clear()
    while node.getprevious() is not None:
        del node.getparent()[0]
