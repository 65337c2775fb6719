"""The second way down to papers: kept measurements to their evidence, rows of files to their cells, drafts to lines."""

import hashlib
import io
import json
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from django.conf import settings
from python_calamine import CalamineWorkbook

from web.evaluator import NOTHING, Again, day_of, rows

NEAR = Fraction(1, 10**9)  # a value kept as a decimal has lost the endless digits of a quotient


@dataclass(frozen=True)
class KeptRecord:
    id: str
    label: str
    value: str | None
    digest: str = ""


@dataclass(frozen=True)
class KeptFigure:
    """A figure as the measurement keeps it, with its evidence."""

    id: str
    unit: str
    expression: str
    records: tuple


class MeasuredAgain(Again):
    """A kept measurement from its evidence: what its own row holds is compared and never used."""

    def __init__(self, number):
        [(figures, expression, self.kept, self.state, unit, day, project, year)] = rows(
            "SELECT m.figures, m.expression, m.value, m.state, m.unit, m.day, s.project, s.year "
            "FROM performance_measurement m JOIN performance_targetset s ON s.id = m.target_set_id WHERE m.id = %s",
            number,
        )
        evidence = {}
        for figure, kind, key, label, value, digest in rows(
            "SELECT figure, kind, key, label, value, digest FROM performance_measurementevidence "
            "WHERE measurement_id = %s ORDER BY position", number,
        ):  # fmt: skip
            evidence.setdefault(figure, []).append(KeptRecord(f"{kind}:{key}", label, value or None, digest))
        book = {one["id"]: KeptFigure(one["id"], one["unit"], one["expression"], tuple(evidence.get(one["id"], ())))
                for one in json.loads(figures)}  # fmt: skip
        whole = tuple(evidence.get("", ()))
        book["value"] = KeptFigure("value", unit, expression, whole)
        self.evidence = [one for kept in evidence.values() for one in kept]
        super().__init__(book, project, year, day_of(day))

    def now(self):
        """The value made again from the evidence as it is today."""
        return super().value("value") if self.kept or self.state == "computed" else None

    @property
    def is_changed(self):
        """Whether the evidence no longer gives what was kept of it, which the page then has to say."""
        kept, now = (Fraction(self.kept) if self.kept else None), self.now()
        return (kept is None) != (now is None) or (kept is not None and abs(now - kept) > NEAR)

    def found(self):
        """What was kept; from the evidence as long as that gives it."""
        return Fraction(self.kept) if self.kept and self.is_changed else self.now()

    def value(self, name):
        return self.found() if name == "value" else super().value(name)

    def other(self, figure, record, kind, key):
        if kind == "file":  # what a person read out of it is told by nothing else
            assert kept_bytes(record.digest)
            return Fraction(self.kept)
        return super().other(figure, record, kind, key)


def measurement(number):
    return MeasuredAgain(number).found()


def kept_bytes(digest):
    """A file that was kept under its digest, which has to be that of its bytes."""
    name, _, value = digest.partition(":")
    content = (settings.HUILIU_HOME / "attachments" / value).read_bytes()
    assert hashlib.new(name, content).hexdigest() == value
    return content


class PapersAgain(Again):
    """Figures of an imported file, of drafts, and of the page of a project's measurements."""

    def __init__(self, book, file=0, **place):
        super().__init__(book, **place)
        self.file = file

    def other(self, figure, record, kind, key):
        if kind in ("statement.row", "import.row"):
            return self.cell(figure, int(key))
        if kind in COUNTED:
            sql = f"SELECT COUNT(*) FROM {COUNTED[kind]} WHERE id = %s"
            return Fraction(rows(sql, int(key))[0][0])
        if kind == "measured.row":
            return Fraction(int(self.stands(figure.id, key)))
        if kind == "funds.draft_line":
            return drafted(*key.split(":"))
        if kind == "funds.decision":
            [(fen,)] = rows("SELECT amount_fen FROM funds_externaldecision WHERE id = %s", int(key))
            return Fraction(fen, 100)
        return super().other(figure, record, kind, key)

    def cell(self, figure, row):
        """What the file itself says in a row; a count counts it."""
        [(digest, mapping)] = rows("SELECT digest, mapping FROM funds_importfile WHERE id = %s", self.file)
        table = sheet(digest)
        if figure.unit == "行":
            return Fraction(int(any(table[row - 1])))
        columns = json.loads(mapping)["columns"]
        said = {name: table[row - 1][at] for name, titles in columns.items()
                for at, title in enumerate(table[0]) if title in titles}  # fmt: skip
        paid = said["out"] or -(said["into"] or 0) if "out" in said else said["amount"]
        return Fraction(str(paid))

    def stands(self, name, code):
        """Whether a row of the form is counted: by the newest of its measurements."""
        found = rows(
            "SELECT m.value, m.state FROM performance_measurement m JOIN performance_targetset s "
            "ON s.id = m.target_set_id WHERE s.project = %s AND s.year = %s AND m.row = %s ORDER BY m.id DESC",
            self.project, self.year, code,
        )  # fmt: skip
        computed = [one for one in found if one[1] != "manual"][:1]
        by_hand = [one for one in found if one[1] == "manual"][:1]
        silent = not computed or (not computed[0][0] and computed[0][1] != "not_applicable")
        value, state = (by_hand if by_hand and silent else computed or [("", "")])[0]
        known = bool(value) or state == "not_applicable"
        return {"rows": True, "known": known, "open": not known, "idle": state == "not_applicable",
                "manual": state == "manual"}[name.rpartition(".")[2]]  # fmt: skip


COUNTED = {
    "counted.event": "funds_event",
    "funds.import_row": "funds_importrow",
    "performance.evidence": "performance_measurementevidence",
}


@lru_cache
def sheet(digest):
    """The cells of a kept file."""
    return CalamineWorkbook.from_filelike(io.BytesIO(kept_bytes(digest))).get_sheet_by_index(0).to_python()


def drafted(number, part):
    column, scale = {"quantity": ("quantity_milli", 1000), "price": ("price_fen", 100), "basis": ("basis_fen", 100)}[
        part
    ]
    [(value,)] = rows(f"SELECT {column} FROM funds_budgetdraftline WHERE id = %s", int(number))
    return Fraction(value, scale)


def evidence_rows(again):
    """Every record behind a measurement: its value as kept, and as it is in the database now."""
    for figure in again.book.values():
        for record in figure.records:
            if record.value is not None and not record.id.startswith(NOTHING):
                yield record, again.leaf(figure, record)
