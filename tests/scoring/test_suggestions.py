"""What a result says for the next year: each suggestion rests on a figure and prints it; a full result says nothing."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from huiliu.catalog.profiles import profiles
from huiliu.scoring.assess import assess
from huiliu.scoring.measured import Measured
from huiliu.scoring.suggestions import LABELS, SUBJECTS, suggestions
from huiliu.scoring.targets import TargetRow
from scoring.targets import measured, money
from support.scale import examples

HEYUAN = profiles()["gd-heyuan-2024"]
SPENT, WHOLE = money("20.00", "20.00", "15.76", "15.76"), money("20.00", "20.00", "20.00", "20.00")


def rows() -> list[TargetRow]:
    """过程 20, 产出 40 in two rows, the second a cost that buys the first, 效益 40."""
    whole = {"kind": "≥", "value": Decimal(100), "unit": "%"}
    return [
        TargetRow("01", "过程", "资金管理", "资金支出率", weight=Decimal(20), **whole),  # type: ignore[arg-type]
        TargetRow("02", "产出", "数量指标", "维护次数", weight=Decimal(20), **whole),  # type: ignore[arg-type]
        TargetRow("03", "产出", "成本指标", "维护费", weight=Decimal(20), paired_output="02", **whole | {"kind": "≤"}),  # type: ignore[arg-type]
        TargetRow("04", "效益", "社会效益", "查询量", weight=Decimal(40), **whole),  # type: ignore[arg-type]
    ]


def proposed(values: dict[str, Measured], ledger=SPENT) -> list[tuple[str, str]]:
    return [(one.code, one.row) for one in suggestions(assess(rows(), values, HEYUAN, ledger))]


FULL = {code: measured("100") for code in ("01", "02", "03", "04")}


def test_a_full_result_with_all_money_spent_says_nothing() -> None:
    assert proposed(FULL, WHOLE) == []


def test_each_shortcoming_is_told_once_with_its_number() -> None:
    found = suggestions(assess(rows(), FULL | {"02": measured("0"), "04": measured("250")}, HEYUAN, SPENT))
    told = {one.key: one.text for one in found}
    assert list(told) == ["missed.02", "no_output.03", "idle_weight.03", "far_beyond.04", "unspent"]
    assert "250.00%" in told["far_beyond.04"]
    assert "20.00分" in told["idle_weight.03"]
    assert "78.80%" in told["unspent"]


def test_what_was_not_measured_is_asked_to_be() -> None:
    values = {code: one for code, one in FULL.items() if code != "04"}
    assert proposed(values, WHOLE) == [("unmeasured", "04")]


def test_what_money_does_not_buy_is_not_made_easier() -> None:
    values = FULL | {"02": measured("50")}
    needing = [replace(row, money_dependent=row.code == "02") for row in rows()]
    told = {
        money: next(one.text for one in suggestions(assess(asked, values, HEYUAN, SPENT)) if one.key == "missed.02")
        for money, asked in ((True, needing), (False, rows()))
    }
    assert "重定目标值" in told[True]
    assert "目标值不降" in told[False]


@settings(max_examples=examples(60), deadline=None)
@given(st.dictionaries(st.sampled_from(["01", "02", "03", "04"]), st.integers(0, 400)), st.booleans())
def test_every_suggestion_rests_on_a_figure(done: dict[str, int], is_spent: bool) -> None:
    values = {code: measured(str(number)) for code, number in done.items()}
    result = assess(rows(), values, HEYUAN, WHOLE if is_spent else SPENT)
    found = suggestions(result)
    assert len({one.key for one in found}) == len(found)
    for one in found:
        figure = result[one.figure]
        assert one.code in LABELS
        assert one.subject in SUBJECTS
        assert figure.value is None or one.code == "unmeasured" or one.code == "no_output" or figure.text() in one.text
    told = {one.row for one in found if one.subject != "budget"}
    quiet = {row.row.code for row in result.rows} - told
    assert all(result[f"item.{code}.completion"].value == 100 for code in quiet)
    assert ("unspent" in {one.code for one in found}) is not is_spent
