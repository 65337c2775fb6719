"""A figure is made again from its expression or from its records, exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import COMPUTED, MEASURED, NOT_APPLICABLE, Figure, FigureBook, Record, agrees, recomputed


def figure(id_: str, value: str | None, expression: str = "", inputs: tuple[str, ...] = (), *records: str) -> Figure:
    rows = tuple(Record(f"row:{number}", "记录", Decimal(amount)) for number, amount in enumerate(records))
    state = MEASURED if records else COMPUTED if value else NOT_APPLICABLE
    number = None if value is None else Decimal(value)
    return Figure(id_, id_, number, "万元", 2, "", inputs, "", "", state, expression, rows)


@pytest.fixture
def book() -> FigureBook:
    made = FigureBook()
    made.add(figure("money.budget", "20", "", (), "18", "2"))
    made.add(figure("money.paid", "15.76", "", (), "10", "5.76"))
    made.add(figure("money.none", None))
    return made


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{money.paid} / {money.budget} * 100", "78.8"),
        ("{money.budget} - {money.paid}", "4.24"),
        ("round(12 * {money.paid} / {money.budget}, 2)", "9.46"),
        ("min(100, max({money.paid}, {money.budget}) * 7)", "100"),
        ("-{money.paid} + 0.76", "-15"),
        ("floor({money.paid} - 15.7699, 2)", "-0.01"),
        ("floor({money.paid}, 1) + ceiling({money.paid}, 1)", "31.5"),
        ("ceiling({money.paid})", "16"),
    ],
)
def test_an_expression_gives_the_value_again(book: FigureBook, expression: str, value: str) -> None:
    made = book.add(figure("again", value, expression, ("money.paid", "money.budget")))
    assert recomputed(made, book) == Fraction(value)
    assert agrees(made, book)


@pytest.mark.parametrize(
    ("expression", "value"),
    [("round({sixths} * 3)", "3"), ("round(-{sixths} * 3)", "-3"), ("floor({sixths} * 6)", "5"),
     ("ceiling({sixth} * 6)", "1"), ("round({sixths} * 9.99, 2)", "8.33"), ("round(0.4999999999999)", "0")],
)  # fmt: skip
def test_digits_that_a_kept_quotient_lost_decide_no_rounding(expression: str, value: str) -> None:
    """Five sixths of 3 are 2.5 and of 6 are 5, although 0.8333… of them are less; a sixth kept is more than one."""
    kept = FigureBook()
    for name, number in (("sixths", Decimal(5) / 6), ("sixth", Decimal(1) / 6)):
        kept.add(figure(name, f"{number}", "", (), f"{number}"))
    assert recomputed(figure("again", value, expression, ("sixths", "sixth")), kept) == Fraction(value)


def test_what_rounds_to_nothing_is_printed_without_a_sign() -> None:
    assert figure("fen", "-0.000001").text() == "0.00"
    assert figure("fen", "-0.006").text() == "-0.01"


def test_records_add_up(book: FigureBook) -> None:
    assert recomputed(book["money.paid"], book) == Fraction("15.76")
    assert agrees(book["money.paid"], book)
    assert not agrees(figure("wrong", "15.77", "", (), "10", "5.76"), book)


def test_a_missing_part_or_a_zero_gives_none(book: FigureBook) -> None:
    book.add(figure("zero", "0", "", (), "0"))
    assert recomputed(figure("a", None, "{money.none} + 1", ("money.none",)), book) is None
    assert agrees(figure("a", None, "{money.paid} / {zero}", ("money.paid", "zero")), book)
    assert not agrees(figure("a", "0", "{money.paid} / {zero}", ("money.paid", "zero")), book)


def test_a_figure_with_neither_agrees_with_nothing(book: FigureBook) -> None:
    assert not agrees(book["money.none"], book)


@pytest.mark.parametrize("expression", ["{money.budget} + 1", "{money.paid} ** 2", "open('x')", "1 +", "money"])
def test_what_is_no_expression_is_refused(book: FigureBook, expression: str) -> None:
    with pytest.raises(HuiliuError) as refused:
        recomputed(figure("bad", "1", expression, ("money.paid",)), book)
    assert refused.value.code == "EV-FIG-002"
