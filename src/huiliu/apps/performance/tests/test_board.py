"""The board of a project's year: what was known at the end of a day, each number with its trace."""

from datetime import date

import pytest

pytestmark = pytest.mark.django_db

BOARD = "/performance/projects/jia-it/2025/"


@pytest.fixture
def year(people):
    """甲市's project of 2025: authority in January, a plan from February, quota in the middle of July."""
    from huiliu.apps.funds.services import NewEvent, NewProject, event_record, project_open, purpose_add
    from huiliu.apps.performance.tests.form import FINANCE, clock

    by = {"user": people["kuai"], "actor": FINANCE, "clock": clock(2025, 12, 31)}
    project = NewProject("jia-it", "信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    found = project_open(wanted=project, year=2025, mode="quota", **by)
    purpose = purpose_add(project=found.project, code="ops", label="系统运维", **by)
    for wanted in (
        NewEvent("initial", date(2025, 1, 10), 10_000_000, number="甲1"),
        NewEvent("plan", date(2025, 1, 20), 10_000_000, month=202502),
        NewEvent("commitment", date(2025, 1, 21), 4_000_000, number="甲2", due=date(2025, 12, 1), payee="甲公司",
                 purpose=purpose),
        NewEvent("quota", date(2025, 7, 15), 6_000_000, number="甲3"),
    ):  # fmt: skip
        event_record(year=found, wanted=wanted, **by)
    return found


@pytest.fixture
def december(settings, people):
    """31 December 2025, everywhere; the people have new passwords."""
    from huiliu.apps.accounts.selectors import sign_in_of
    from huiliu.apps.performance.tests.form import clock

    settings.HUILIU_CLOCK = clock(2025, 12, 31)
    for user in people.values():
        row = sign_in_of(user)
        row.password_changed_at = settings.HUILIU_CLOCK.now()
        row.save()


def test_a_day_knows_nothing_of_later_ones(year, december):
    from huiliu.apps.performance.selectors.board import board

    june, august = (board("jia-it", 2025, date(2025, month, 30)).book for month in (6, 8))
    assert (june["quota.issued"].text(), august["quota.issued"].text()) == ("0.00", "6.00")
    assert (june["quota.unissued"].text(), august["quota.unissued"].text()) == ("10.00", "4.00")
    assert june["rate.spending"].text() == "不适用"
    assert august["quota.late_days"].with_unit() == "164天"  # 1 February to 15 July


def test_it_says_what_is_wrong_in_one_line(year, december):
    from huiliu.apps.performance.selectors.board import board

    assert board("jia-it", 2025, date(2025, 2, 10)).verdict == "没有预警"
    june = board("jia-it", 2025, date(2025, 6, 30))
    assert (june.state, june.verdict) == ("fail", "半年无额度、额度迟到、预计执行率偏低")
    assert june.book["alerts.severe"].value == 1
    assert june.duty.code == "half_year"


def test_the_page_prints_the_figures_and_leads_to_their_traces(year, december, as_of):
    client = as_of("ling")
    shown = client.get(BOARD, {"as_of": "2025-08-30"}).content.decode()
    assert "6.00<span" in shown
    assert f'href="{BOARD}figures/quota.issued/?as_of=2025-08-30"' in shown
    trace = client.get(f"{BOARD}figures/quota.issued/", {"as_of": "2025-08-30"}).content.decode()
    assert "2025-07-15 下达额度，甲3" in trace
    assert "没有生效的绩效目标" in shown


def test_a_duty_that_is_our_own_says_so(year, december):
    from huiliu.apps.performance.selectors.board import board
    from huiliu.apps.performance.selectors.board_pages import duty_line

    central, close = (duty_line(board("jia-it", 2025, date(2025, *day))) for day in ((8, 1), (12, 31)))
    assert central.endswith("（财务会计岗；财预〔2019〕136号：每年 8 月集中监控，待核）")
    assert close.endswith("（财务会计岗；预算年度止于 12 月 31 日）")


def test_a_day_before_all_ledgers_is_their_first(year, december, as_of):
    shown = as_of("ling").get(BOARD, {"as_of": "0001-01-01"})
    assert (shown.status_code, 'value="2000-01-01"' in shown.content.decode()) == (200, True)


def test_targets_are_those_in_force_on_the_day(year, people):
    from huiliu.apps.performance.selectors.board import board
    from huiliu.apps.performance.services import NewVersion, version_draft
    from huiliu.apps.performance.tests.form import by, filled, signed, submitted

    wanted = NewVersion("jia-it", 2025, "first", name="信息化维护", profile="national")
    version = filled(version_draft(wanted=wanted, **by()))
    assert board("jia-it", 2025, date(2025, 3, 3)).version is None
    signed(submitted(version, people), people, "he", "ling")
    before, after = (board("jia-it", 2025, date(2025, 3, day)) for day in (2, 3))
    assert (before.version, after.version) == (None, version)
    assert (after.book["weight.total"].text(), after.book["asked.total"].with_unit()) == ("90.00", "10.00万元")
    assert after.book["findings.error"].value == 0


def test_no_day_to_come_and_no_other_project(year, december, as_of):
    client = as_of("kuai")
    assert "2025-12-31" in client.get(BOARD, {"as_of": "2026-05-01"}).content.decode()
    assert client.get(BOARD, {"as_of": "gestern"}).status_code == 409
    assert client.get("/performance/projects/yi/2025/").status_code == 404
    assert client.get(f"{BOARD}figures/none/").status_code == 404


def test_the_list_and_the_workbench(year, december, as_of):
    client = as_of("ling")
    listed = client.get("/performance/projects/").content.decode()
    assert f'href="{BOARD}?as_of=2025-12-31"' in listed
    assert "项目看板" in client.get("/").content.decode()
    assert client.get("/performance/projects/").status_code == 200
    assert as_of("wang").get("/performance/projects/").status_code == 403
