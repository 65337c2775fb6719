"""The proposal of posts: everybody counted, nobody at two incompatible posts, stand-ins where there are enough."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.control.planning import impossible, propose
from huiliu.kernel.errors import HuiliuError


def numbers(people: int, counties: int = 0) -> dict[str, int]:
    return {plan.post: plan.people for plan in propose(people, counties).posts}


def test_ten_people_fill_every_post_once_and_nobody_stands_in():
    found = propose(10)
    assert numbers(10) == dict.fromkeys(POSTS, 1)
    assert found.missing == ()
    second = {plan.post: plan.second for plan in found.posts}
    assert second["leader"] == second["cashier"] == second["secadmin"] == "没有"
    assert second["clerk"] == "可由业务复核岗兼（同一申请不得兼办）"
    starts = ("单位领导只有一人", "稽核内控岗只有一人", "安全管理员只有一人", "系统管理员或审计管理员只有一人")
    assert all(text.startswith(start) for text, start in zip(found.warnings, starts, strict=True))


def test_thirty_people_give_every_post_a_stand_in():
    found = propose(30)
    assert found.warnings == ()
    assert numbers(30) == {
        "clerk": 10, "checker": 4, "finance": 2, "cashier": 2, "it": 2, "control": 2, "leader": 2,
        "sysadmin": 2, "secadmin": 2, "auditor": 2,
    }  # fmt: skip


def test_eighty_people_with_seven_counties_put_a_pair_in_each():
    found = numbers(80, 7)
    assert found == {
        "clerk": 37, "checker": 16, "finance": 6, "cashier": 3, "it": 3, "control": 6, "leader": 3,
        "sysadmin": 2, "secadmin": 2, "auditor": 2,
    }  # fmt: skip
    assert propose(80, 7).warnings == ()


def test_nine_people_are_too_few_and_it_is_said_what_is_missing():
    found = propose(9)
    assert found.missing == ("it",)
    assert found.warnings[0].startswith("人数不足：信息技术岗没有人担任")
    assert "至少需要 10 人" in found.warnings[0]


@given(people=st.integers(1, 400), counties=st.integers(0, 20))
def test_everybody_has_one_seat_and_more_people_never_take_one_away(people, counties):
    found = propose(people, counties)
    assert sum(plan.people for plan in found.posts) == len(found.seats) == people
    before, after = numbers(people, counties), numbers(people + 1, counties)
    assert sum(after.values()) - sum(before.values()) == 1
    assert all(after[post] >= count for post, count in before.items())
    assert bool(found.missing) is (people < 10)


def test_impossible_pairs_are_all_but_clerk_and_checker():
    rows = impossible()
    assert len(rows) == 44  # of 45 pairs of ten posts
    assert ("财务会计岗", "财务出纳岗", "会计与出纳须分设") in rows
    assert ("业务经办岗", "财务会计岗", "业务运行与基金财务管理不相容") in rows
    assert not any({one, other} == {"业务经办岗", "业务复核岗"} for one, other, _ in rows)


@pytest.mark.parametrize(("people", "counties"), [(0, 0), (-1, 0), (2001, 0), (10, -1), (10, 101)])
def test_a_number_that_is_no_office_is_refused(people, counties):
    with pytest.raises(HuiliuError, match="CTRL-030"):
        propose(people, counties)
