"""Targets as data: what a printed table promises, and the sums of a declaration as figures that can be made again."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.catalog.profiles import profiles
from huiliu.demo.heyuan_2024 import evaluations
from huiliu.kernel.figures import agrees
from huiliu.scoring.exchange import read_table
from huiliu.scoring.phrases import phrases
from huiliu.scoring.targets import MoneyUse, TargetRow, rows_of_table, target_figures, uses_of_statements
from huiliu.scoring.weights import level_of, shared_out
from support.scale import examples


@pytest.fixture(scope="module")
def heyuan():
    return read_table(evaluations()["heyuan-2024"])


def test_the_2024_table_promises_nothing_but_weights_and_two_units(heyuan):
    rows = rows_of_table(heyuan)
    assert [row.level3 for row in rows][2] == "月维护费"
    assert {row.target for row in rows} == {""}
    assert [row.unit for row in rows] == ["%", "", "", "%", "", "元／年", "元／年", "", "", ""]
    assert [row.weight for row in rows] == [
        Decimal(text) for text in ("12", "8", "8", "8", "8", "8", "8", "13.33", "13.34", "13.33")
    ]


def test_the_2024_report_names_three_uses(heyuan):
    uses = uses_of_statements(heyuan.statements, phrases())
    assert [(use.code, use.name, use.amount) for use in uses] == [
        ("U01", "办公设备日常维护", None),
        ("U02", "电子会务系统服务", None),
        ("U03", "微信公众号运营", None),
    ]


def test_the_sums_of_2024(heyuan):
    book = target_figures(rows_of_table(heyuan), [])
    assert {name: book[name].text() for name in book if not name.startswith("weight.row.")} == {
        "weight.level.1": "20.00",
        "weight.level.2": "40.00",
        "weight.level.3": "40.00",
        "weight.total": "100.00",
    }


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (TargetRow("1", "", "", "", "≥", Decimal("95")), "≥ 95"),
        (TargetRow("1", "", "", "", "range", Decimal(3), Decimal("5.5")), "3 ~ 5.5"),
        (TargetRow("1", "", "", "", "range", Decimal(3)), "3 ~ "),
        (TargetRow("1", "", "", "", "qualitative", wording="不发生重大事故"), "不发生重大事故"),
        (TargetRow("1", "", "", "", "≤"), ""),
        (TargetRow("1", "", "", "", "", Decimal(4)), "4"),
    ],
)
def test_a_promise_is_printed_as_on_the_form(row, text):
    assert row.target == text


def test_a_sum_with_a_gap_is_not_a_smaller_sum():
    rows = [TargetRow("1", "产出", "", "甲", weight=Decimal(30)), TargetRow("2", "产出", "", "乙")]
    book = target_figures(rows, [MoneyUse("A", "运维", Decimal(100)), MoneyUse("B", "会务")])
    assert [book[name].value for name in ("weight.total", "weight.level.1", "use.total", "weight.row.2")] == [None] * 4
    assert book["weight.total"].text() == "不可复算"


WEIGHT = st.none() | st.decimals(0, 100, places=2)


@settings(max_examples=examples(60), deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["过程", "产出", "效益"]), WEIGHT), max_size=12), st.lists(WEIGHT, max_size=4)
)
def test_every_figure_is_what_its_parts_give_again(weights, amounts):
    rows = [TargetRow(str(at), level, "", "甲", weight=weight) for at, (level, weight) in enumerate(weights)]
    book = target_figures(rows, [MoneyUse(str(at), "用", amount) for at, amount in enumerate(amounts)])
    assert all(agrees(figure, book) for figure in book.values())


def test_the_points_of_2024_come_out_as_the_report_prints_them(heyuan):
    rows = rows_of_table(heyuan)
    shared = shared_out([replace(row, weight=None) for row in rows], profiles()["gd-heyuan-2024"])
    assert [str(row.weight) for row in shared] == [
        "10.00", "10.00", "8.00", "8.00", "8.00", "8.00", "8.00", "13.33", "13.34", "13.33",
    ]  # fmt: skip


ROW = st.builds(
    TargetRow, st.just("1"), st.sampled_from(["过程", "产出", "效益", "满意度"]), st.just(""), st.just("甲")
)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(ROW, min_size=1, max_size=30), st.sampled_from(sorted(set(profiles()) - {"default"})))
def test_each_level_is_divided_without_a_rest(rows, name):
    profile = profiles()[name]
    shared = shared_out(rows, profile)
    for level, points in {**profile.levels, "": profile.free}.items():
        own = [row.weight for row in shared if level_of(row, profile) == level]
        if own and points:
            assert sum(own) == points
            assert max(own) - min(own) <= Decimal("0.01")
