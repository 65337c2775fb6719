"""Targets from the first draft to being in force and frozen: who may do what when, in the service and the database."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.performance.models import TargetRow, TargetSet, TargetUse, TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.services import (
    NewVersion,
    Words,
    row_put,
    row_remove,
    use_put,
    use_remove,
    version_describe,
    version_draft,
)
from huiliu.apps.performance.tests.form import FINANCE, ROWS, USE, begun, by, clock, filled, signed, submitted, written
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.targets import MoneyUse
from huiliu.scoring.targets import TargetRow as Row

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]
D = Decimal


def refused(code):
    return pytest.raises(HuiliuError, match=code)


def blocked(code):
    return pytest.raises(IntegrityError, match=code)


def statuses():
    return list(TargetVersion.objects.order_by("number").values_list("number", "stage", "status"))


@pytest.fixture
def in_force(people):
    """The first version, signed by both."""
    version = submitted(filled(begun()), people)
    return signed(version, people, "he", "ling")


def test_a_form_goes_in_and_comes_out_as_it_was(people):
    version = written(begun())
    assert selectors.rows_of(version) == ROWS
    assert selectors.uses_of(version) == (USE,)
    assert selectors.rows_of(filled(begun(year=2026))) == ROWS
    assert selectors.findings_of(version) == ()
    book = selectors.book_of(version)
    texts = [book[name].text() for name in ("weight.total", "weight.level.1", "use.total")]
    assert texts == ["90.00", "50.00", "100,000.00"]


def test_two_signatures_put_a_version_in_force(in_force, people):
    assert statuses() == [(1, "first", "approved")]
    assert str(in_force.approved_on) == "2025-03-03"
    assert selectors.version_in_force("xxh", 2025) == in_force
    (event,) = events(EventFilter(action="performance.target_approve"))
    assert (event.actor, event.object_key) == ("ling", "xxh/2025/1")


def test_the_reply_takes_the_place_of_the_first_submission(in_force, people, settings):
    settings.HUILIU_CLOCK = clock(2025, 4, 1)
    reply = begun("reply", is_copy=True)
    assert selectors.rows_of(reply) == ROWS
    with refused("TARGET-007"):
        submitted(reply, people)
    version_describe(number=reply.pk, words=Words("稳定", "甲财〔2025〕9号", clock(2025, 3, 20).now().date()),
                     **by())  # fmt: skip
    row_put(number=reply.pk, row=replace(ROWS[2], value=D(78800)), **by())
    signed(submitted(reply, people), people, "he", "ling")
    assert statuses() == [(1, "first", "superseded"), (2, "reply", "approved")]
    assert selectors.version_in_force("xxh", 2025, clock(2025, 3, 31).now().date()) == in_force
    assert selectors.version_in_force("xxh", 2025) == reply
    changed = {one.code: one.fields for one in selectors.compared(selectors.rows_of(in_force),
                                                                  selectors.rows_of(reply))}  # fmt: skip
    assert changed == {code: frozenset() for code in ("01", "02", "04", "05")} | {"03": {"value"}}


def test_errors_stop_and_warnings_ask_for_a_reason(people):
    version = filled(begun(), (*ROWS[:4], replace(ROWS[4], unit="", basis="")))
    with refused("TARGET-005") as stopped:
        submitted(version, people)
    assert stopped.value.facts["codes"] == ["TG-B02"]
    row_put(number=version.pk, row=replace(ROWS[4], basis=""), **by())
    with refused("TARGET-006") as asked:
        submitted(version, people)
    assert asked.value.facts["codes"] == ["TG-C01"]
    done = submitted(version, people, **{"TG-C01": " 首次设定，没有依据 ", "TG-A01": "多余"})
    assert done.reasons == {"TG-C01": "首次设定，没有依据"}
    assert {event.outcome for event in events(EventFilter(action="performance.target_submit"))} == {"refused", "ok"}


def test_only_finance_submits(people):
    from huiliu.apps.performance.services import Submission, version_submit

    version = filled(begun())
    with refused("TARGET-010"):
        version_submit(number=version.pk, submission=Submission("x"), applicant=people["wang"], actor=Actor("wang"))


CHANGES = [
    lambda pk: row_put(number=pk, row=ROWS[0], **by()),
    lambda pk: row_remove(number=pk, code="01", **by()),
    lambda pk: use_put(number=pk, use=USE, **by()),
    lambda pk: use_remove(number=pk, code="ops", **by()),
    lambda pk: version_describe(number=pk, words=Words("x"), **by()),
]


def all_refused(code, version):
    for change in CHANGES:
        with refused(code):
            change(version.pk)


def test_what_is_being_signed_or_in_force_does_not_change(people):
    version = submitted(filled(begun()), people)
    all_refused("TARGET-003", version)
    signed(version, people, "he", "ling")
    all_refused("TARGET-003", version)
    assert selectors.rows_of(version) == ROWS


def test_nothing_changes_once_the_year_is_over(people, settings):
    version = filled(begun())
    settings.HUILIU_CLOCK = clock(2025, 12, 31)
    row_put(number=version.pk, row=ROWS[0], **by())
    settings.HUILIU_CLOCK = clock(2026, 1, 1)
    all_refused("TARGET-002", version)
    with refused("TARGET-002"):
        submitted(version, people)
    with refused("TARGET-002"):
        begun(year=2025)


def test_a_version_that_waits_over_new_year_is_never_in_force(people, settings):
    version = submitted(filled(begun()), people)
    signed(version, people, "he")
    settings.HUILIU_CLOCK = clock(2026, 1, 1)
    with refused("TARGET-002"):
        signed(version, people, "ling")
    assert statuses() == [(1, "first", "asked")]


def test_a_returned_version_is_mended_and_asked_for_again_in_a_new_round(people):
    version = submitted(filled(begun()), people)
    signed(version, people, "he", decision="returned", comment="可用率偏低")
    row_put(number=version.pk, row=replace(ROWS[1], value=D("99.9")), **by())
    assert statuses() == [(1, "first", "draft")]
    again = submitted(version, people)
    assert (again.request_id, again.request.round) == (version.request_id, 1)
    again.request.refresh_from_db()
    assert again.request.round == 2
    assert signed(again, people, "he", "ling").status == "approved"


def test_a_rejected_version_starts_anew_with_another_request(people):
    version = submitted(filled(begun()), people)
    signed(version, people, "he", decision="rejected", comment="不合要求")
    first = version.request_id
    row_remove(number=version.pk, code="05", **by())
    row_put(number=version.pk, row=replace(ROWS[4], code=""), **by())
    assert submitted(version, people).request_id != first


def test_one_version_at_a_time_and_in_order(people):
    with refused("TARGET-013"):
        begun("adjusted")
    version = begun("reply")
    with refused("TARGET-004"):
        begun("adjusted")
    signed(submitted(filled(version), people), people, "he", "ling")
    with refused("TARGET-013"):
        begun("first")
    assert begun("adjusted").number == 2


def test_the_library_gives_rows_and_purposes_once(people):
    version = begun(categories=("operations", "wechat"))
    assert [row.code for row in selectors.rows_of(version)][7:9] == ["OPS08", "WX01"]
    assert selectors.uses_of(version) == (MoneyUse("operations", "系统运维"), MoneyUse("wechat", "微信公众号"))
    assert {one.code for one in selectors.findings_of(version) if one.severity == "error"} == {
        "TG-A04", "TG-B01", "TG-D04", "TG-D05",
    }  # fmt: skip


def test_next_year_begins_from_this_one_and_is_asked_what_changed(in_force, people):
    version = begun(year=2026, is_copy=True)
    assert selectors.rows_of(version) == ROWS
    assert selectors.findings_of(version) == ()
    use_put(number=version.pk, use=replace(USE, amount=D(50000)), **by())
    assert [(one.code, one.row) for one in selectors.findings_of(version)] == [("TG-C03", "01"), ("TG-C03", "03")]


WRONG = [
    ("TARGET-009", lambda: version_draft(wanted=NewVersion("a/b", 2025, "first", "甲", "national"), **by())),
    ("TARGET-012", lambda: version_draft(wanted=NewVersion("ab", 2025, "first", " ", "national"), **by())),
    ("CODE-002", lambda: version_draft(wanted=NewVersion("ab", 2025, "first", "甲", "none"), **by())),
    ("TARGET-001", lambda: row_put(number=0, row=ROWS[0], **by())),
    ("TARGET-012", lambda: row_put(number=begun().pk, row=replace(ROWS[0], level3=" "), **by())),
    ("TARGET-009", lambda: version_draft(wanted=NewVersion("XXH", 2025, "first", "甲", "national"), **by())),
    ("TARGET-009", lambda: row_put(number=begun().pk, row=replace(ROWS[0], code="一"), **by())),
    ("TARGET-009", lambda: row_put(number=begun().pk, row=replace(ROWS[0], purpose="OPS"), **by())),
    ("TARGET-009", lambda: use_put(number=begun().pk, use=replace(USE, code="OPS"), **by())),
    ("TARGET-008", lambda: row_put(number=begun().pk, row=replace(ROWS[0], value=D(10**12)), **by())),
    ("TARGET-008", lambda: row_put(number=begun().pk, row=replace(ROWS[0], weight=D("1e-7")), **by())),
    ("AUDIT-003", lambda: row_put(number=begun().pk, row=replace(ROWS[0], basis="13800138000"), **by())),
    ("TARGET-012", lambda: use_put(number=begun().pk, use=replace(USE, amount=D(0)), **by())),
    ("TARGET-001", lambda: row_remove(number=begun().pk, code="99", **by())),
    ("TARGET-001", lambda: use_remove(number=begun().pk, code="none", **by())),
]


@pytest.mark.parametrize(("code", "act"), WRONG)
def test_what_cannot_be_kept_is_refused(people, code, act):
    with refused(code):
        act()


def test_rows_without_a_code_are_numbered_through_the_gaps(people):
    version = begun()
    for code in ("02", "", ""):
        row_put(number=version.pk, row=replace(ROWS[0], code=code), **by())
    row_remove(number=version.pk, code="01", **by())
    row_put(number=version.pk, row=replace(ROWS[0], code=""), **by())
    assert sorted(row.code for row in selectors.rows_of(version)) == ["01", "02", "03"]


def test_the_seal_covers_every_cell(people):
    version = filled(begun())
    seal = selectors.content_digest(version, {})
    for name, value in {"value": D(13), "evidence": "照片", "paired_output": "02", "money_dependent": True}.items():
        row_put(number=version.pk, row=replace(ROWS[0], **{name: value}), **by())
        assert selectors.content_digest(version, {}) != seal, name
        row_put(number=version.pk, row=ROWS[0], **by())
    assert selectors.content_digest(version, {}) == seal
    assert selectors.content_digest(version, {"TG-C01": "x"}) != seal


def raw(change):
    """A change past the services, alone in its transaction."""
    with transaction.atomic():
        return change()


JAN = "2026-01-01"
PAST_THE_SERVICES = [
    lambda v: TargetRow.objects.filter(version=v).update(value="1"),
    lambda v: TargetRow.objects.filter(version=v).delete(),
    lambda v: TargetUse.objects.filter(version=v).update(amount_fen=1),
    lambda v: TargetUse.objects.filter(version=v).delete(),
    lambda v: TargetRow.objects.create(version=v, code="99", position=9, level3="甲",
                                                      entered_on="2025-03-03"),
    lambda v: TargetUse.objects.create(version=v, code="WX", name="公众号", entered_on="2025-03-03"),
    lambda v: TargetVersion.objects.filter(pk=v.pk).update(objective="改"),
    lambda v: TargetVersion.objects.filter(pk=v.pk).update(status="draft", approved_on=None),
    lambda v: TargetVersion.objects.filter(pk=v.pk).update(status="superseded"),
    lambda v: TargetVersion.objects.filter(pk=v.pk)._raw_delete("default"),
    lambda v: TargetSet.objects.update(profile="default"),
    lambda v: TargetSet.objects.all()._raw_delete("default"),
]  # fmt: skip


def test_the_database_keeps_what_is_in_force(in_force):
    for change in PAST_THE_SERVICES:
        with blocked("TARGET-003"):
            raw(lambda change=change: change(in_force))


def test_the_database_keeps_what_is_being_signed(people):
    version = submitted(filled(begun()), people)
    for change in PAST_THE_SERVICES[:6]:
        with blocked("TARGET-003"):
            raw(lambda change=change: change(version))
    for values in ({"status": "draft"}, {"status": "approved", "approved_on": "2025-03-03"}, {"digest": "sm3:0"}):
        with blocked("TARGET-003"):
            raw(lambda values=values: TargetVersion.objects.filter(pk=version.pk).update(**values))


def test_the_database_shuts_the_year(people):
    version = filled(begun())
    draft = TargetVersion.objects.filter(pk=version.pk)
    raw(lambda: draft.update(touched_on="2025-12-31"))
    with blocked("TARGET-002"):
        raw(lambda: draft.update(touched_on=JAN))
    with blocked("TARGET-003"):
        raw(lambda: TargetRow.objects.filter(version=version).update(entered_on=JAN, value="1"))
    with blocked("TARGET-003"):
        raw(lambda: TargetRow.objects.filter(version=version).update(value="1"))  # not of the version's day
    with blocked("TARGET-002"):
        raw(lambda: draft.update(touched_on="2025-03-03"))  # a day never goes back
    with blocked("TARGET-002"):
        raw(lambda: TargetSet.objects.create(project="B", name="乙", year=2025, profile="national", opened_on=JAN))


def test_a_line_of_a_draft_leaves_by_its_day_and_not_once_the_year_is_over(people, settings):
    version = filled(begun())
    lines = (TargetRow.objects.filter(version=version), TargetUse.objects.filter(version=version))
    for line in lines:
        with blocked("TARGET-003"):
            raw(lambda line=line: line._raw_delete("default"))  # no day written
        for day in (JAN, "2025-12-30"):
            with blocked("TARGET-003"):
                raw(lambda line=line, day=day: line.update(removed_on=day))
    row_remove(number=version.pk, code="05", **by())
    use_remove(number=version.pk, code="ops", **by())
    assert [line.count() for line in lines] == [4, 0]


def test_whoever_comes_second_with_the_first_version_is_told_of_the_first(people, monkeypatch):
    """The other person's version is written between this one's look and write, as two at once on PostgreSQL do."""
    from huiliu.apps.performance.services import targets

    looked, others = targets.profile, []

    def meanwhile(code):
        if not others:
            others.append(None)
            others.append(begun())
        return looked(code)

    monkeypatch.setattr(targets, "profile", meanwhile)
    with refused("TARGET-004") as told:
        begun()
    assert "第 1 版还没有办结" in str(told.value)


def test_the_database_takes_no_second_open_version_and_no_finished_one(people):
    version = begun()
    values = {"target_set": version.target_set, "stage": "reply", "created_at": "2025-03-03T09:00+08:00",
              "touched_on": "2025-03-03"}  # fmt: skip
    with blocked("TARGET-004"):
        raw(lambda: TargetVersion.objects.create(number=2, **values))
    other = TargetSet.objects.create(project="B", name="乙", year=2025, profile="national", opened_on="2025-03-03")
    with blocked("TARGET-004"):
        raw(lambda: TargetVersion.objects.create(number=1, **values | {"target_set": other}, status="asked"))
    with blocked("TARGET-002"):
        raw(lambda: TargetVersion.objects.create(number=1, **values | {"target_set": other, "touched_on": JAN}))
    assert TargetVersion.objects.create(number=1, **values | {"target_set": other}).pk


def test_a_row_without_numbers_keeps_none(people):
    version = begun()
    row_put(number=version.pk, row=Row("A", "产出", "质量指标", "可用率"), **by())
    (row,) = selectors.rows_of(version)
    assert (row.value, row.upper, row.weight, row.target) == (None, None, None, "")


def test_purposes_of_the_project_ledger_come_without_amounts(people):
    from huiliu.apps.funds.services import purpose_add
    from huiliu.apps.funds.services.projects import NewProject, project_open

    project = NewProject("it-upkeep", "信息化维护", "甲市社保局", "甲市人社局", "recurring", "public")
    year = project_open(wanted=project, year=2025, mode="quota", user=people["kuai"], actor=FINANCE)
    for code, label in (("library", "回流库维护"), ("wechat", "公众号运营")):
        purpose_add(project=year.project, code=code, label=label, user=people["kuai"], actor=FINANCE)
    wanted = NewVersion("it-upkeep", 2025, "first", "信息化维护", "national", categories=("wechat",), has_purposes=True)
    version = version_draft(wanted=wanted, **by())
    assert selectors.uses_of(version) == (MoneyUse("library", "回流库维护"), MoneyUse("wechat", "微信公众号"))
    assert [one.where for one in selectors.findings_of(version) if one.code == "TG-A07"] == []
    row_put(number=version.pk, row=replace(ROWS[0], level3="巡检", purpose="ops"), **by())
    assert [one.row for one in selectors.findings_of(version) if one.code == "TG-A07"] == ["01"]
    unasked = NewVersion("it-upkeep", 2026, "first", "信息化维护", "national")
    assert selectors.uses_of(version_draft(wanted=unasked, **by())) == ()
