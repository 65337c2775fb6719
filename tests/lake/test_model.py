"""Random sequences of increments and full loads against a model that is a Python dict: same content, same history."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huiliu.lake.engine import Engine
from huiliu.lake.records import Outcome, Proof
from lake.builder import PAYMENT, STAMP, Part, write_batch
from lake.conftest import Site
from support.scale import examples

Key = tuple[str, str]
Model = dict[Key, tuple[str, str]]
FULL_HEADER = PAYMENT[1:]
COLUMNS = "person_no, payment_no, benefit_month, amount"

keys = st.tuples(st.sampled_from(["P1", "P2", "㛃"]), st.integers(0, 3)).map(lambda k: (k[0], f"{k[0]}-{k[1]}"))
amounts = st.decimals(Decimal("-99.99"), Decimal("99.99"), places=2).map(str)
contents = st.tuples(st.sampled_from(["202412", "202501"]), amounts)
nights = st.lists(
    st.tuples(
        st.sampled_from(["full", "increment"]), st.dictionaries(keys, st.tuples(contents, st.booleans()), max_size=8)
    ),
    min_size=1,
    max_size=4,
)


def increment(model: Model, wanted: dict[Key, tuple[tuple[str, str], bool]]) -> tuple[list[tuple[str, ...]], Model]:
    """Rows of a valid increment, and the model after it: a known key is changed or deleted, a new one inserted."""
    after, rows = dict(model), []
    for (person, number), (content, delete) in wanted.items():
        key = (person, number)
        if key in model and delete:
            del after[key]
            rows.append(("D", number, person, "", "", ""))
        else:
            rows.append(("U" if key in model else "I", number, person, *content, STAMP))
            after[key] = content
    return rows, after


def part_for(mode: str, model: Model, wanted: dict[Key, tuple[tuple[str, str], bool]]) -> tuple[Part, Model]:
    if mode == "increment":
        rows, after = increment(model, wanted)
        return Part(PAYMENT, rows, mode, gz=len(rows) % 2 == 1, closing=closing(after)), after
    after = {key: content for key, (content, _) in wanted.items()}
    lines = [(number, person, *content, STAMP) for (person, number), content in after.items()]
    return Part(FULL_HEADER, lines, mode, encoding="gb18030", closing=closing(after)), after


def closing(model: Model) -> tuple[int, dict[str, str]]:
    return len(model), {"amount": str(sum((Decimal(amount) for _, amount in model.values()), Decimal(0)))}


def content(site: Site) -> Model:
    return as_model(site.rows(f"SELECT {COLUMNS} FROM payment"))


def as_model(rows: list[tuple[Any, ...]]) -> Model:
    return {(person, number): (str(month), str(amount)) for person, number, month, amount in rows}


def plain(model: Model) -> Model:
    return {key: (month, str(Decimal(amount).quantize(Decimal("0.01")))) for key, (month, amount) in model.items()}


def check_sequence(site: Site, sequence: list[tuple[str, dict[Key, tuple[tuple[str, str], bool]]]]) -> None:
    model: Model = {}
    states: list[Model] = []
    previous = None
    for number, (mode, wanted) in enumerate(sequence, start=1):
        part, model = part_for(mode, model, wanted)
        day = date(2025, 4, 1) + timedelta(days=number)
        previous = write_batch(site.inbox, day, {"payment": part}, sequence=number, previous=previous)
        states.append(model)
    records = site.night()
    assert [record.outcome for record in records] == [Outcome.PUBLISHED] * len(sequence)
    assert [record.tables[1].level for record in records] == [Proof.A] * len(sequence)
    assert content(site) == plain(model)
    with site.home.open_for_reading() as lake:
        for record, then in zip(records, states, strict=True):
            found = lake.run(f"SELECT {COLUMNS} FROM lake.payment AT (VERSION => {record.snapshot})")
            assert as_model(found) == plain(then)
    assert site.problems() == ()


@contextmanager
def fresh_site(templates: Path, place: Path) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        site = Site(shutil.copytree(templates / "empty", Path(folder), dirs_exist_ok=True))
        yield site
        site.library.close()


quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.slow
@settings(max_examples=examples(6), deadline=None, suppress_health_check=quiet)
@given(sequence=nights)
def test_any_sequence_ends_as_the_model(warm_home: Engine, templates: Path, place: Path, sequence: list) -> None:  # type: ignore[type-arg]
    with fresh_site(templates, place) as site:
        check_sequence(site, sequence)


@pytest.mark.slow
def test_many_sequences_end_as_the_model(warm_home: Engine, templates: Path, place: Path, scale) -> None:  # type: ignore[no-untyped-def]
    @settings(max_examples=max(50, scale("fuzz") // 2000), deadline=None, suppress_health_check=quiet)
    @given(sequence=nights)
    def run(sequence: list) -> None:  # type: ignore[type-arg]
        with fresh_site(templates, place) as site:
            check_sequence(site, sequence)

    run()
