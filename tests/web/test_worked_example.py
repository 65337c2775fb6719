"""2024 as it would have gone with the product in use: warned by June, targets drafted anew, the library proposed."""

from datetime import date, datetime

import pytest

from huiliu.kernel.clock import TZ, FixedClock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def on(db, settings):
    """`on(6, 30)`: monitoring of the demo's project as it would have been opened that day."""
    from huiliu.apps.performance.selectors.monitoring import find
    from huiliu.cli.accounts import DEMO_OFFICE, first_accounts
    from huiliu.cli.reenactment import reenact

    first_accounts(DEMO_OFFICE, must_change=False)
    reenact()

    def look(month, day):
        settings.HUILIU_CLOCK = FixedClock(datetime(2024, month, day, 9, tzinfo=TZ))
        return find("heyuan-it", 2024, date(2024, month, day))

    return look


def since(found):
    return {alert.code: (alert.since, alert.side, alert.post) for alert in found.watch.alerts}


def given(found):
    return {grant.item.code: grant.amount for grant in found.allocation.grants}


def test_the_year_as_the_product_would_have_told_it(on):
    # The first warning comes on 1 April: the quota was due on 1 February, and 60 days are over.
    assert "MON-101" not in since(on(3, 31))
    assert since(on(4, 1))["MON-101"] == (date(2024, 4, 1), "treasury", "finance")

    june = on(6, 30)
    assert since(june)["MON-102"] == (date(2024, 6, 30), "treasury", "leader")
    assert june.watch.book["quota.late_days"].with_unit() == "151天"
    library = [one for one in june.watch.alerts if one.code == "MON-302" and one.about == "14"]
    assert [one.since for one in library] == [date(2024, 6, 30)]

    # Money on 18 October: what adds up over the year is drafted for three months of twelve, the rest is kept.
    october = on(10, 18)
    assert october.watch.book["months.left"].value == 3
    drafts = {one.goal.code: one for one in october.recalibration.proposals}
    changed = {code: one.value for code, one in drafts.items() if one.is_change}
    assert changed == {"11": 6, "14": 3}  # repairs and the library's upkeep, of 24 and 12; fund safety stays

    # 15.76 for contracts of 9.40 first, then the library whole, then repairs and the account for what is left.
    grants = given(october)
    assert october.allocation.available == 15_760_000
    assert sum(amount for code, amount in grants.items() if code.startswith("contract-")) == 9_400_000
    assert grants["use-library"] == 4_000_000
    assert sum(grants.values()) == 15_760_000
    assert (grants["use-equipment"], grants["use-wechat"]) == (2_360_000, 0)
