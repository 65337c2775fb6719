"""The search box among 3,000,000 persons: milliseconds of each way to search, by how far a grant reaches.

`python -m bench.search [persons]`. The persons stand in a DuckDB file as in `list_lookup`, opened for reading by the
same engine with 1 GB. Each way is asked with 30 different terms, after one that is not counted; what is measured is
what a page does with a term: reading it, and the query for the first 51 persons within reach. `found` is how many of
the terms found anybody. The goal is an answer within a second.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pypinyin import Style, lazy_pinyin

from bench._markdown import table
from bench.list_lookup import PERSONS, build, opened
from huiliu.catalog import Catalog
from huiliu.lake.engine import Engine

ROUNDS = 30
GOAL = 1_000
Row = Mapping[str, str]
# Division and schemes of the grant that looks; none: everybody.
REACHES = {"whole city": ("", frozenset()), "one division, one scheme": ("449902", frozenset({"110"}))}
# How it is searched → what is typed, of a person who is there.
TYPED: Mapping[str, tuple[str, Callable[[Row], str]]] = {
    "identity number": ("auto", lambda row: row["id_number"]),
    "identity number of 15 digits": ("auto", lambda row: row["id_number"][:6] + row["id_number"][8:17]),
    "person number": ("auto", lambda row: row["person_no"]),
    "whole name": ("auto", lambda row: row["name"]),
    "first two signs of a name": ("auto", lambda row: row["name"][:2]),
    "initials in pinyin": ("pinyin", lambda row: "".join(lazy_pinyin(row["name"], style=Style.FIRST_LETTER))),
    "last four digits": ("auto", lambda row: row["mobile"][-4:]),
    "mobile number": ("auto", lambda row: row["mobile"]),
}


@dataclass(frozen=True)
class Rows:
    """As much of a snapshot as a search asks for."""

    engine: Engine

    def rows(self, sql: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self.engine.records(sql, params)


def sample(engine: Engine, persons: int) -> list[dict[str, str]]:
    """People from all over the city, one more than is counted."""
    step = max(1, persons // (ROUNDS + 1))
    step -= step > 1 and step % 5 == 0  # or all stood in one division
    sql = f"SELECT person_no, id_number, name, mobile FROM person WHERE rowid % {step} = 0 LIMIT {ROUNDS + 1}"
    return engine.records(sql)


def measured(rows: Rows, people: Sequence[Row], way: str, scopes: Sequence[Any]) -> tuple[list[float], int]:
    """Milliseconds of each search but the first, and how many found anybody."""
    from huiliu.apps.datahub.selectors.search import find, read_terms

    kind, typed = TYPED[way]
    taken, found = [], 0
    for person in people:
        text = typed(person)
        begun = time.perf_counter()
        hits, _more = find(rows, read_terms(kind, text), scopes)
        taken.append((time.perf_counter() - begun) * 1000)
        found += bool(hits)
    return taken[1:], found


def line(reach: str, way: str, taken: Sequence[float], found: int) -> list[str]:
    ranked = sorted(taken)
    at = {part: ranked[min(len(ranked) - 1, int(len(ranked) * part))] for part in (0.5, 0.95)}
    verdict = "" if at[0.95] < GOAL else "missed"
    return [f"{reach}: {way}", f"{at[0.5]:.0f}", f"{at[0.95]:.0f}", f"{ranked[-1]:.0f}", str(found), verdict]


def main(persons: int) -> None:
    """Build, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["HUILIU_HOME"] = f"{folder}/home"
        from huiliu.config.boot import boot

        boot("cli", create=True)
        from huiliu.apps.accounts.selectors import Scope

        path = Path(folder) / "library.duckdb"
        build(path, persons, Catalog.load().tables)
        engine = opened(path, Path(folder) / "spill")
        people, lines = sample(engine, persons), []
        for reach, (division, schemes) in REACHES.items():
            for way in TYPED:
                taken, found = measured(Rows(engine), people, way, (Scope(division, schemes, "L2"),))
                lines.append(line(reach, way, taken, found))
        engine.close()
    print(table([f"{persons:,} persons", "p50 ms", "p95 ms", "max ms", "found", "goal"], lines))


if __name__ == "__main__":
    main(*(int(text) for text in sys.argv[1:] or [str(PERSONS)]))
