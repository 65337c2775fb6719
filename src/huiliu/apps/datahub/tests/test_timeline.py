"""What a clerk reads from the timeline, month by month, by hand-made rows of one person."""

from decimal import Decimal

from huiliu.apps.datahub.selectors.timeline import contribution_timelines, payment_timelines


def due(month, settled=None, *, scheme="110", unit="U1", kind="10", paid="320.00", full="1"):
    return {
        "insurance_type": scheme,
        "due_month": month,
        "settled_month": settled or month,
        "due_type": kind,
        "unit_no": unit,
        "unit_due": Decimal("600.00"),
        "person_due": Decimal("320.00"),
        "person_paid": Decimal(paid),
        "in_full": full,
        "subsidy": None,
    }


def paid(month, state="1", amount="2600.00", scheme="110", in_month=None):
    return {
        "insurance_type": scheme,
        "benefit_month": month,
        "pay_state": state,
        "amount": Decimal(amount),
        "paid_month": in_month,
    }


def states(scheme, year):
    row = next(row for row in scheme.drawn.years if row.year == year)
    return [month.state if month else "" for month in row.months]


def test_each_month_says_what_happened():
    rows = [
        due(202401),
        due(202402, full="0", paid="0.00"),
        due(202404, settled=202409),
        due(202405, unit="U1"),
        due(202405, unit="U2"),
        due(202406),
    ]
    [line] = contribution_timelines(rows)
    assert states(line, 2024) == ["paid", "arrears", "gap", "late", "overlap", "paid", "", "", "", "", "", ""]
    assert line.total == line.drawn.years[0].total == Decimal("1600.00")
    assert line.tallies == (("正常", 2), ("补缴", 1), ("欠缴", 1), ("中断", 1), ("重叠", 1))


def test_a_silent_stop_shows_up_to_the_month_the_library_speaks_of():
    [line] = contribution_timelines([due(202411)], {"110": 202502})
    assert states(line, 2024)[10:] == ["paid", "gap"]
    assert states(line, 2025)[:3] == ["gap", "gap", ""]


def test_newest_year_is_read_first():
    [line] = contribution_timelines([due(202301), due(202501)])
    assert [row.year for row in line.drawn.years] == [2025, 2024, 2023]
    assert states(line, 2024) == ["gap"] * 12


def test_two_pension_schemes_in_one_month_are_an_overlap_but_unemployment_is_not():
    rows = [due(202401), due(202401, scheme="170", unit=None), due(202401, scheme="210")]
    assert [states(line, 2024)[0] for line in contribution_timelines(rows)] == ["overlap", "overlap", "paid"]


def test_a_refund_is_no_second_payment():
    rows = [due(202401), due(202401, kind="20", paid="-20.00"), due(202402, kind="20", paid="-320.00")]
    [line] = contribution_timelines(rows)
    assert states(line, 2024)[:2] == ["paid", "refund"]
    assert line.total == Decimal("-20.00")


def test_without_a_flag_the_amounts_decide_about_arrears():
    [line] = contribution_timelines([due(202401, full=None, paid="319.99"), due(202402, full=None)])
    assert states(line, 2024)[:2] == ["arrears", "paid"]


def test_each_cell_can_be_read_aloud():
    [line] = contribution_timelines([due(202404, settled=202409)])
    detail = "个人应缴 320.00 元 实缴 320.00 元 单位应缴 600.00 元 2024-09 结算"
    assert line.months[202404].text == f"2024-04 补缴 320.00 元（{detail}）"


def test_payments_count_only_what_was_paid_and_show_the_worst_state():
    rows = [paid(202401, in_month=202401), paid(202402, "2"), paid(202402, "1", "100.00"), paid(202403, "0")]
    [line] = payment_timelines(rows)
    assert states(line, 2024)[:4] == ["done", "failed", "waiting", ""]
    assert line.total == Decimal("2700.00")
    assert line.months[202402].text == "2024-02 支付失败 100.00 元（支付失败 2,600.00 元；已支付 100.00 元）"
    assert line.months[202401].text == "2024-01 已支付 2,600.00 元（已支付 2,600.00 元 2024-01 实付）"


def test_no_rows_no_timeline():
    assert contribution_timelines([]) == []
    assert payment_timelines([]) == []


def test_a_yearly_payment_covers_its_year_and_is_late_only_in_a_later_year():
    rows = [due(202301, 202305, scheme="170", unit=None), due(202401, 202502, scheme="170", unit=None)]
    [line] = contribution_timelines(rows, {"170": 202502})
    assert states(line, 2023) == ["paid"] * 12
    assert states(line, 2024) == ["late"] * 12
    assert [row.year for row in line.drawn.years] == [2024, 2023]
    assert line.total == Decimal("640.00")
    assert line.months[202306].text == "2023-06 正常（按年缴费，金额列在应缴月份）"


def test_a_year_left_out_is_a_gap():
    [line] = contribution_timelines([due(202201, scheme="170", unit=None)], {"170": 202402})
    assert states(line, 2023) == ["gap"] * 12
    assert [row.year for row in line.drawn.years] == [2023, 2022]


def test_months_paid_in_both_schemes_overlap_though_one_is_paid_by_the_year():
    rows = [due(202401, scheme="170", unit=None), due(202411), due(202412)]
    employees, residents = contribution_timelines(rows)
    assert states(employees, 2024)[9:] == ["", "overlap", "overlap"]
    assert states(residents, 2024)[9:] == ["paid", "overlap", "overlap"]


def test_a_benefit_taken_back_in_full_is_no_payment():
    [line] = payment_timelines([paid(202401), paid(202401, amount="-2600.00"), paid(202402)])
    assert states(line, 2024)[:2] == ["refund", "done"]
