"""A province's layout as data: it becomes SQL that gives the catalog's text, and what does not fit is named."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.catalog import Catalog
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.kernel.errors import HuiliuError
from huiliu.lake.mapping import ColumnMapping, load_mapping
from lake.builder import CODES, TABLES

_DUCKDB = duckdb.connect()


def mapped(column: ColumnMapping, text: str | None):
    return _DUCKDB.execute(f"SELECT {column.expression('x')} FROM (SELECT CAST(? AS VARCHAR) AS x)", [text]).fetchone()[
        0
    ]


@pytest.mark.parametrize(
    ("column", "given", "ours"),
    [
        (ColumnMapping("C"), " 10 ", " 10 "),
        (ColumnMapping("C", codes={"10": "110"}), "10", "110"),
        (ColumnMapping("C", codes={"10": "110"}), "10  ", "110"),
        (ColumnMapping("C", codes={"10": "110"}), "99", "99"),
        (ColumnMapping("C", codes={"10": "110"}), None, None),
        (ColumnMapping("C", codes={"it's": "1"}), "it's", "1"),
        (ColumnMapping(None, constant="01"), "anything", "01"),
        (ColumnMapping("C", unit="fen"), "10010", "100.10"),
        (ColumnMapping("C", unit="fen"), "-5", "-0.05"),
        (ColumnMapping("C", unit="fen"), "10010.00", "100.10"),
        (ColumnMapping("C", unit="fen"), "10010.5", "10010.5分"),
        (ColumnMapping("C", unit="fen"), "1e5", "1e5分"),
        (ColumnMapping("C", unit="fen"), "", None),
        (ColumnMapping("C", unit="fen"), None, None),
        (ColumnMapping("C", cut="month"), "20250331", "202503"),
        (ColumnMapping("C", cut="month"), "2025-03-31 00:00:00", "202503"),
        (ColumnMapping("C", cut="month"), "2025", "2025"),
        (ColumnMapping("C", cut="date"), "2025-03-31 17:59:02", "20250331"),
        (ColumnMapping("C", cut="date"), None, None),
        (ColumnMapping("C", cut="time"), "20250331", "20250331000000"),
        (ColumnMapping("C", cut="time"), "2025-03-31", "2025-03-31 00:00:00"),
        (ColumnMapping("C", cut="time"), "2025-03-31 17:59:02", "2025-03-31 17:59:02"),
    ],
)
def test_the_text_of_the_source_becomes_the_catalogs(column, given, ours):
    assert mapped(column, given) == ours


@given(st.integers(-(10**16) + 1, 10**16 - 1))
def test_fen_become_yuan_without_losing_one(fen):
    yuan = mapped(ColumnMapping("C", unit="fen"), str(fen))
    whole, _, rest = yuan.lstrip("-").partition(".")
    assert (len(rest), int(whole) * 100 + int(rest), yuan.startswith("-")) == (2, abs(fen), fen < 0)


def load(tmp_path, text: str):
    path = tmp_path / "example.yaml"
    path.write_text("label: 示例\nsource: 合成\n" + text, "utf-8")
    return load_mapping(path, TABLES, CODES)


PERSON = "tables: {person: {from: AC01, columns: {person_no: AAC001, sex: AAC004}}}"


def test_codes_of_a_list_hold_for_every_column_of_it_unless_the_column_says_otherwise(tmp_path):
    found = load(tmp_path, f'codes: {{sex: {{"男": "1"}}}}\n{PERSON}')
    assert found.tables["person"].columns["sex"].codes == {"男": "1"}
    own = PERSON.replace("sex: AAC004", 'sex: {column: AAC004, codes: {"女": "2"}}')
    found = load(tmp_path, f'codes: {{sex: {{"男": "1"}}}}\n{own}')
    assert found.tables["person"].columns["sex"].codes == {"女": "2"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("tables: {}", "tables"),
        ("tables: {pension: {from: A, columns: {x: Y}}}", "tables/pension"),
        ("tables: {person: {from: AC01, columns: {AAC001: AAC001}}}", "tables/person/columns/AAC001"),
        ("tables: {person: {from: 'AC01; DROP', columns: {person_no: A}}}", "tables/person/from"),
        ("tables: {person: {from: AC01, columns: {person_no: 'A)'}}}", "tables/person/columns/person_no"),
        (
            "tables: {person: {from: AC01, columns: {sex: {column: A, codes: {'男': '7'}}}}}",
            "tables/person/columns/sex",
        ),
        ("tables: {person: {from: AC01, columns: {sex: {constant: '7'}}}}", "tables/person/columns/sex"),
        ("tables: {person: {from: AC01, columns: {name: {column: A, unit: fen}}}}", "tables/person/columns/name"),
        ("tables: {person: {from: AC01, columns: {born_on: {column: A, cut: month}}}}", "columns/born_on"),
        ("tables: {person: {from: AC01, columns: {name: pay.A}}}", "tables/person"),
        ("codes: {colour: {a: b}}\n" + PERSON, "codes/colour"),
        ("codes: {sex: {'男': '7'}}\n" + PERSON, "codes/sex"),
    ],
)
def test_what_does_not_fit_the_catalog_is_named(tmp_path, text, where):
    with pytest.raises(HuiliuError, match="MAPPING-001") as caught:
        load(tmp_path, text)
    assert where in caught.value.facts["where"]


def test_the_shipped_example_fits_the_catalog():
    catalog = Catalog.load()
    codes = {name: frozenset(found.values) for name, found in catalog.codes.items()}
    (path,) = (CATALOG / "mappings").glob("*.yaml")
    found = load_mapping(path, catalog.tables, codes)
    assert {"unit", "person", "enrolment", "contribution", "benefit_payment"} <= set(found.tables)
    assert found.tables["contribution"].columns["insurance_type"].codes["10"] == "110"
