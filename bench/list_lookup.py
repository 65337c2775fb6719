"""A list of 100,000 numbers looked up among 3,000,000 persons: seconds of each part, beside the raw join in DuckDB.

`python -m bench.list_lookup [persons] [numbers]`. The persons stand in a DuckDB file as the library's look-up file has
them, opened for reading by the same engine with 1 GB. `raw join` fetches the same columns by one equality join,
unmasked, without reach. The three ways of reach are the whole city, one division, and one division with one scheme. A
tenth of the numbers is damaged, a tenth belongs to nobody. `read the file` is an XLSX of three columns. The whole city
must find exactly those that the raw join finds. `with summaries` adds what twelve contributions of each say, four
values in one pass. Memory is the most that the process ever held.
"""

import io
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from bench._markdown import table
from huiliu.catalog import Catalog
from huiliu.documents.uploaded_list import UploadedList, read_list
from huiliu.kernel.clock import SystemClock
from huiliu.kernel.listed_numbers import By, Listed, read_listed
from huiliu.lake.engine import Engine, EngineSettings, literal, open_engine
from huiliu.lake.tables import Table
from huiliu.topics import Grant, Sight
from huiliu.topics.lists import AT, ListQuery, compile_list, judge

PERSONS, NUMBERS = 3_000_000, 100_000
ITEMS = ("name", "id_number", "sex", "division", "town_name", "mobile", "bank_account", "retired")
SIGHTS: Mapping[str, Sight] = {
    "whole city": Sight((Grant(),), lists=True),
    "one division": Sight((Grant("449902"),), lists=True),
    "one division, one scheme": Sight((Grant("449902", frozenset({"110"})),), lists=True),
}
SUMMED = (*ITEMS, "last_paid_month", "paid_months", "arrears_months", "arrears_person")
WAYS = {**{words: (sight, ITEMS) for words, sight in SIGHTS.items()}, "with summaries": (SIGHTS["whole city"], SUMMED)}
MONTHS = 12
# 20,000 days of birth, 999 orders a day: more people than any city has.
_FIRST = """'4499' || lpad((2 + i // 19980000)::VARCHAR, 2, '0')
    || strftime(DATE '1945-01-01' + (i // 999 % 20000)::INTEGER, '%Y%m%d') || lpad((i % 999 + 1)::VARCHAR, 3, '0')"""
_CHECK = """substr('10X98765432', 1 + (list_sum(list_transform(range(1, 18), lambda k:
    [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2][k] * substr(first, k, 1)::INTEGER)) % 11)::INTEGER, 1)"""
_MADE: Mapping[str, str] = {
    "person_no": "lpad((44990000000000 + i)::VARCHAR, 14, '0')",
    "social_no": f"first || {_CHECK}",
    "id_number": f"first || {_CHECK}",
    "name": """['张', '李', '王', '陈', '刘', '黄', '赵'][1 + i % 7] || chr((19968 + i % 20000)::INTEGER)
        || CASE WHEN i % 3 > 0 THEN chr((19968 + i // 7 % 20000)::INTEGER) ELSE '' END""",
    "sex": "(1 + i % 2)::VARCHAR",
    "division": "['449902', '449921', '449922', '449923', '449924'][1 + i % 5]",
    "town_name": "'城南街道'",
    "mobile": "(13800000000 + i)::VARCHAR",
    "bank_account": "'6222' || lpad(i::VARCHAR, 15, '0')",
    "retired": "(i % 4 // 3)::VARCHAR",
}


def build(path: Path, persons: int, tables: Mapping[str, Table]) -> None:
    """Persons and a scheme for each, in the order of their numbers, as a look-up file is."""
    con = duckdb.connect(str(path))
    columns = ", ".join(f"{_MADE.get(c.name, 'NULL')}::{c.sql_type} AS {c.name}" for c in tables["person"].columns)
    people = f"SELECT i, {_FIRST} AS first FROM range({persons}) AS made(i)"
    con.execute(f"CREATE TABLE person AS SELECT {columns} FROM ({people}) ORDER BY i")
    held = {"person_no": "person_no", "insurance_type": "CASE WHEN retired = '1' THEN '170' ELSE '110' END"}
    columns = ", ".join(f"{held.get(c.name, 'NULL')}::{c.sql_type} AS {c.name}" for c in tables["enrolment"].columns)
    con.execute(f"CREATE TABLE enrolment AS SELECT {columns} FROM person")
    paid = {
        **held,
        "settlement_no": "person_no || month",
        "due_month": "202401 + month",
        "person_due": "320",
        "person_paid": "0",
    }
    paid["in_full"] = "(month <> 11)::INTEGER::VARCHAR"
    columns = ", ".join(f"{paid.get(c.name, 'NULL')}::{c.sql_type} AS {c.name}" for c in tables["contribution"].columns)
    con.execute(f"CREATE TABLE contribution AS SELECT {columns} FROM person, range({MONTHS}) AS made(month)")
    con.close()


def opened(path: Path, spill: Path) -> Engine:
    engine = open_engine(EngineSettings(memory_limit="1GB"), spill)
    engine.run(f"ATTACH {literal(path)} AS snap (READ_ONLY)")
    engine.run("USE snap")
    return engine


def numbers_of(engine: Engine, wanted: int) -> list[str]:
    """Numbers of people from all over the city; every tenth damaged, every tenth of nobody."""
    persons = engine.one("SELECT count(*) FROM person")[0]
    step = max(1, persons // wanted)
    step -= step > 1 and step % 5 == 0  # or all stood in one division
    rows = engine.run(f"SELECT id_number FROM person WHERE rowid % {step} = 0 LIMIT {wanted}")
    return [_spelled(number, text) for number, (text,) in enumerate(rows)]


def _spelled(number: int, text: str) -> str:
    if number % 10 == 0:
        return f"'{text[:6]} {text[6:].lower()}"
    return f"{text[:6]}1899{text[10:]}" if number % 10 == 1 else text


def workbook(numbers: Sequence[str]) -> io.BytesIO:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("序号", "身份证号码", "备注"))
        for number, text in enumerate(numbers, 1):
            sheet.write_number(number, 0, number)
            sheet.write_string(number, 1, text)
            sheet.write_string(number, 2, "合成数据")
    made.seek(0)
    return made


class Stopwatch:
    """Seconds of each named part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def take(self, name: str, act: Any) -> Any:
        begun = time.perf_counter()
        found = act()
        self.seconds[name] = time.perf_counter() - begun
        return found


def read_numbers(uploaded: UploadedList) -> list[Listed]:
    return [read_listed(row[uploaded.column], By.AUTO, is_text=True) for row in uploaded.rows]


def raw_join(engine: Engine, numbers: Sequence[str]) -> int:
    """What somebody with a database would do: clean numbers, one join, the columns as they are."""
    columns = ", ".join(f"person.{name}" for name in ITEMS)
    keys = "SELECT unnest(string_split($keys::VARCHAR, ',')) AS key"
    return len(
        engine.records(f"SELECT {columns} FROM ({keys}) JOIN person ON id_number = key", {"keys": ",".join(numbers)})
    )


def answered(engine: Engine, query: ListQuery, listed: Sequence[Listed]) -> Counter[str]:
    """Every row with its verdict, as the worker does it."""
    groups = groupby(_rows(engine, query), key=itemgetter(AT))
    hits = {place: list(found) for place, found in groups}
    return Counter(judge(one, hits.get(place, ())).verdict.value for place, one in enumerate(listed))


def _rows(engine: Engine, query: ListQuery) -> Iterator[dict[str, Any]]:
    cursor = engine.cursor()
    cursor.run("USE snap")
    for block in cursor.blocks(query.sql, query.parameters, 10_000):
        yield from block
    cursor.close()


def main(persons: int, wanted: int) -> None:
    """Build, measure, compare, print."""
    catalog, clock, watch = Catalog.load(), SystemClock(), Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "library.duckdb"
        build(path, persons, catalog.tables)
        engine = opened(path, Path(folder) / "spill")
        numbers = numbers_of(engine, wanted)
        file = workbook(numbers)
        uploaded = watch.take("read the file", lambda: read_list(file, "xlsx", By.AUTO))
        listed = watch.take("repair the numbers", lambda: read_numbers(uploaded))
        clean = [one.ids[0] for one in listed if one.ids]
        raw = watch.take("raw join", lambda: raw_join(engine, clean))
        counts = {}
        for words, (sight, items) in WAYS.items():
            query = compile_list(listed, items, catalog.topics["person"], sight, clock.now().date())
            counts[words] = watch.take(words, lambda query=query: answered(engine, query, listed))
        engine.close()
    if counts["whole city"]["found"] != raw:
        sys.exit(f"结果不一致：{counts['whole city']['found']} 与 {raw}")
    print_all(persons, len(numbers), watch.seconds, counts)


def print_all(persons: int, wanted: int, seconds: Mapping[str, float], counts: Mapping[str, Counter[str]]) -> None:
    base = seconds["raw join"]
    rows = []
    for name, taken in seconds.items():
        found = counts.get(name, Counter())
        ratio = f"{taken / base:.1f}" if name in counts else ""
        rows.append([name, f"{taken:.2f}", ratio, *(f"{found[v]:,}" if found else "" for v in ("found", "missing"))])
    print(table([f"{wanted:,} of {persons:,}", "s", "÷ raw join", "found", "not found"], rows))
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\nMost memory of the process, building the persons included: {most:,.0f} MiB.")


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:]), *(PERSONS, NUMBERS)[len(sys.argv) - 1 :])
