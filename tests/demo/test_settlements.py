"""A unit's settlement follows its people: billed, paid, late, withdrawn."""

from huiliu.demo.settlements import Settlements

UNIT = {"unit_no": "U1", "insurance_type": "110", "due_month": "202401", "settlement_no": "202401000001"}
BILLED, PAID, BACK = "20240105090000", "20240315150000", "20240402100000"


def bill(base, unit_due, person_due, *later):
    row = UNIT | {"due_type": "10", "base": base, "unit_due": unit_due, "person_due": person_due}
    return [(BILLED, row), *later]


def history(*contributions):
    settlements = Settlements()
    for patches in contributions:
        settlements.add(patches)
    (rows,) = settlements.rows()
    return rows


def test_two_people_are_one_bill_and_a_late_unit_pays_by_the_day():
    paid = (PAID, {"person_paid": 1})
    (at_first, billed), (at_last, done) = history(bill(400000, 60000, 32000, paid), bill(500000, 75000, 40000, paid))
    assert (at_first, at_last) == (BILLED, PAID)
    assert (billed["heads"], billed["unit_base"], billed["total_due"]) == (2, 900000, 207000)
    assert (billed["unit_paid"], billed["person_paid"], billed["in_full"], billed["late_fee"]) == (0, 0, "0", 0)
    assert (done["unit_paid"], done["person_paid"], done["in_full"], done["arrived_on"]) == (
        135000,
        72000,
        "1",
        "20240315",
    )
    assert done["late_fee"] == 4554  # 2,070.00 yuan, 0.05 % a day, 44 days from 31 January to 15 March


def test_a_bill_withdrawn_after_payment_leaves_the_other_as_it_was():
    paid = (PAID, {"person_paid": 1})
    rows = history(bill(400000, 60000, 32000, paid), bill(500000, 75000, 40000, paid, (BACK, None)))
    moment, left = rows[-1]
    assert moment == BACK
    assert (left["heads"], left["unit_due"], left["unit_paid"], left["person_paid"]) == (1, 60000, 60000, 32000)
    assert (left["in_full"], left["arrived_on"]) == ("1", "20240315")


def test_a_settlement_without_people_is_gone():
    assert history(bill(400000, 60000, 32000, (BACK, None)))[-1] == (BACK, None)


def test_flexible_workers_settle_with_nobody():
    settlements = Settlements()
    settlements.add([(BILLED, UNIT | {"unit_no": None})])
    assert list(settlements.rows()) == []
