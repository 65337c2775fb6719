"""A city of a few people in memory, every table of the catalogue filled; each protected value is marked and unique.

A marked text holds §000123§ where every mask hides it; protected dates lie before 2016, all open ones later. So
whatever shows a mark, or such a date, has leaked.
"""

import random
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pyarrow as pa

from huiliu.catalog import Catalog
from huiliu.lake.engine import Engine
from huiliu.lake.macros import MACROS

DIVISIONS = ("449902", "449921", None)
SCHEMES = ("110", "170", "210", "410", None)
DAY = date(2025, 3, 31)
LEAK = re.compile(r"§|\b(?:19[0-9]{2}|20(?:0[0-9]|1[0-5]))-[0-9]{2}-[0-9]{2}")
PEOPLE, UNITS, ROWS = 40, 8, 60
CATALOG = Catalog.load()
_ARROW = {
    "VARCHAR": pa.string(),
    "INTEGER": pa.int32(),
    "DATE": pa.date32(),
    "TIMESTAMP": pa.timestamp("us"),
    "DECIMAL(16,2)": pa.decimal128(16, 2),
    "DECIMAL(16,4)": pa.decimal128(16, 4),
}
_OPEN_TEXTS = ("甲", "乙", "丙", "", None)
_CODES = ("0", "1", "2", "3", None)


@dataclass
class City:
    """Rows by table as the library would hold them."""

    rows: dict[str, list[dict]]

    def engine(self) -> Engine:
        connection = duckdb.connect(":memory:", config={"threads": 1})
        for macro in MACROS:
            connection.execute(macro)
        for name, rows in self.rows.items():
            table = CATALOG.tables[name]
            columns = ", ".join(f"{column.name} {column.sql_type}" for column in table.columns)
            connection.execute(f"CREATE TABLE {name} ({columns})")
            schema = pa.schema([(column.name, _ARROW[column.sql_type]) for column in table.columns])
            connection.register("given", pa.Table.from_pylist(rows, schema))
            connection.execute(f"INSERT INTO {name} FROM given")
        return Engine(connection)

    def permuted(self, seed: int) -> "City":
        """The same city, the protected values of each column dealt out anew; births stay within their year."""
        draw = random.Random(seed)
        dealt = {name: [dict(row) for row in rows] for name, rows in self.rows.items()}
        for name, rows in dealt.items():
            for column in CATALOG.tables[name].columns:
                if column.level < "L3":
                    continue
                if column.name == "born_on":
                    for row in rows:
                        row["born_on"] = row["born_on"] and row["born_on"].replace(month=draw.randint(1, 12), day=9)
                    continue
                values = [row[column.name] for row in rows]
                draw.shuffle(values)
                for row, value in zip(rows, values, strict=True):
                    row[column.name] = value
        return City(dealt)

    def protected(self) -> list[str]:
        """Every protected text, to be asked for."""
        return sorted(
            row[column.name]
            for name, rows in self.rows.items()
            for column in CATALOG.tables[name].columns
            for row in rows
            if column.level >= "L3" and isinstance(row[column.name], str) and row[column.name]
        )


class _Maker:
    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.marks = 0

    def protected(self, kind: str):
        if self.draw.random() < 0.1:
            return None
        self.marks += 1
        mark = f"§{self.marks:06}§"
        if kind == "date":
            return date(1930, 1, 1) + timedelta(days=self.draw.randrange(86 * 365))
        if kind == "code":
            return mark
        return {
            "name": f"{self.draw.choice('张李𬭎')}{mark}",
            "id_number": f"449{mark}{self.marks % 7:04}",
            "phone": f"138{mark}{self.marks % 5:04}",
            "bank_account": f"6222{mark}{self.marks % 5:04}",
            "address": f"广东省河源市紫金县柏埔镇{mark}号",
        }.get(kind, f"变{mark}")

    def open(self, kind: str):
        if self.draw.random() < 0.1:
            return None
        if kind == "money":
            return Decimal(self.draw.randrange(-2000, 100_000)).scaleb(-2) * self.draw.choice((1, 3))
        if kind == "rate":
            return Decimal(self.draw.randrange(0, 3000)).scaleb(-4)
        if kind == "int":
            return self.draw.randrange(0, 6)
        if kind == "month":
            return self.draw.choice((2023, 2024, 2025)) * 100 + self.draw.randint(1, 12)
        if kind == "date":
            return date(2016, 1, 1) + timedelta(days=self.draw.randrange(3400))
        if kind == "time":
            return None
        return self.draw.choice(_CODES if kind == "code" else _OPEN_TEXTS)

    def row(self, table, number: int) -> dict:
        row = {c.name: (self.protected if c.level >= "L3" else self.open)(c.kind) for c in table.columns}
        for name in table.grain:
            row[name] = self.key(table, name, number)
        for name, values in (("insurance_type", SCHEMES), ("division", DIVISIONS)):
            if name in row and name not in table.grain:
                row[name] = self.draw.choice(values)
        # Two of every three know their person or unit; the last numbers are of nobody whom the library holds.
        if "person_no" in row and table.name not in ("person", "death_record"):
            row["person_no"] = f"P{self.draw.randrange(PEOPLE + 3):03}"
        for name in ("unit_no", "declared_by"):
            if name in row and table.name != "unit":
                row[name] = self.draw.choice([None, *(f"U{n}" for n in range(UNITS + 1))])
        return row

    def key(self, table, name: str, number: int):
        if name == "person_no":
            return f"P{number:03}"
        if name == "unit_no":
            return f"U{number}"
        kind = table.by_name[name].kind
        return {"month": 202401 + number % 12, "date": date(2024, 1, 1) + timedelta(days=number)}.get(
            kind, SCHEMES[number % 4] if name == "insurance_type" else f"{name[:1]}{number:03}"
        )


def build(seed: int = 1) -> City:
    """The city; `award_no` and `event_no` of payments mostly name an award of the person's own."""
    maker = _Maker(seed)
    sizes = {"person": PEOPLE, "unit": UNITS, "death_record": 12, "unit_contribution": 40}
    rows = {
        name: [maker.row(table, number) for number in range(sizes.get(name, ROWS))]
        for name, table in CATALOG.tables.items()
        if table.subject in ("person_no", "unit_no")
    }
    for name, other, key in (
        ("certification", "benefit_award", "award_no"),
        ("unemployment_payment", "unemployment_award", "award_no"),
        ("work_injury_benefit", "work_injury_event", "event_no"),
    ):
        for row, theirs in zip(rows[name], rows[other], strict=False):
            row[key], row["person_no"] = theirs[key], maker.draw.choice((theirs["person_no"], row["person_no"]))
    for row in rows["unit_contribution"]:
        row["unit_no"] = row["unit_no"] or "U0"
    return City(rows)
