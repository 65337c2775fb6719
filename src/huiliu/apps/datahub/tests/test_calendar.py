"""The nights as a month: what a day is, which days are missing, and every table's row of days."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from huiliu.apps.datahub.models import Night
from huiliu.apps.datahub.selectors.calendar import month_of_nights
from huiliu.apps.datahub.selectors.progress import night_now
from huiliu.apps.datahub.services import nights_project, nights_refresh
from huiliu.kernel.clock import TZ, FixedClock
from huiliu.kernel.locks import hold
from huiliu.lake.home import LakeHome
from huiliu.lake.progress import Silent
from huiliu.lake.running import watched

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MARCH, APRIL = date(2025, 3, 1), date(2025, 4, 1)
TODAY = date(2025, 4, 6)
ONE = datetime(2025, 4, 6, 1, tzinfo=TZ)


def day_of(month, number):
    return month.days[number - 1]


def told(day):
    return day.tone, day.word


@pytest.fixture
def april(town):
    return month_of_nights(APRIL, nights_refresh(), TODAY)


def test_a_day_says_what_became_of_its_batch_and_a_missing_one_that_it_is(april):
    assert told(day_of(april, 1)) == ("warn", "自身一致")
    assert told(day_of(april, 2)) == ("fail", "已拒收")
    assert told(day_of(april, 3)) == told(day_of(april, 5)) == ("missing", "未收到")
    assert told(day_of(april, 6)) == told(day_of(april, 30)) == ("outside", "")
    assert day_of(april, 1).text == "2025-04-01 自身一致，交付 2 表 60 行，在用"
    assert [day.day.day for day in april.days if day.served] == [1]


def test_before_the_first_night_nothing_is_missing(town):
    march = month_of_nights(MARCH, nights_refresh(), TODAY)
    assert {day.tone for day in march.days[:30]} == {"outside"}
    assert told(day_of(march, 31)) == ("warn", "自身一致")
    assert (march.before, march.after) == (None, APRIL)


def test_weeks_begin_on_monday_and_hold_every_day_once(april):
    assert [len(week) for week in april.weeks] == [7] * 5
    assert april.weeks[0][0] is None
    assert april.weeks[0][1].day == APRIL  # a Tuesday
    assert [day.day for week in april.weeks for day in week if day] == [APRIL + timedelta(n) for n in range(30)]


def test_tables_have_a_row_of_days(april):
    matrix = dict(april.matrix)
    assert [cell.tone for cell in matrix["个人"][:2]] == ["warn", "fail"]
    assert matrix["待遇支付明细"][0].text == "待遇支付明细：自身一致，新增 0，修改 0，删除 1"
    assert matrix["单位"][0].tone == "none"
    assert matrix["单位"][1:] == [None] * 29


def test_days_are_counted_by_what_they_are(april):
    assert april.tallies == [("fail", "已拒收", 1), ("missing", "未收到", 3), ("warn", "自身一致", 1)]


def test_a_held_batch_is_counted_and_in_the_legend(town, control, settings):
    nights_refresh()
    refused = Night.objects.get(outcome="refused")
    refused.checks.all().delete()
    Night.objects.filter(pk=refused.pk).update(outcome="held")
    month = month_of_nights(APRIL, town.library.pointer(), TODAY)
    assert ("warn", "暂缓", 1) in month.tallies
    assert month.matrix[0][1][1] is None
    settings.HUILIU_CLOCK = FixedClock(ONE)
    page = control.get("/datahub/nights/").content.decode()
    assert "暂缓 1 天" in page
    assert "暂缓（等前面的批次）" in page
    assert "空白：当日没有入库（未收到、暂缓或整批拒收）" in page


def test_days_with_rows_in_quarantine_are_counted_together(town):
    nights_refresh()
    for snapshot, rows in ((town.first, 3), (town.second, 1200)):
        night = Night.objects.get(snapshot=snapshot)
        tables = [{**record, "quarantined": rows * (n == 0)} for n, record in enumerate(night.tables)]
        Night.objects.filter(pk=night.pk).update(tables=tables, business_date=date(2025, 4, 1 + (rows == 3) * 3))
    month = month_of_nights(APRIL, town.library.pointer(), TODAY)
    assert ("warn", "有隔离行", 2) in month.tallies
    assert {day.word for day in month.days if day.tone == "warn"} == {"隔离 3 行", "隔离 1,200 行"}


def test_tables_come_in_the_order_in_which_people_read_them(april):
    labels = [label for label, _ in april.matrix]
    assert labels[:3] == ["个人", "参保关系", "人员变更"]
    assert labels.index("单位") < labels.index("待遇支付明细") < labels.index("科目余额")


def with_table(record, **changed):
    tables = tuple(replace(t, **changed) if t.table == "benefit_payment" else t for t in record.tables)
    return replace(record, tables=tables)


def test_rows_in_quarantine_make_a_day_amber_until_they_are_dealt_with(town):
    history = town.library.history()
    second = next(night for night in history if night.snapshot == town.second)
    held = with_table(second, quarantined=3)
    nights_project(records=[*(n for n in history if n is not second), held])
    pointer = town.library.pointer()
    assert told(day_of(month_of_nights(APRIL, pointer, TODAY), 1)) == ("warn", "隔离 3 行")
    released = replace(with_table(second, quarantined=0), kind="quarantine", standing="act", snapshot=town.second + 1)
    nights_project(records=[released])
    Night.objects.filter(outcome="published").update(level="A", tables=[])
    assert told(day_of(month_of_nights(APRIL, pointer, TODAY), 1)) == ("pass", "完整")


def test_a_day_taken_back_says_so_and_a_corrected_one_shows_the_correction(town):
    nights_refresh()
    Night.objects.filter(snapshot=town.second).update(standing="withdrawn")
    pointer = town.library.pointer()
    taken_back = day_of(month_of_nights(APRIL, pointer, TODAY), 1)
    assert told(taken_back) == ("none", "已撤回")
    assert {(table.tone, table.text.rpartition("：")[2]) for table in taken_back.strip} == {("none", "已撤回")}
    Night.objects.filter(snapshot=town.second).update(standing="superseded")
    first = Night.objects.get(snapshot=town.first)
    first.pk, first.key, first.snapshot, first.business_date, first.level = None, "r", 99, APRIL, "A"
    first.save(force_insert=True)
    day = day_of(month_of_nights(APRIL, pointer, TODAY), 1)
    assert (day.night, day.word) == ("r", "完整")
    assert "另有 已发布的批次（已被更正）" in day.text


def test_the_page_leads_to_each_night_and_month(town, control, settings, django_assert_num_queries):
    settings.HUILIU_CLOCK = FixedClock(ONE)
    page = control.get("/datahub/nights/").content.decode()
    second = Night.objects.get(snapshot=town.second)
    assert f"/datahub/nights/{second.key}/" in page
    assert "2025 年 4 月" in page
    assert "?month=2025-03" in page
    assert "未收到" in page
    assert page.count("dh-day-served") == 1
    assert "2025 年 3 月" in control.get("/datahub/nights/?month=2025-03").content.decode()
    for wrong in ("2099-01", "x", "1900-01", "2025-13"):
        assert "2025 年 4 月" in control.get("/datahub/nights/", {"month": wrong}).content.decode()
    with django_assert_num_queries(9):
        control.get("/datahub/nights/")


@pytest.fixture
def lake(empty_home, settings):
    """An installation whose night can be watched."""
    settings.HUILIU_CLOCK = FixedClock(ONE + timedelta(seconds=12))
    empty_home.root.mkdir(parents=True)
    return LakeHome(empty_home.lake)


def test_a_running_night_shows_batch_phase_and_how_far_it_is(lake, control):
    with watched(lake, FixedClock(ONE), Silent()) as seen:
        seen.begin("449900_20250405")
        seen.step("verify", "person", 3, 22)
        now = night_now()
        page = control.get("/datahub/nights/running/").content.decode()
        part = control.get("/datahub/nights/running/", headers={"HX-Request": "true"}).content.decode()
    assert (now.line.word, now.is_running) == ("正在运行", True)
    assert now.line.detail == "第 1 批 449900_20250405 的“核验” 个人，已用 12 秒"
    assert [(phase.word, phase.place) for phase in now.phases][2:5] == [
        ("接收", "past"), ("核验", "now"), ("应用", "next"),
    ]  # fmt: skip
    for text in (page, part):
        assert '<progress max="22" value="3"' in text
        assert 'hx-trigger="every 2s"' in text
    assert "<html" in page
    assert "<html" not in part


def test_a_killed_night_is_told_with_the_place_where_it_stopped(lake):
    with watched(lake, FixedClock(ONE), Silent()) as seen:
        seen.begin("449900_20250405")
        seen.step("apply", "person", 3, 22)
        note = (lake.root / "running.json").read_bytes()
    (lake.root / "running.json").write_bytes(note)
    now = night_now()
    assert (now.line.tone, now.line.word, now.is_running) == ("fail", "上一次运行中断", False)
    assert now.line.detail == "停在第 1 批 449900_20250405 的“应用” 个人，最后记录于 2025-04-06 01:00:00"
    assert "在用数据不受影响" in now.line.advice


def test_an_idle_night_says_how_the_last_run_ended_and_who_waits(lake, history):
    with watched(lake, FixedClock(ONE), Silent()) as seen:
        seen.results = [history[0], replace(history[0], batch="449900_20250403", outcome="waiting")]
    now = night_now()
    assert now.line.word == "空闲"
    assert now.line.detail.endswith("449900_20250331 已发布、449900_20250403 未齐")
    assert "会自动入库" in now.line.advice


def test_of_many_batches_the_last_run_names_those_that_were_not_published(lake, history):
    with watched(lake, FixedClock(ONE), Silent()) as seen:
        refused = replace(history[0], batch="449900_20250406", outcome="refused")
        seen.results = [*(replace(history[0], batch=f"449900_2025040{day}") for day in range(1, 6)), refused]
    assert night_now().line.detail.endswith("，已发布 5 批、已拒收 1 批；449900_20250406 已拒收")


def test_whether_somebody_waits_to_run_the_night_is_said(lake, settings):
    assert "没有运行" in night_now().worker
    with hold(settings.HOME.root / "worker.lock") as held:
        assert held
        assert night_now().worker == "后台任务在等候下一次定时运行"
    assert "没有运行" in night_now().worker


def test_news_is_said_only_where_another_snapshot_was_published(town, control):
    same = control.get("/datahub/nights/running/", {"seen": town.second}, headers={"HX-Request": "true"})
    assert "刷新本页" not in same.content.decode()
    other = control.get("/datahub/nights/running/", {"seen": town.first}, headers={"HX-Request": "true"})
    assert "有新批次发布，刷新本页" in other.content.decode()


def test_what_a_page_asks_for_by_itself_does_not_keep_a_session_alive(town, control, settings):
    from huiliu.apps.accounts.selectors import open_sessions

    control.get("/datahub/nights/")
    before = open_sessions().get().seen_at
    settings.HUILIU_CLOCK = FixedClock(before + timedelta(minutes=5))
    control.get("/datahub/nights/running/", headers={"X-Background": "1"})
    assert open_sessions().get().seen_at == before
    control.get("/datahub/nights/running/")
    assert open_sessions().get().seen_at > before
