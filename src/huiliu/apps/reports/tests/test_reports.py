"""常用报表 of the town, by hand: in January 李 (紫金) is paid 2,600.00 and 王 (源城) 261.35; in December 李 alone.

February's payment to 李 was taken back on the second day, that to 王 failed. 张, 李 and 王 are insured at the end of
March, 李 in a second scheme no longer.
"""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, transaction

from huiliu.apps.accounts.selectors import Scope, users
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.reports.models import ReportCheck, ReportEdition, ReportPart
from huiliu.apps.reports.selectors import report_by_name, spans_wanted
from huiliu.apps.reports.services import reports_make_due
from huiliu.apps.reports.showing import shown
from huiliu.apps.reports.spans import Reach, grants_of, reach_of
from huiliu.kernel.errors import HuiliuError
from huiliu.topics import Grant
from huiliu.topics.standing_sheet import ALL

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PAID = "pensions_paid"
CITY, ZIJIN, YUANCHENG = "449900", "449921", "449902"


def figures(found):
    """Groups by kind and place with their figures, as plain values."""
    return {row.key: [figure.value for figure in row.figures] for row in found.rows}


def reader(sign_in_at, **reach):
    sign_in_at(**reach)
    return users().get(username="sun")


class TestMaking:
    def test_monthly_statistics_by_scheme_county_and_town(self, make, sign_in_at):
        """按月统计待遇发放 人数·金额·均值。"""
        make(PAID, 202501)
        user = reader(sign_in_at)
        assert figures(shown(report_by_name(PAID), user, 202501)) == {
            (ALL, ALL, ALL): [2, 2, Decimal("2861.35"), None, Decimal("1430.68")],  # 1430.675
            (YUANCHENG, ALL, ALL): [1, 1, Decimal("261.35"), None, Decimal("261.35")],
            (ZIJIN, ALL, ALL): [1, 1, Decimal("2600.00"), None, Decimal("2600.00")],
            (ALL, ALL, "110"): [1, 1, Decimal("2600.00"), None, Decimal("2600.00")],
            (ZIJIN, ALL, "110"): [1, 1, Decimal("2600.00"), None, Decimal("2600.00")],
            (ALL, ALL, "170"): [1, 1, Decimal("261.35"), None, Decimal("261.35")],
            (YUANCHENG, ALL, "170"): [1, 1, Decimal("261.35"), None, Decimal("261.35")],
        }

    def test_an_edition_says_where_it_is_from(self, make, town):
        (edition,) = make(PAID, 202501)
        assert (edition.number, edition.snapshot, edition.business_date) == (1, town.second, date(2025, 4, 1))
        assert edition.is_complete
        assert edition.digest.startswith("sm3:")
        assert [event.object_key for event in events(EventFilter(action="reports.make"))] == [PAID]

    def test_what_stood_at_the_months_end_is_read_from_its_last_day(self, make, town, sign_in_at):
        (edition,) = make("participants", 202503)
        assert (edition.snapshot, edition.business_date) == (town.first, date(2025, 3, 31))
        found = figures(shown(report_by_name("participants"), reader(sign_in_at), 202503))
        assert found[ALL, ALL, ALL, ALL] == [3]
        assert found[ALL, ALL, "110", ALL] == [2]
        assert found[YUANCHENG, ALL, "110", "1"] == [1]
        assert found[ZIJIN, ALL, "110", "3"] == [1]

    def test_a_month_that_was_not_measured_is_none(self, make):
        with pytest.raises(HuiliuError) as before:
            make(PAID, 202411)  # the library's first payment is of December
        assert before.value.code == "STAND-003"
        with pytest.raises(HuiliuError) as unpublished:
            make("participants", 202502)
        assert unpublished.value.code == "STAND-002"
        with pytest.raises(HuiliuError) as later:
            make(PAID, 202505)
        assert later.value.code == "STAND-002"
        assert not ReportEdition.objects.exists()

    def test_the_month_that_goes_on_is_marked_and_made_anew_when_it_is_whole(self, make):
        (edition,) = make(PAID, 202504)
        assert not edition.is_complete

    def test_a_month_without_rows_is_measured(self, make, sign_in_at):
        make(PAID, 202502)
        found = shown(report_by_name(PAID), reader(sign_in_at), 202502)
        assert found.rows == []


class TestDue:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        """Three reports and five months: the others are counted in tests/topics."""
        from huiliu.apps.reports import selectors
        from huiliu.apps.reports.services import making

        reports = [report_by_name(name) for name in (PAID, "participants", "arrears")]
        monkeypatch.setattr(selectors, "reports", lambda: reports)
        monkeypatch.setattr(making, "MONTHS", 5)

    def test_every_whole_month_is_made_once(self, office):
        made = reports_make_due()
        held = {(e.report, e.month) for e in ReportEdition.objects.all()}
        assert {month for report, month in held if report == PAID} == {202412, 202501, 202502, 202503}
        assert {month for report, month in held if report == "participants"} == {202503}
        assert made == len(held)
        assert reports_make_due() == 0
        assert ReportCheck.objects.count() == made

    @pytest.mark.slow
    def test_a_corrected_month_makes_a_new_edition_and_the_older_stays(self, office, town, monkeypatch):
        """The second night took a payment back: counted before it, February has 2,600.00 more."""
        from huiliu.apps.datahub.selectors.library import look
        from huiliu.apps.reports.services import making

        report = report_by_name(PAID)
        with monkeypatch.context() as early:
            early.setattr(making, "look", lambda day=None: look(date(2025, 3, 31)))
            (first,) = making.report_make(report=report, month=202502)
        assert first.business_date == date(2025, 3, 31)
        before = ReportPart.objects.get(edition=first).rows
        reports_make_due()  # that month was counted since March ended, from data that still stand: it is not due
        assert ReportEdition.objects.filter(report=PAID, month=202502).count() == 1
        (second,) = making.report_make(report=report, month=202502)
        assert second.number == 2
        assert ReportPart.objects.get(edition=first).rows == before
        assert not ReportPart.objects.filter(edition=second).exists()

    @pytest.mark.slow
    def test_data_that_were_taken_back_are_due(self, office):
        reports_make_due()
        ReportCheck.objects.filter(report=PAID, month=202501).update(snapshot=999)
        assert reports_make_due() == 0  # counted again, it says the same
        assert ReportCheck.objects.get(report=PAID, month=202501).snapshot == office.second

    @pytest.mark.slow
    def test_the_worker_makes_them(self, office):
        from huiliu.apps.reports.jobs import hourly

        assert hourly() == 6  # of pensions four months, of what stood at the end of March two reports
        assert hourly() == 0

    def test_one_that_fails_stops_no_other(self, office, monkeypatch):
        from huiliu.apps.reports.services import making

        counted = making.counted

        def broken(report, *rest):
            if report.name == "arrears":
                raise HuiliuError(code="STAND-004", message="x", hint="y")
            return counted(report, *rest)

        monkeypatch.setattr(making, "counted", broken)
        assert reports_make_due() == 5
        assert not ReportEdition.objects.filter(report="arrears").exists()


class TestReach:
    def test_a_county_reads_exactly_its_own_rows(self, make, sign_in_at):
        """And its whole is that of the county, not of the city."""
        make(PAID, 202501)
        found = figures(shown(report_by_name(PAID), reader(sign_in_at, division=ZIJIN), 202501))
        assert found == {
            (ALL, ALL, ALL): [1, 1, Decimal("2600.00"), None, Decimal("2600.00")],
            (ZIJIN, ALL, ALL): [1, 1, Decimal("2600.00"), None, Decimal("2600.00")],
            (ALL, ALL, "110"): [1, 1, Decimal("2600.00"), None, Decimal("2600.00")],
            (ZIJIN, ALL, "110"): [1, 1, Decimal("2600.00"), None, Decimal("2600.00")],
        }

    def test_a_grant_for_schemes_has_editions_of_its_own(self, make, sign_in_at):
        user = reader(sign_in_at, schemes=["170"])
        assert spans_wanted() == ["", "170"]
        make(PAID, 202501)
        found = figures(shown(report_by_name(PAID), user, 202501))
        assert found[ALL, ALL, ALL] == [1, 1, Decimal("261.35"), None, Decimal("261.35")]
        assert {key[2] for key in found} == {ALL, "170"}

    def test_without_an_edition_of_ones_span_there_is_none_to_read(self, make, sign_in_at):
        make(PAID, 202501)
        assert shown(report_by_name(PAID), reader(sign_in_at, schemes=["110"]), 202501) is None

    def test_two_grants_are_read_each_in_its_own_divisions(self, make, office, sign_in_at):
        """Of the city two schemes, of 紫金 everything: 紫金 stands in both countings and is read once."""
        from huiliu.apps.accounts.services import NewGrant, grant_add
        from huiliu.apps.audit.services import SYSTEM

        user = reader(sign_in_at, division=ZIJIN)
        city = NewGrant("clerk", None, frozenset({"110", "170"}), "L2")
        grant_add(user=user, wanted=city, basis="installation", actor=SYSTEM)
        user = users().get(username="sun")
        assert spans_wanted() == ["", "110+170"]
        make(PAID, 202501)
        found = figures(shown(report_by_name(PAID), user, 202501))
        assert found[ALL, ALL, ALL][:3] == [2, 2, Decimal("2861.35")]
        assert found[ZIJIN, ALL, "110"][2] == Decimal("2600.00")
        assert found[YUANCHENG, ALL, "170"][2] == Decimal("261.35")

    def test_grants_as_spans(self):
        def scope(division="", *schemes):
            return Scope(division, frozenset(schemes), "L2")

        assert reach_of([]) == Reach(None, {})
        assert reach_of([scope()]) == Reach("", {})
        assert reach_of([scope(ZIJIN)]) == Reach(None, {ZIJIN: ""})
        assert reach_of([scope("", "170", "110")]) == Reach("110+170", {})
        # the city's 110, and all of 紫金: there the wider grant holds
        assert reach_of([scope("", "110"), scope(ZIJIN)]) == Reach("110", {ZIJIN: ""})
        # two grants of one division are counted as two, not as one for both schemes
        assert reach_of([scope(ZIJIN, "170"), scope(ZIJIN, "110")]) == Reach(None, {ZIJIN: "110;170"})
        assert grants_of("110;170+210") == (Grant("", frozenset({"110"})), Grant("", frozenset({"170", "210"})))
        assert grants_of("") == (Grant(),)


@pytest.mark.both_dbs
class TestKept:
    def kept(self):
        edition = ReportEdition.objects.create(
            report=PAID, month=202501, number=1, definition="sm3:1", shape={}, snapshot=1, level="A",
            business_date=date(2025, 2, 1), is_complete=True, rows=1, digest="sm3:2",
            made_at="2025-02-01T08:00:00+08:00",
        )  # fmt: skip
        return edition, ReportPart.objects.create(edition=edition, division=ZIJIN, rows=[[0, [], ["1"], 1]], digest="x")

    def test_neither_edition_nor_rows_are_changed_or_deleted(self, db):
        edition, part = self.kept()
        for row, values in ((edition, {"digest": "sm3:3"}), (part, {"rows": []})):
            model = type(row)
            with pytest.raises(DatabaseError, match="STAND-007"), transaction.atomic():
                model.objects.filter(pk=row.pk).update(**values)
            with pytest.raises(DatabaseError, match="STAND-007"), transaction.atomic():
                model.objects.filter(pk=row.pk)._raw_delete(DEFAULT_DB_ALIAS)
        assert ReportPart.objects.get().rows == [[0, [], ["1"], 1]]


def test_rows_that_were_changed_behind_the_programs_back_are_not_shown(make, sign_in_at):
    from django.db import connection

    from support.triggers import without_triggers

    make(PAID, 202501)
    with without_triggers(connection):
        ReportPart.objects.filter(division=ZIJIN).update(rows=[[0, [None, None], [9, 9, "9.00", None], 9]])
    with pytest.raises(HuiliuError) as damaged:
        shown(report_by_name(PAID), reader(sign_in_at), 202501)
    assert damaged.value.code == "STAND-005"


class TestPages:
    @pytest.fixture
    def made(self, make):
        for month in (202412, 202501):
            make(PAID, month)

    def test_a_month_beside_last_months(self, made, sign_in):
        page = sign_in("clerk").get(f"/reports/{PAID}/?month=202501").content.decode()
        assert "2,861.35" in page
        assert "+261.35" in page
        assert "+10.05%" in page  # 261.35 of 2,600.00
        assert "数据截至" in page
        assert "第 1 版" in page
        assert [event.object_key for event in events(EventFilter(action="reports.view"))] == [PAID]

    def test_amounts_in_ten_thousand_yuan(self, made, sign_in):
        page = sign_in("clerk").get(f"/reports/{PAID}/?month=202501&unit=wan").content.decode()
        assert "0.29" in page  # 2,861.35
        assert "+0.03" in page  # 261.35
        assert "1,430.68" in page  # an average stays in yuan
        assert "2,861.35" not in page

    def test_where_there_is_no_earlier_month_it_says_so(self, made, sign_in):
        page = sign_in("clerk").get(f"/reports/{PAID}/?month=202412&against=both").content.decode()
        assert "2,600.00" in page
        assert "—" in page
        assert "+2,600.00" not in page  # a month that was not measured is none, not nothing

    def test_the_list_tells_what_is_made(self, made, sign_in):
        page = sign_in("leader").get("/reports/").content.decode()
        assert "养老待遇发放" in page
        assert "2025-01" in page
        assert "尚未生成" in page
        assert "待生成 2025-03" in page

    def test_who_may_not_list_sees_no_small_group(self, made, sign_in):
        page = sign_in("leader").get(f"/reports/{PAID}/?month=202501").content.decode()
        assert "不显示" in page
        for figure in ("2,861.35", "2,600.00", "261.35", "10.05"):
            assert figure not in page
        assert "qr-drill" not in page

    def test_a_figure_that_is_shown_leads_nobody_to_a_list_who_may_not_see_it(self, make, sign_in):
        make("participants", 202503)
        page = sign_in("leader").get("/reports/participants/?month=202503").content.decode()
        assert '<td class="hl-right">3</td>' in page  # three are insured; of what schemes is not shown
        assert "qr-drill" not in page

    def test_from_a_figure_to_its_list(self, made, sign_in):
        client = sign_in("clerk")
        page = client.get(f"/reports/{PAID}/?month=202501").content.decode()
        unescaped = page.replace("&quot;", '"')
        query = unescaped.split('name="query" value="')[1].split('"><')[0]
        drill = '{"person_division": "449921", "insurance_type": "110"}'
        assert f'value="{drill}"' in unescaped
        answer = client.post(
            "/query/topics/benefit_payment/", {"query": query, "drill": drill, "as_of": "2025-04-01"}
        ).content.decode()
        assert "共 1 行，1 人" in answer
        assert "李*" in answer

    def test_a_county_sees_itself(self, made, sign_in_at):
        page = sign_in_at(division=ZIJIN).get(f"/reports/{PAID}/?month=202501&detail=town").content.decode()
        assert "2,600.00" in page
        assert "2,861.35" not in page
        assert "源城区" not in page

    def test_making_it_now(self, office, sign_in):
        client = sign_in("clerk")
        answer = client.post(f"/reports/{PAID}/make/", {"month": "202501"})
        assert answer.status_code == 302
        assert "等候执行" in client.get(answer["Location"]).content.decode()
        client.post(f"/reports/{PAID}/make/", {"month": "202501"})
        assert jobs_run() == 1
        assert "2,861.35" in client.get(answer["Location"]).content.decode()

    def test_a_month_that_cannot_be_made_says_why(self, office, sign_in):
        client = sign_in("clerk")
        answer = client.post(f"/reports/{PAID}/make/", {"month": "202401"})
        jobs_run()
        assert "回流库中没有 2024-01 及以前的记录" in client.get(answer["Location"]).content.decode()

    def test_editions_and_what_one_changed(self, made, make, office, sign_in, monkeypatch):
        from huiliu.apps.datahub.selectors.library import look
        from huiliu.apps.reports.services import making

        with monkeypatch.context() as early:
            early.setattr(making, "look", lambda day=None: look(date(2025, 3, 31)))
            make(PAID, 202502)
        make(PAID, 202502)
        client = sign_in("clerk")
        page = client.get(f"/reports/{PAID}/editions/?month=202502").content.decode()
        assert "-2,600.00" in page
        assert "-100.00%" in page
        old = client.get(f"/reports/{PAID}/?month=202502&edition=1").content.decode()
        assert "这不是最新一版" in old
        assert "2,600.00" in old
        assert client.get(f"/reports/{PAID}/editions/?month=202411").status_code == 404

    def test_nobody_may_try_figures_that_are_hidden_from_them_against_the_digest_of_all(self, made, sign_in, client):
        """Of one person there are few figures to try: an unkeyed digest of all rows would confirm the right one."""
        digest = ReportEdition.objects.get(month=202501).digest[:20]
        page = f"/reports/{PAID}/editions/?month=202501"
        assert digest in sign_in("clerk").get(page).content.decode()
        assert digest not in sign_in("leader").get(page).content.decode()

    def test_nor_a_county_those_of_its_neighbours(self, made, sign_in_at):
        page = sign_in_at(division=ZIJIN).get(f"/reports/{PAID}/editions/?month=202501").content.decode()
        assert ReportEdition.objects.get(month=202501).digest[:20] not in page

    def test_pages_cost_a_fixed_number_of_queries(self, made, sign_in, django_assert_num_queries):
        client = sign_in("clerk")
        client.get("/reports/")
        with django_assert_num_queries(7):  # session, user, its row, grants, newest months, their editions, purpose
            client.get("/reports/")
        with django_assert_num_queries(20):  # of each month that is there its edition and its parts, and the audit row
            client.get(f"/reports/{PAID}/?month=202501&detail=town&against=both")

    def test_what_is_no_month_and_no_report(self, made, sign_in):
        client = sign_in("clerk")
        assert client.get("/reports/nothing/").status_code == 404
        assert client.get(f"/reports/{PAID}/?month=x&edition=y&against=z&detail=w").status_code == 200
        for month in ("x", "202512", "999912"):  # none, not yet, never
            assert client.post(f"/reports/{PAID}/make/", {"month": month}).status_code == 404

    def test_before_the_first_night(self, empty_home, sign_in):
        assert "尚未生成" in sign_in("clerk").get("/reports/").content.decode()
        assert "还没有已发布的数据" in sign_in("leader").get(f"/reports/{PAID}/").content.decode()
