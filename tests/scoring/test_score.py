"""Scoring rules, rounding and tolerance, by literal examples."""

from decimal import Decimal

import pytest

from huiliu.catalog.profiles import profiles
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import COMPUTED, DECLARED, NOT_APPLICABLE, UNCHECKABLE, Figure, FigureBook
from huiliu.scoring.exchange import Indicator
from huiliu.scoring.score import budget_execution, score
from huiliu.scoring.tolerance import Fit, same_fit, share_fit, sum_fit
from huiliu.scoring.values import ABSENT, from_text

NATIONAL, HEYUAN = profiles()["national"], profiles()["gd-heyuan-2024"]


def item(target: str, actual: str, weight: str = "10", completion: str = "", level2: str = "数量指标") -> Indicator:
    done = from_text(completion) if completion else ABSENT
    return Indicator(
        1, "产出", level2, "事项", from_text(target), from_text(actual), done, from_text(weight), ABSENT, ""
    )


SCORES = [
    (item("≥20次", "18次"), "9.00"),
    (item("≥20次", "25次"), "10.00"),
    (item("20", "19"), "9.50"),
    (item("≤30天", "40天"), "7.50"),
    (item("≤30天", "10天"), "10.00"),
    (item("=100%", "95%"), "9.50"),
    (item("=100", "100"), "10.00"),
    (item("80%-90%", "85%"), "10.00"),
    (item("80%-90%", "60%"), "7.50"),
    (item("80-90", "100"), "9.00"),
    (item("0-3万元", "20000元"), "10.00"),
    (item("0-3万元", "4万元"), "7.50"),
    (item("0-0.6", "40%"), "10.00"),
    (item("≤0次", "0次"), "10.00"),
    (item("≤5000元", "0.6万元", level2="成本指标"), "8.33"),
    (item("/", "/", "13.33", "81%"), "10.80"),
    (item("≥3", "2", "8.01"), "5.34"),
]


@pytest.mark.parametrize(("row", "points"), SCORES)
def test_points(row: Indicator, points: str) -> None:
    scored = score(row, NATIONAL)
    assert scored.points == Decimal(points)
    assert scored.exact is not None
    assert abs(scored.exact - scored.points) <= Decimal("0.005")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (item("有所提高", "提高"), "不是可比较的数"),
        (item("/", "5次"), "未列目标值"),
        (item("2座", "3公里"), "不是可比较的数"),
        (item("≤100元", "0元", level2="成本指标"), "不是可比较的数"),
    ],
)
def test_what_cannot_be_scored_has_no_points(row: Indicator, why: str) -> None:
    scored = score(row, NATIONAL)
    assert (scored.points, scored.exact) == (None, None)
    assert why in scored.why_not
    assert score(row, profiles()["default"]).points is None


def test_budget_execution_on_quota_and_on_budget() -> None:
    assert budget_execution(Decimal(12), Decimal("15.76"), Decimal(20), HEYUAN).exact == Decimal("9.456")
    assert budget_execution(Decimal(12), Decimal("15.76"), Decimal(20), HEYUAN).points == Decimal("9.46")
    assert budget_execution(Decimal(12), Decimal("15.76"), Decimal("15.76"), HEYUAN).points == Decimal("12.00")
    assert budget_execution(Decimal(10), Decimal(5), Decimal(0), NATIONAL).points is None


@pytest.mark.parametrize(
    ("points", "grade"), [("90", "优"), ("89.99", "良"), ("80", "良"), ("60", "中"), ("59.99", "差")]
)
def test_grades_are_half_open(points: str, grade: str) -> None:
    assert HEYUAN.grade(Decimal(points)) == grade


THIRDS = [Decimal("33.33")] * 3


@pytest.mark.parametrize(
    ("fit", "expected"),
    [
        (sum_fit(Decimal(100), 0, THIRDS, 2), Fit.ROUNDED),
        (sum_fit(Decimal("100.00"), 2, THIRDS, 2), Fit.ROUNDED),
        (sum_fit(Decimal("100.02"), 2, THIRDS, 2), Fit.BROKEN),
        (sum_fit(Decimal("99.9"), 1, THIRDS, 2), Fit.HABIT),
        (sum_fit(Decimal(27), 0, [Decimal(9), Decimal(9), Decimal(8)], 0), Fit.BROKEN),
        (sum_fit(Decimal(96), 0, [Decimal(60), Decimal("36.11")], 2), Fit.HABIT),
        (sum_fit(Decimal(98), 0, [Decimal(60), Decimal("36.11")], 2), Fit.BROKEN),
        (share_fit(Decimal("98.7"), 1, Decimal("98.74")), Fit.ROUNDED),
        (share_fit(Decimal("98.7"), 1, Decimal("98.76")), Fit.HABIT),
        (share_fit(Decimal("98.8"), 1, Decimal("98.74")), Fit.BROKEN),
        (same_fit(Decimal("15.8"), 1, Decimal("15.76"), 2), Fit.ROUNDED),
        (same_fit(Decimal("15.7"), 1, Decimal("15.76"), 2), Fit.HABIT),
        (same_fit(Decimal("15.77"), 2, Decimal("15.76"), 2), Fit.BROKEN),
    ],
)
def test_tolerance(fit: Fit, expected: Fit) -> None:
    assert fit == expected


def figure(figure_id: str, value: str | None, state: str, inputs: tuple[str, ...] = ()) -> Figure:
    return Figure(figure_id, "名", None if value is None else Decimal(value), "分", 2, "", inputs, "", "", state)


def test_a_figure_prints_its_number_or_the_word_for_none() -> None:
    assert figure("a", "1234.565", COMPUTED).text() == "1,234.57"
    assert figure("a", "-0.005", COMPUTED).with_unit() == "-0.01分"
    words = [figure("a", None, state).with_unit() for state in (UNCHECKABLE, NOT_APPLICABLE, DECLARED)]
    assert words == ["不可复算", "不适用", "未测量"]


def test_a_book_refuses_reuse_unknown_inputs_and_states() -> None:
    book = FigureBook()
    book.add(figure("a", "1", COMPUTED))
    for wrong in (figure("a", "2", COMPUTED), figure("b", "1", COMPUTED, ("x",)), figure("c", "1", "guessed")):
        with pytest.raises(HuiliuError):
            book.add(wrong)
    book.add(figure("d", "2.50", DECLARED, ("a",)))
    assert list(book) == ["a", "d"]
    assert book.get("none") is None
    assert book.as_json()[1]["value"] == "2.50"
    with pytest.raises(HuiliuError, match="没有数字 none"):
        book["none"]
