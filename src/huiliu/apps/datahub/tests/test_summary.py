"""The strip on top of a person's page: each figure from the rows, and nothing that a mask hides."""

from datetime import date
from decimal import Decimal

import pytest

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.selectors.summary import Held, summary
from huiliu.apps.datahub.selectors.timeline import contribution_timelines, payment_timelines
from huiliu.apps.datahub.services import person_view
from huiliu.apps.datahub.services.keys import subject_keys
from huiliu.apps.datahub.tests.town import LI, NIGHT, ZHANG

DAY = date(2025, 3, 30)
CHEN = Actor("chen", "control", "10.0.0.7")
WHOLE = (Scope("", frozenset(), "L2"),)


def figures(birth_is_open=False, day=DAY, **rows):
    person = {"born_on": date(1965, 3, 31), "deemed_months": None}
    held = {"person": [person], **rows}
    lines = contribution_timelines(held.get("contribution", []))
    paid = payment_timelines(held.get("benefit_payment", []))
    return {each.label: each for each in summary(Held(held, lines, paid, day, birth_is_open))}


def due(month, scheme="110", paid="320.00", full="1"):
    return {
        "insurance_type": scheme, "due_month": month, "settled_month": month, "due_type": "10", "unit_no": None,
        "person_due": Decimal("320.00"), "person_paid": Decimal(paid), "in_full": full, "unit_due": None,
        "subsidy": None,
    }  # fmt: skip


def award(state="1"):
    return {"insurance_type": "110", "state": state, "starts_month": 202004}


def test_the_age_is_a_band_of_birth_years_until_the_birth_date_is_open(town):
    masked, on_the_eve, on_the_day = figures(), figures(True), figures(True, date(2025, 3, 31))
    assert (masked["年龄段"].value, masked["年龄段"].unit) == ("1960—1969", "年生")
    assert "年龄" not in masked
    assert (on_the_eve["年龄"].value, on_the_day["年龄"].value) == ("59", "60")


def test_months_of_two_old_age_schemes_count_once_and_arrears_not_at_all(town):
    rows = [due(202401), due(202402), due(202401, "170"), due(202403, paid="100.00", full="0"), due(202401, "210")]
    found = figures(contribution=rows)
    assert found["累计缴费月数"].value == "12"  # the resident's year, the employee's months within it
    assert (found["个人欠缴合计"].value, found["个人欠缴合计"].note) == ("220.00", "1 个月未足额到账")
    assert found["个人欠缴合计"].state == "fail"


def test_nothing_owed_is_not_the_same_as_no_rows(town):
    assert figures()["个人欠缴合计"].value == "无记录"
    assert figures(contribution=[due(202401)])["个人欠缴合计"].value == "0.00"


@pytest.mark.parametrize(
    ("awards", "certified", "value", "note", "state"),
    [
        ([], [], "不需认证", "没有正常发放的待遇", ""),
        ([award("3")], [date(2020, 1, 1)], "不需认证", "没有正常发放的待遇", ""),
        ([award()], [], "没有记录", "在发待遇而没有认证记录", "warn"),
        ([award()], [date(2025, 3, 29), date(2024, 3, 29)], "2025-03-29", "已逾期 1 天", "fail"),
        ([award()], [date(2025, 3, 30)], "2025-03-30", "还有 0 天", "warn"),
        ([award()], [date(2025, 12, 30)], "2025-12-30", "还有 275 天", "pass"),
    ],
)
def test_the_next_proof_of_life(town, awards, certified, value, note, state):
    found = figures(benefit_award=awards, certification=[{"next_due_on": day} for day in certified])["下次认证"]
    assert (found.value, found.note, found.state) == (value, note, state)


def test_a_death_comes_before_the_award(town):
    assert figures(benefit_award=[award()])["待遇状态"].value == "正常"
    found = figures(benefit_award=[award()], death_record=[{}])
    assert (found["待遇状态"].value, found["下次认证"].value) == ("已登记死亡", "不需认证")


def test_gaps_and_failed_payments_are_said_where_there_are_any(town):
    paid = {
        "insurance_type": "110",
        "benefit_month": 202402,
        "amount": Decimal(1),
        "pay_state": "2",
        "paid_month": None,
    }
    found = figures(contribution=[due(202401), due(202404)], benefit_payment=[paid])
    assert (found["中断缴费"].value, found["中断缴费"].note) == ("2", "2024-02 至 2024-03")
    assert (found["支付失败"].value, found["支付失败"].note) == ("1", "2024-02")
    assert not {"中断缴费", "支付失败"} & set(figures())


@pytest.mark.django_db
def test_the_strip_stands_on_the_page_and_says_no_age_behind_a_mask(town, control):
    keys = subject_keys([ZHANG, LI], NIGHT)
    page = person_view(actor=CHEN, scopes=WHOLE, key=keys[ZHANG])
    assert {each.label: each.value for each in page.figures} == {
        "年龄段": "1970—1979",
        "参保状态": "参保缴费",
        "累计缴费月数": "2",
        "待遇状态": "没有待遇核定",
        "下次认证": "不需认证",
        "个人欠缴合计": "320.00",
        "中断缴费": "2",
    }
    text = control.get(f"/datahub/persons/{keys[LI]}/").content.decode()
    assert "1940—1949" in text
    assert "周岁" not in text
    answer = control.get(f"/api/v1/persons/{keys[ZHANG]}").json()
    assert answer["summary"][0] == {
        "label": "年龄段",
        "value": "1970—1979",
        "unit": "年生",
        "note": "完整信息中显示年龄",
    }
