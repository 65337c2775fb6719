"""Finished files read again: a document against its schema and to its totals, a table of CSV to its totals."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
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
        self._money = {f.name: {self._tag + e.name: e.name for e in f.money} for f in forms}
        self._part = forms[0].part
        self._rows: Counter[str] = Counter()
        self._sums: dict[str, dict[str, Decimal]] = {name: {} for name in self._money}
        self._faults: list[Fault] = []
        self._fault_count = 0

    def record(self, node: Any) -> None:
        """Count a record and what it says of money."""
        name = node.tag.removeprefix(self._tag)
        self._rows[name] += 1
        money = self._money.get(name, {})
        for child in node:
            if child.tag in money:
                _add(self._sums[name], money[child.tag], child.text)

    def judge(self, node: Any, schema: Any) -> None:
        """A record by itself, as the only one of a document: so a fault is known by its number."""
        name = node.tag.removeprefix(self._tag)
        alone = etree.Element(self._tag + self._part)
        alone.append(deepcopy(node))
        if not schema.validate(alone):
            for entry in schema.error_log:
                self.fault(name, self._rows[name], entry)

    def fault(self, name: str, number: int, entry: Any) -> None:
        """Of the schema's words only the element and the rule are kept: the rest quotes the value."""
        self._fault_count += 1
        if self._fault_count <= FAULTS_KEPT:
            named = _NAMED.match(entry.message) if entry is not None else None
            rule = entry.type_name.removeprefix("SCHEMAV_") if entry is not None else "NOT_WELL_FORMED"
            self._faults.append(Fault(name, number, named[1] if named else "", rule))

    def result(self) -> Reread:
        totals = {name: Totals(self._rows[name], dict(self._sums[name])) for name in self._money}
        return Reread(totals, tuple(self._faults), self._fault_count)


def reread_document(
    path: Path, schema: bytes, namespace: str, forms: Sequence[Form], told: Callable[[int], None]
) -> Reread:
    """Read a document record by record under its schema; memory holds one record, whatever the document's size.

    One with faults is read a second time, each record by itself: the first reading only knows that there are any.
    """
    reading = _Reading(namespace, forms)
    compiled = etree.XMLSchema(etree.fromstring(schema))
    with path.open("rb") as stream:
        events = etree.iterparse(stream, events=("end",), schema=compiled, huge_tree=True)
        try:
            for node in _records(events, told):
                reading.record(node)
                if len(events.error_log):
                    break
            else:
                return reading.result()
        except etree.XMLSyntaxError:  # its text quotes values
            pass
        last = events.error_log.last_error if len(events.error_log) else None
    return _judged(path, compiled, _Reading(namespace, forms), last, told)


def _judged(path: Path, schema: Any, reading: _Reading, last: Any, told: Callable[[int], None]) -> Reread:
    """The second reading; where every record is right, the fault is in what holds them together."""
    with path.open("rb") as stream, suppress(etree.XMLSyntaxError):
        for node in _records(etree.iterparse(stream, events=("end",), huge_tree=True), told):
            reading.record(node)
            reading.judge(node, schema)
    if not reading.result().fault_count:
        reading.fault("", 0, last)
    return reading.result()


def _records(events: Any, told: Callable[[int], None]) -> Iterator[Any]:
    """The root's children one after the other; each is forgotten when the next is asked for."""
    number = 0
    for _, node in events:
        parent = node.getparent()
        if parent is None or parent.getparent() is not None:
            continue
        number += 1
        yield node
        node.clear()
        while node.getprevious() is not None:
            del parent[0]
        if number % _EVERY == 0:
            told(number)


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
    try:
        amount = Decimal(text)
    except InvalidOperation:  # the schema has its say about it
        return
    sums[name] = sums[name] + amount if name in sums else amount
