"""The mask: a literal table of what may be seen, and closure for everything that is not in it."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.masking import Level, is_open, mask, shown


@pytest.mark.parametrize(
    ("kind", "value", "seen"),
    [
        ("name", "李四", "李*"),
        ("name", "李小四", "李**"),
        ("name", "欧阳小四", "欧**"),
        ("name", "阿依古丽·买买提", "阿**"),
        ("name", "𬭎某", "𬭎*"),
        ("name", "李", "*"),
        ("id_number", "11010519491231002X", "110****002X"),
        ("id_number", "110105491231002", "110****1002"),
        ("id_number", "USA1234567", "****"),
        ("phone", "13812341234", "138****1234"),
        ("phone", "0762-3388123", "076****8123"),
        ("phone", "3388123", "****"),
        ("bank_account", "6222020200112345678", "6222****5678"),
        ("bank_account", "80101234", "****"),
        ("address", "广东省河源市东源县仙塘镇某村12号", "广东省河源市东源县仙塘镇****"),
        ("address", "河源市源城区上城街道大同路5号", "河源市源城区上城街道****"),
        ("address", "东源县漳溪畲族乡某村", "东源县漳溪畲族乡****"),
        ("address", "江西省景德镇市浮梁县浮梁镇某村", "江西省景德镇市浮梁县浮梁镇****"),
        ("address", "东莞市长安镇振安路振安小区3号", "东莞市长安镇****"),
        ("address", "东莞市振安小区3号", "东莞市****"),
        ("address", "河南省新乡市红旗区洪门镇某村", "河南省新乡市红旗区洪门镇****"),
        ("address", "河源市源城区长安路乡村大酒店5号", "河源市源城区****"),
        ("address", "广东省河源市", "广东省河源市****"),
        ("address", "某村12号", "****"),
        ("address", "13812341234", "****"),
        ("date", date(1949, 12, 31), "****"),
        ("money", Decimal("4800.00"), "****"),
        ("text", "低保", "****"),
        ("unknown kind", "李四", "****"),
        ("", "李四", "****"),
        ("name", 12, "****"),
        ("name", "   ", "****"),
        ("name", None, ""),
        ("bank_account", "", ""),
    ],
)
def test_what_may_be_seen(kind, value, seen):
    assert mask(kind, value) == seen


@pytest.mark.parametrize("level", [Level.L1, "L1", "L2"])
def test_open_levels_show_the_value_itself(level):
    assert shown("date", level, date(2025, 3, 31)) == date(2025, 3, 31)
    assert shown("money", level, None) is None


@pytest.mark.parametrize("level", [Level.L3, "L4", None, "", "l1", "L5", "open"])
def test_any_other_level_is_masked(level):
    assert not is_open(level)
    assert shown("name", level, "李小四") == "李**"
    assert shown("date", level, date(2025, 3, 31)) == "****"


@given(st.text(st.sampled_from("0123456789X"), min_size=1, max_size=30))
def test_at_least_four_characters_stay_hidden(number):
    for kind in ("id_number", "phone", "bank_account"):
        seen = mask(kind, number).replace("*", "")
        assert len(seen) <= max(len(number) - 4, 0)


@given(st.text(min_size=1, max_size=12))
def test_names_differing_behind_the_first_characters_look_the_same(tail):
    assert mask("name", "李四" + tail + "甲") == mask("name", "李小" + tail + "乙")


@given(st.text(st.sampled_from("甲乙某路村号巷0123456789栋单元"), max_size=20))
def test_nothing_behind_the_town_is_seen(tail):
    assert mask("address", "河源市东源县仙塘镇" + tail) == "河源市东源县仙塘镇****"
