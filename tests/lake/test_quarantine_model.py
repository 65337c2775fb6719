"""Random nights with bad rows, and decisions on them, against two dicts: lake and quarantine equal, row by row."""

import json
import shutil
import tempfile
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.lake.decide import Verdict, Waiting, decide
from huiliu.lake.engine import Engine
from huiliu.lake.records import Outcome, Proof
from lake.awards import Office, awards
from lake.builder import STAMP
from lake.conftest import Site
from support.scale import Scale

Key = tuple[str, str]
Content = tuple[str, str, str]  # month, due, paid as delivered
CENT = Decimal("0.01")

keys = st.tuples(st.sampled_from(["P1", "P2", "P9"]), st.integers(0, 2)).map(lambda k: (k[0], f"{k[0]}-{k[1]}"))
contents = st.tuples(
    st.sampled_from(["202503", "202503", "202504", "", "2025-3"]),
    st.sampled_from(["1.00", "2.50"]),
    st.sampled_from(["0.50", "1.00", "2.00", "x"]),
)
nights = st.lists(
    st.tuples(
        st.sampled_from(["full", "increment", "increment", "range"]),
        st.dictionaries(keys, st.tuples(contents, st.booleans()), min_size=1, max_size=6),
        st.sampled_from(["", "release", "reject"]),
    ),
    min_size=2,
    max_size=5,
)


def reasons(person: str, content: Content) -> frozenset[str]:
    month, due, paid = content
    found = {
        "type:month": month == "2025-3",
        "type:paid": paid == "x",
        "not_null:month": month == "",
        "row_check:paid_over_due": paid != "x" and Decimal(paid) > Decimal(due),
        "references:person_no": person == "P9",
    }
    return frozenset(mark for mark, holds in found.items() if holds)


@dataclass
class Model:
    """What the lake shows, what waits beside it, and what of that was rejected."""

    lake: dict[Key, Content] = field(default_factory=dict)
    aside: dict[Key, Content] = field(default_factory=dict)
    rejected: set[Key] = field(default_factory=set)

    @property
    def logical(self) -> dict[Key, Content]:
        return {**self.lake, **self.aside}

    def take(self, key: Key, content: Content) -> None:
        if self.aside.get(key) != content:
            self.rejected.discard(key)
        if reasons(key[0], content) and self.lake.get(key) != content:
            self.aside[key] = content
        else:
            self.lake[key] = content
            self.aside.pop(key, None)

    def drop(self, key: Key) -> None:
        self.lake.pop(key, None)
        self.aside.pop(key, None)
        self.rejected.discard(key)

    def decide(self, decision: str) -> list[Key]:
        """What may be decided of what waits: a row with a cell that is no value can only be rejected."""
        if decision == "reject":
            chosen = [key for key in self.aside if key not in self.rejected]
            self.rejected |= set(chosen)
            return chosen
        chosen = [key for key, (month, _, paid) in self.aside.items() if decision and month != "2025-3" and paid != "x"]
        for key in chosen:
            self.lake[key] = self.aside.pop(key)
            self.rejected.discard(key)
        return chosen

    def closing(self) -> tuple[int, str, str]:
        rows = self.logical.values()
        return len(rows), total(due for _, due, _ in rows), total(paid for _, _, paid in rows if paid != "x")


def total(amounts: object) -> str:
    return str(sum(map(Decimal, amounts), Decimal(0)).quantize(CENT))  # type: ignore[call-overload]


def night(office: Office, model: Model, mode: str, wanted: dict[Key, tuple[Content, bool]]) -> None:
    rows, told = [], {}
    if mode == "range":  # everything of one person, and of nobody else
        person = min(person for person, _ in wanted)
        wanted = {key: found for key, found in wanted.items() if key[0] == person}
        told = {"range": {"column": "person_no", "values": [person]}}
    if mode != "increment":
        inside = {key for key in model.logical if mode == "full" or key[0] == person}
        for key in inside - set(wanted):
            model.drop(key)
    for key, (content, delete) in wanted.items():
        known = key in model.logical
        if mode == "increment" and known and delete:
            model.drop(key)
            rows.append(("D", key[1], key[0], "", "", "", STAMP))
        else:
            model.take(key, content)
            rows.append(("U" if known else "I", key[1], key[0], *content, STAMP))
    record = office.night(awards(*rows, mode=mode, closing=model.closing(), **told))
    assert (record.outcome, record.failures) == (Outcome.PUBLISHED, ())
    unread = any(paid == "x" for _, _, paid in [*model.aside.values(), *(row[3:6] for row in rows)])
    assert record.level == (Proof.C if unread else Proof.A)


def settle(office: Office, model: Model, decision: str) -> None:
    site, there = office.site, office.aside("key, cells")
    if chosen := model.decide(decision):
        keys = [json.dumps({"person_no": p, "award_no": a}, separators=(",", ":")) for p, a in chosen]
        rows = [Waiting("award", key, cells) for key, cells in there if key in keys]
        decide(site.home, site.tables, Verdict(decision, rows, f"申请 {office.number}"), site.clock)  # type: ignore[arg-type]


def compare(office: Office, model: Model) -> None:
    found = office.site.rows("SELECT person_no, award_no, coalesce(month::VARCHAR, ''), due, paid FROM award")
    assert {(p, a): (m, str(d), str(paid)) for p, a, m, d, paid in found} == {
        key: (month, due, paid) for key, (month, due, paid) in model.lake.items()
    }
    waiting = {}
    for cells, marks in office.aside("cells, reasons"):
        row = json.loads(cells)
        waiting[row["person_no"], row["award_no"]] = (
            row["month"] or "",
            row["due"],
            row["paid"],
            frozenset(marks.split(",")),
        )
    assert waiting == {key: (*content, reasons(key[0], content)) for key, content in model.aside.items()}


@pytest.fixture
def opened(warm_home: Engine, templates: Path, place: Path) -> tuple[Path, str]:
    """An installation to copy, after its first night of persons, and the digest of that night's manifest."""
    site = Site(shutil.copytree(templates / "empty", place / "opened"))
    office = Office(site)
    office.night()
    site.library.close()
    return place / "opened", office.digest


def check_sequence(opened: tuple[Path, str], sequence: list) -> None:  # type: ignore[type-arg]
    with tempfile.TemporaryDirectory(dir=opened[0].parent) as folder:
        site = Site(shutil.copytree(opened[0], Path(folder), dirs_exist_ok=True))
        office, model = Office(site), Model()
        office.number, office.digest = 1, opened[1]
        shutil.rmtree(next(site.inbox.iterdir()))  # taken already
        for mode, wanted, decision in sequence:
            night(office, model, mode, wanted)
            compare(office, model)
            settle(office, model, decision)
            compare(office, model)
        assert site.problems() == ()
        site.library.close()


quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
def test_many_nights_end_as_the_model(opened: tuple[Path, str], scale: Scale, seed: int) -> None:
    @hypothesis.seed(seed)
    @settings(max_examples=max(40, scale("fuzz") // 2000), deadline=None, suppress_health_check=quiet)
    @given(sequence=nights)
    def run(sequence: list) -> None:  # type: ignore[type-arg]
        check_sequence(opened, sequence)

    run()
