"""Pensions that went on after a death (死亡后继续领取养老待遇)."""

from huiliu.catalog.tables.benefit.benefit_payment import benefit_payment
from huiliu.catalog.tables.person.death_record import death_record
from huiliu.rules import rule


@rule(
    code="FS-PEN-001",
    label="死亡后继续领取养老待遇",
    severity="H",
    basis="《社会保险经办条例》第二十五条、第四十六条",
    reads=(benefit_payment, death_record),
)
def paid_after_death() -> str:
    """One finding per person and month of pension paid after the month of death; the lines of a month add up.

    Counted are lines in state 已支付 of the three pension schemes (110, 120, 170). The month of death itself is due.
    A line that takes back lowers its month, and a month taken back in full is no finding; a line that failed or waits
    is none. Funeral and survivor grants (100021, 100022) are due to the family and do not count.
    Known false alarms: a wrong or confused death record; money returned by the bank but not yet booked as returned;
    arrears of months before the death that were booked under a later month.
    """
    return """
        SELECT p.person_no AS subject,
               p.benefit_month AS occurred_on,
               sum(p.amount) AS amount
        FROM benefit_payment AS p
        JOIN death_record AS d USING (person_no)
        WHERE p.pay_state = '1'
          AND p.insurance_type IN ('110', '120', '170')
          AND coalesce(p.benefit_item, '') NOT IN ('100021', '100022')
          AND p.benefit_month > months_add(month_of(d.died_on), $grace_months)
        GROUP BY ALL
        HAVING sum(p.amount) > 0
        ORDER BY ALL
    """
