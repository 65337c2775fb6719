"""The mask that queries apply says, for every text, exactly what the product's mask says."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.masking import mask
from huiliu.topics.masks import BLANKS, TEXTS, mask_sql

KINDS = sorted(TEXTS)
# Signs of four bytes, combining marks (NFC changes them), every kind of blank, and what addresses are made of.
SIGNS = "𬭎㛃李张e\u0301é\u1112\u1161\u11ab省市县区镇乡街道苏木旗小路村号自治州地盟特别行政0９aＡ.*-'\"\\" + BLANKS
PIECES = [
    "广东省",
    "河源市",
    "紫金县",
    "柏埔镇",
    "源城区",
    "上城街道",
    "内蒙古自治区",
    "镇平县",
    "小区",
    "新市路",
    "1号",
]
TEXT = st.one_of(
    st.text(st.sampled_from(SIGNS), max_size=24),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    st.lists(st.sampled_from([*PIECES, *SIGNS]), max_size=8).map("".join),
)


@pytest.fixture(scope="module")
def duck():
    connection = duckdb.connect(config={"threads": 1})
    yield connection
    connection.close()


def masked(duck, values):
    columns = ", ".join(mask_sql(kind, "value") for kind in KINDS)
    sql = f"SELECT {columns} FROM (SELECT unnest($values::VARCHAR[]) AS value)"
    return [dict(zip(KINDS, row, strict=True)) for row in duck.execute(sql, {"values": values}).fetchall()]


@given(st.lists(TEXT, min_size=1, max_size=30))
def test_every_text_is_masked_as_everywhere(duck, values):
    expected = [{kind: mask(kind, value) for kind in KINDS} for value in values]
    assert masked(duck, values) == expected


def test_forms_by_hand(duck):
    (found,) = masked(duck, [" 广东省河源市紫金县柏埔镇福田村12号 "])
    assert found["address"] == "广东省河源市紫金县柏埔镇****"
    assert found["text"] == "****"
    (found,) = masked(duck, ["449900197001010018"])
    assert (found["id_number"], found["bank_account"], found["name"]) == ("449****0018", "4499****0018", "4**")
    (found,) = masked(duck, ["𬭎李"])
    assert found["name"] == "𬭎*"
    assert set(masked(duck, [None])[0].values()) == {""}


@pytest.mark.parametrize(("kind", "value"), [("date", "DATE '1950-03-03'"), ("money", "1.5"), ("month", "202501")])
def test_what_is_no_text_shows_nothing(duck, kind, value):
    assert duck.execute(f"SELECT {mask_sql(kind, value)}").fetchone() == ("****",)
    assert duck.execute(f"SELECT {mask_sql(kind, 'NULL')}").fetchone() == ("",)


def test_blanks_are_those_of_python():
    assert set(BLANKS) == {chr(code) for code in range(0x110000) if chr(code).isspace()}


def test_a_text_with_a_nul_sign_shows_nothing(duck):
    (found,) = masked(duck, ["4499001970\x0001010018"])
    assert set(found.values()) == {"****"}
