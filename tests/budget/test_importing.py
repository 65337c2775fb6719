"""Sheets of other systems as events: exact fen, days, words and signs; what is unclear is named and never guessed."""

import re
from datetime import date
from pathlib import Path

import pytest

from huiliu.budget.import_cells import UnclearError, day_of, fen_of, month_of_cell, text_of, unguarded
from huiliu.budget.import_mapping import mapping_of, plain
from huiliu.budget.importing import Wanted, read_rows
from huiliu.catalog.fund_imports import import_mappings
from huiliu.kernel.errors import HuiliuError

YEAR = Wanted(2024)


def mapping(code, **changes):
    return mapping_of(code, {**plain(import_mappings()[code]), **changes})


def read(code, *rows, wanted=YEAR, **changes):
    return read_rows([("表", list(rows))], mapping(code, **changes), wanted)


QUOTA = ["到账通知书号", "到账日期", "额度金额"]
AUTHORITY = ["指标文号", "下达日期", "金额", "指标类型"]
PAYMENT = ["支付凭证号", "支付日期", "支付金额", "收款人", "经济分类"]


@pytest.mark.parametrize(
    ("cell", "unit", "fen"),
    [
        (157600, "yuan", 15_760_000),
        (157600.1, "yuan", 15_760_010),
        (0.29, "yuan", 29),  # 0.29 * 100 is 28.999999999999996 in floats
        (1.15, "yuan", 115),
        (15.76, "wan", 15_760_000),
        (0.0001, "wan", 100),
        (-42400.55, "yuan", -4_240_055),
        ("157,600.10", "yuan", 15_760_010),
        ("￥157,600.10", "yuan", 15_760_010),
        ("１５７６００", "yuan", 15_760_000),
        ("15.76万元", "wan", 15_760_000),
        ("157600元", "yuan", 15_760_000),
        (1234567890123.45, "yuan", 123_456_789_012_345),
        (0.1 + 0.2, "yuan", None),
        (157600.125, "yuan", None),
        (0.00001, "wan", 10),
        (0.000001, "wan", 1),
        (0.0000001, "wan", None),
        ("15.76万元", "yuan", None),
        ("(157,600.10)", "yuan", None),
        ("1.5e3", "yuan", None),
        ("15,76", "yuan", None),
        ("约100", "yuan", None),
        (float("nan"), "yuan", None),
        (float("inf"), "yuan", None),
        (10**14, "yuan", None),
    ],
)
def test_an_amount_is_exact_fen_or_refused(cell, unit, fen):
    if fen is None:
        with pytest.raises(UnclearError):
            fen_of(cell, unit)
    else:
        assert fen_of(cell, unit) == fen


@pytest.mark.parametrize(
    ("cell", "forms", "day"),
    [
        ("2024-10-08", (), date(2024, 10, 8)),
        ("2024-10-08 00:00:00", (), date(2024, 10, 8)),
        ("2024-10-08 16:31:05", (), date(2024, 10, 8)),
        ("2024/10/8", ("slash",), date(2024, 10, 8)),
        ("2024年10月8日", ("chinese",), date(2024, 10, 8)),
        (20241008, ("compact",), date(2024, 10, 8)),
        ("20241008", ("compact",), date(2024, 10, 8)),
        (20241008, ("iso",), None),
        (45573, ("iso", "compact"), None),  # a day that lost its format: which one depends on the workbook
        ("2024-02-30", ("iso",), None),
        ("8/10/2024", ("slash",), None),
        ("24.10.8", ("dot",), None),
        (None, ("iso",), None),
    ],
)
def test_a_day_is_one_of_the_agreed_forms(cell, forms, day):
    if day is None:
        with pytest.raises(UnclearError):
            day_of(cell, forms)
    else:
        assert day_of(cell, forms) == day


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2024-10", 202410),
        (202410, 202410),
        ("2024年3月", 202403),
        ("3月", 202403),
        (3, 202403),
        ("2023-12", 202312),
        ("2024-03-01 00:00:00", 202403),
        ("2024-03-15", None),
        (13, None),
        ("三月", None),
        (3.5, None),
    ],
)
def test_a_month(cell, month):
    if month is None:
        with pytest.raises(UnclearError):
            month_of_cell(cell, 2024)
    else:
        assert month_of_cell(cell, 2024) == month


def test_a_long_number_that_the_spreadsheet_has_rounded_is_refused():
    assert text_of(441600) == "441600"
    with pytest.raises(UnclearError, match="丢失"):
        text_of(4.416000000000001e17)


@pytest.mark.parametrize(
    ("cell", "plain_cell"),
    [('="0012"', "0012"), ("'0012", "0012"), ("\t0012 ", "0012"), ('=""', None), ("'", "'"), ("  ", None), (12, 12)],
)
def test_what_guarded_a_cell_of_a_text_file_is_no_part_of_it(cell, plain_cell):
    assert unguarded(cell) == plain_cell


def test_a_number_in_powers_of_ten_has_lost_its_end():
    with pytest.raises(UnclearError, match="科学计数法"):
        text_of("2.02441E+17")


def test_rows_titles_totals_and_rows_of_other_projects():
    wanted = Wanted(2024, frozenset({"信息化维护"}))
    found = read(
        "integrated-authority",
        ["2024年指标", None, None, None, None],
        ["单位：元"],
        ["指标文号", "下达日期", "金额（元）", "指标类型", "项目名称"],
        ["文〔2024〕1号", "2024-01-20", 200000, "年初批复", "信息化维护"],
        ["文〔2024〕2号", "2024-03-01", 5000.5, "追加", "另一项目"],
        [None, None, None, None, None],
        ["文〔2024〕9号", "2024/11/5", -42400, "追加", " 信息化 维护"],
        ["合计", None, 162600.5, None, None],
        [None, None, None, None, None, "制表人"],
        wanted=wanted,
    )
    assert [(row.row, row.kind, row.on, row.amount, row.number) for row in found.rows] == [
        (4, "initial", date(2024, 1, 20), 20_000_000, "文〔2024〕1号"),
        (7, "cut", date(2024, 11, 5), 4_240_000, "文〔2024〕9号"),
    ]
    assert found.problems == ()
    assert found.left_out == ((5, "属于其他项目"), (8, "合计行"), (9, "各栏都没有内容"))


def test_a_total_that_does_not_agree_tells_of_missing_rows():
    rows = (QUOTA, ["通知1", "2024-10-08", 157600], ["合计", None, 200000])
    (problem,) = read("integrated-quota", *rows).problems
    assert (problem.row, problem.column, problem.what) == (3, "C 列“额度金额”", "合计与以上各行之和不符")
    agreeing = read("integrated-quota", *rows[:2], ["合计", None, 157600])
    assert agreeing.problems == ()


def test_every_row_not_understood_is_named_with_its_column():
    found = read(
        "integrated-authority",
        AUTHORITY,
        ["文1", "2024-01-20", 200000, "划转"],
        ["文2", "20日", 1.005, "追加"],
        [None, "2024-01-20", 100, "追加"],
        ["文4", "2024-01-20", 0, "追加"],
        ["文5", "2024-01-20", -5, "年初"],
    )
    assert found.rows == ()
    assert [(one.row, one.column, one.what) for one in found.problems] == [
        (2, "D 列“指标类型”", "不认识这种业务类型"),
        (3, "B 列“下达日期”", "日期写法不在约定之内"),
        (3, "C 列“金额”", "金额不是整数分"),
        (4, "A 列“指标文号”", "没有填写"),
        (5, "C 列“金额”", "金额为零"),
        (6, "C 列“金额”", "年初或结转指标是负数"),
    ]
    assert all(one.hint for one in found.problems)


@pytest.mark.parametrize(
    ("word", "amount", "sign", "kind", "fen"),
    [
        ("追减", 100, "positive", "cut", 10_000),
        ("追减", -100, "positive", "cut", 10_000),
        ("追加", -100, "negative_reverses", "cut", 10_000),
        ("追加", -100, "positive", None, None),
        ("结转", 100, "positive", "carryover", 10_000),
    ],
)
def test_signs_of_an_authority(word, amount, sign, kind, fen):
    found = read("integrated-authority", AUTHORITY, ["文1", "2024-01-20", amount, word], sign=sign)
    assert [(row.kind, row.amount) for row in found.rows] == ([(kind, fen)] if kind else [])
    assert len(found.problems) == (0 if kind else 1)


def test_a_refund_needs_the_number_of_the_payment():
    heading = [*PAYMENT, "业务类型", "原凭证号"]
    found = read(
        "integrated-payment",
        heading,
        ["Z1", "2024-10-18", 600, "甲公司", "30213", "支付", None],
        ["Z2", "2024-11-18", -60, "甲公司", "30213", "退款", "Z1"],
        ["Z3", "2024-11-18", 60, "甲公司", "30213", "退款", "Z1"],
        ["Z4", "2024-11-18", -60, "甲公司", "30213", "支付", None],
    )
    assert [(row.kind, row.amount, row.original) for row in found.rows] == [
        ("payment", 60_000, ""),
        ("refund", 6_000, "Z1"),
        ("refund", 6_000, "Z1"),
    ]
    assert [(one.row, one.what) for one in found.problems] == [(5, "退款没有写明原支付凭证号")]


def test_contracts_with_their_due_dates():
    heading = ["合同编号", "合同名称", "签订日期", "合同金额（元）", "乙方", "付款日期"]
    found = read(
        "contracts",
        heading,
        ["甲-2023-7", "机房维保", "2023年12月28日", "157,600.00", "甲公司", "2024.11.30"],
        ["甲-2024-1", "网络", "2024-02-01", -1, "乙公司", "2024-11-30"],
        ["甲-2024-2", "网络", "2024-02-01", 1, "乙公司", "验收后"],
    )
    (one,) = found.rows
    assert (one.kind, one.on, one.amount, one.payee, one.due) == (
        "commitment", date(2023, 12, 28), 15_760_000, "甲公司", date(2024, 11, 30),
    )  # fmt: skip
    assert [(problem.row, problem.column) for problem in found.problems] == [
        (3, "D 列“合同金额（元）”"),
        (4, "F 列“付款日期”"),
    ]


def test_a_purpose_must_be_known():
    wanted = Wanted(2024, purposes={"upkeep": "upkeep", "设备维护": "upkeep"})
    row = ["Z1", "2024-10-18", 600, "甲公司", "30213"]
    heading = [*PAYMENT, "支出事项"]
    found = read("integrated-payment", heading, [*row, "设备 维护"], [*row, "别的"], [*row, None], wanted=wanted)
    assert [one.purpose for one in found.rows] == ["upkeep", ""]
    assert [one.row for one in found.problems] == [3]


def test_a_statement_has_one_way_a_line():
    heading = ["交易日期", "凭证号", "借方发生额", "贷方发生额", "对方户名"]
    found = read(
        "bank-statement",
        heading,
        ["2024-10-18", "Z1", 600.0, 0, "甲公司"],
        ["2024-11-20", "", None, 60, "甲公司"],
        ["2024-11-21", "Z9", 5, 5, "甲公司"],
        ["2024-11-22", "Z9", None, None, "甲公司"],
    )
    assert [(row.row, row.kind, row.amount) for row in found.rows] == [(2, "out", 60_000), (3, "in", 6_000)]
    assert [one.row for one in found.problems] == [4, 5]


def test_a_red_figure_goes_the_other_way():
    heading = ["交易日期", "凭证号", "借方发生额", "贷方发生额", "对方户名"]
    found = read(
        "bank-statement",
        heading,
        ["2024-10-18", "Z1", "-600.00", "—", "甲公司"],
        ["2024-10-19", "Z2", "-", "-60.00", "甲公司"],
        ["2024-10-20", "Z3", "1,234.50", "0.00", "甲公司"],
    )
    assert found.problems == ()
    assert [(row.kind, row.amount) for row in found.rows] == [("in", 60_000), ("out", 6_000), ("out", 123_450)]


@pytest.mark.parametrize(
    ("above", "amount_title", "code"),
    [
        ("单位：万元", "额度金额", "FUND-082"),
        ("金额单位: 万元", "额度金额", "FUND-082"),
        ("", "额度金额（万元）", "FUND-082"),
        ("", "额度金额(元)", None),
        ("单位名称：甲市社会保险基金管理局", "额度金额", None),
    ],
)
def test_another_unit_in_the_sheet_is_refused(above, amount_title, code):
    rows = ([above], ["到账通知书号", "到账日期", amount_title], ["通知1", "2024-10-08", 15.76])
    if code is None:
        assert len(read("integrated-quota", *rows).rows) == 1
        return
    with pytest.raises(HuiliuError, match=code):
        read("integrated-quota", *rows)
    assert read("integrated-quota", *rows, unit="wan").rows[0].amount == 15_760_000


def test_a_heading_twice_on_two_sheets_or_nowhere_is_refused():
    quota = mapping("integrated-quota")
    sheet = [QUOTA, ["通知1", "2024-10-08", 100]]
    with pytest.raises(HuiliuError, match="FUND-081"):
        read_rows([("一", sheet), ("二", sheet)], quota, YEAR)
    with pytest.raises(HuiliuError, match="FUND-081"):
        read_rows([("一", sheet[1:])], quota, YEAR)
    with pytest.raises(HuiliuError, match=r"A、C 列.*FUND-082") as twice:
        read_rows([("一", [["凭证号", "到账日期", "单据编号", "金额"]])], quota, YEAR)
    assert twice.value.hint
    assert read_rows([("说明", [["请看下一张"]]), ("二", sheet)], quota, YEAR).sheet == "二"


@pytest.mark.parametrize(
    "change",
    [
        {"unit": "fen"},
        {"sign": "out_positive"},
        {"dates": ["american"]},
        {"dates": []},
        {"target": "other"},
        {"columns": {"day": ["日期"], "amount": ["金额"]}},
        {"columns": {"day": ["日期"], "amount": ["日 期"], "number": ["文号"]}},
        {"columns": {"day": ["日期"], "amount": ["金额"], "number": [" "]}},
        {"columns": {"day": ["日期"], "amount": ["金额"], "number": ["文号"], "secret": ["x"]}},
        {"words": {"quota": ["下达"], "withdraw": ["下达"]}},
        {"words": {"payment": ["支付"]}},
        {"words": {}},
        {"more": 1},
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused(change):
    with pytest.raises(HuiliuError, match="FUND-080"):
        mapping_of("x", {**plain(import_mappings()["integrated-quota"]), **change})


def test_the_catalog_says_that_no_export_was_seen():
    found = import_mappings()
    assert {one.target for one in found.values()} == {
        "authority", "plan", "quota", "contract", "payment", "statement",
    }  # fmt: skip
    assert all("待核" in one.source and not one.verified for one in found.values())


def test_a_file_of_the_catalog_that_is_wrong_is_named(tmp_path):
    (tmp_path / "own.yaml").write_text("label: x\ntarget: quota\n", encoding="utf-8")
    with pytest.raises(HuiliuError, match=r"own\.yaml.*FUND-080"):
        import_mappings(tmp_path)


def test_every_code_is_in_the_docs():
    root = Path(__file__).parents[2]
    page = (root / "docs/fund-imports.md").read_text(encoding="utf-8")
    places = [*(root / "src/huiliu/budget").glob("import*.py"), *(root / "src/huiliu/apps/funds").rglob("*.py")]
    source = "".join(path.read_text(encoding="utf-8") for path in places)
    used = {f"FUND-{number}" for number in re.findall(r'"(?:FUND-)?(0[89]\d)"', source)}
    assert sorted(used) == re.findall(r"^\| (FUND-\d+) \|", page, re.MULTILINE)
