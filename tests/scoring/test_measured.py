"""Sub-units become one value before anything is scored: sums, ratios weighted by money, satisfaction."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import MEASURED, NOT_APPLICABLE, Figure, FigureBook, Record, agrees
from huiliu.scoring.measured import NOT_MEASURED, Measured, added, satisfied, weighted


def figure(name: str, value: str | int | None, unit: str = "次") -> Figure:
    number = None if value is None else Decimal(value)
    record = Record(f"report:{name}", name, number)
    return Figure(name, name, number, unit, 2, "各单位上报", (), "不舍入", "报表", MEASURED, records=(record,))


def pairs(*values: tuple[int | None, int | None]) -> list[tuple[Figure, Figure]]:
    return [(figure(f"a{n}", one), figure(f"b{n}", other)) for n, (one, other) in enumerate(values)]


def again(measured: Measured) -> bool:
    """Whether the value is what its expression gives."""
    book = FigureBook()
    for one in measured.inputs:
        book.add(one)
    names = tuple(one.id for one in measured.inputs)
    return agrees(Figure("x", "", measured.value, "", 2, "", names, "", "", MEASURED, measured.expression), book)


def test_absolute_values_add() -> None:
    measured = added([figure("源城", 12), figure("东源", 5), figure("和平", 0)])
    assert measured.value == 17
    assert again(measured)


def test_ratios_are_weighted_by_money_and_not_averaged() -> None:
    """90 % of 30,000 yuan and 60 % of 10,000 are 82.5 %; the plain mean would be 75."""
    measured = weighted(pairs((90, 30_000), (60, 10_000)))
    assert measured.value == Decimal("82.5")
    assert again(measured)


def test_satisfaction_adds_people_first() -> None:
    """9 of 10 and 100 of 190 are 109 of 200: 54.5 %."""
    measured = satisfied(pairs((9, 10), (100, 190)))
    assert (measured.value, measured.unit) == (Decimal("54.5"), "%")
    assert again(measured)


@pytest.mark.parametrize(
    "measured",
    [
        added([]),
        added([figure("甲", 3), figure("乙", None)]),
        weighted([]),
        weighted(pairs((90, 10), (None, 10))),
        satisfied(pairs((1, 2), (1, None))),
        satisfied(pairs((0, 0))),
        NOT_MEASURED,
    ],
)
def test_a_missing_part_is_not_measured_and_never_0(measured: Measured) -> None:
    assert measured.value is None
    assert measured.state != NOT_APPLICABLE
    assert not measured.expression or again(measured)


def test_ratios_without_any_money_do_not_apply() -> None:
    measured = weighted(pairs((90, 0), (60, 0)))
    assert (measured.value, measured.state, measured.reason) == (None, NOT_APPLICABLE, "各单位资金合计为零")
    assert again(measured)


def nowhere(name: str, unit: str = "次") -> Figure:
    """A unit that has nothing of the kind."""
    return replace(figure(name, None, unit), state=NOT_APPLICABLE)


def test_a_unit_it_does_not_apply_to_is_left_out() -> None:
    """Two of three counties hold meetings; the rate of one without money is 不适用 and weighs nothing."""
    assert added([figure("源城", 12), nowhere("东源"), figure("和平", 5)]).value == 17
    rates = [*pairs((90, 30_000), (60, 10_000)), (nowhere("c"), figure("d", 0))]
    assert weighted(rates).value == Decimal("82.5")
    assert again(weighted(rates))
    assert again(added([figure("源城", 12), nowhere("东源")]))
    for none in (added([nowhere("东源")]), weighted([(nowhere("c"), figure("d", 0))])):
        assert (none.value, none.state, none.reason) == (None, NOT_APPLICABLE, "各单位均不适用")


def test_what_is_counted_in_different_units_is_not_added() -> None:
    yuan, wan = figure("甲", 300, "元"), figure("乙", 2, "万元")
    assert added([yuan, figure("丙", 5, "元")]).unit == "元"
    for wrong in (lambda: added([yuan, wan]), lambda: weighted([(figure("a", 9), yuan), (figure("b", 9), wan)])):
        with pytest.raises(HuiliuError, match="EV-ASSESS-006") as refused:
            wrong()
        assert refused.value.message == "各单位的计量单位不一致：万元、元"


def test_more_satisfied_than_asked_is_refused() -> None:
    with pytest.raises(HuiliuError, match="b0 少于满意人数"):
        satisfied(pairs((11, 10)))


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 9_999)), min_size=1, max_size=6))
def test_a_weighted_ratio_lies_between_its_parts(values: list[tuple[int, int]]) -> None:
    measured = weighted(pairs(*values))
    assert again(measured)
    if measured.value is not None:
        counted = [ratio for ratio, money in values if money]
        assert min(counted) <= measured.value <= max(counted)
