"""Nights in the database repeat the lake: once each, rebuilt at will, in step after anything that happened unseen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.datahub.models import Night, NightCheck
from huiliu.apps.datahub.selectors import lake_agreement, nights
from huiliu.apps.datahub.selectors.nights import night_page, state_of_library
from huiliu.apps.datahub.services import nights_project, nights_refresh
from huiliu.apps.datahub.services.nights import night_key

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs]


def content():
    names = [f.name for f in Night._meta.fields if f.name != "id"]
    checks = list(NightCheck.objects.order_by("night__key", "position").values_list("night__key", "position", "code"))
    return sorted(map(str, Night.objects.values_list(*names))), checks


def rows_in_audit():
    return list(events(EventFilter(action="datahub.night_project")).values_list("object_key", flat=True))


def test_each_night_is_projected_once_with_one_audit_row(town):
    history = town.library.history()
    assert nights_project(records=history) == 3
    assert nights_project(records=history) == 0
    assert sorted(rows_in_audit()) == sorted(Night.objects.values_list("key", flat=True))
    assert Night.objects.filter(outcome="published", level="C").count() == 2


def test_a_dropped_projection_comes_back_equal_and_adds_nothing_to_the_audit(town):
    nights_project(records=town.library.history())
    before, audit = content(), rows_in_audit()
    Night.objects.all().delete()
    nights_project(records=town.library.history())
    assert content() == before
    assert rows_in_audit() == audit


def test_a_commit_of_a_catalogue_given_up_gives_way_to_the_one_that_has_its_number(town):
    """An older backup of the catalogue counts on from where it stood, so that numbers are given twice."""
    history = town.library.history()
    nights_project(records=history)
    newest = max((night for night in history if night.snapshot), key=lambda night: night.snapshot)
    other = replace(newest, digest="sm3:" + "1" * 64, run_at=newest.run_at + timedelta(days=1))
    nights_project(records=[*(night for night in history if night is not newest), other])
    assert Night.objects.get(snapshot=newest.snapshot).digest == other.digest


def test_two_folders_with_the_same_broken_manifest_are_two_nights(town):
    refused = [night for night in town.library.history() if night.outcome == "refused"]
    copied = replace(refused[0], batch="449900_20991231")
    assert nights_project(records=[*refused, copied]) == len(refused) + 1


def test_row_and_audit_land_together_or_not_at_all(town, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.datahub.services.nights.record", broken)
    with pytest.raises(RuntimeError):
        nights_project(records=town.library.history())
    assert not Night.objects.exists()


def test_a_refused_night_says_which_table_first(town):
    nights_project(records=town.library.history())
    refused = Night.objects.get(outcome="refused")
    first = refused.checks.first()
    assert (first.verdict, first.table) == ("fail", "person")
    assert refused.level == ""
    verdicts = list(refused.checks.values_list("verdict", flat=True))
    assert verdicts == sorted(verdicts, key=["fail", "warn", "none", "pass"].index)


def test_checks_are_shown_differing_first_then_what_was_not_compared_in_one_line(town, control):
    nights_project(records=town.library.history())
    refused = Night.objects.get(outcome="refused")
    found = night_page(refused.key, None)
    assert {part: {row["verdict"] for row in rows} for part, rows in found.parts.items()} == {
        "differing": {"fail", "warn"}, "not_compared": {"none"}, "agreed": {"pass"},
    }  # fmt: skip
    assert sum(map(len, found.parts.values())) == refused.checks.count()
    page = control.get(f"/datahub/nights/{refused.key}/").content.decode()
    number = len(found.parts["not_compared"])
    assert f"<summary>未比较 {number} 项" in page
    assert page.index("hl-row-fail") < page.index("<details") < page.index("hl-row-none") < page.index("</details>")
    assert page.index("</details>") < page.index("hl-row-pass")


def test_rows_in_quarantine_are_told_also_where_the_library_is_late_or_a_batch_refused(town):
    nights_project(records=town.library.history())
    night = Night.objects.get(snapshot=town.second)
    tables = [{**record, "quarantined": 1200 * (n == 0)} for n, record in enumerate(night.tables)]
    Night.objects.filter(pk=night.pk).update(tables=tables)
    pointer = town.library.pointer()
    refused = state_of_library(pointer, date(2025, 4, 2))
    assert (refused.tone, refused.word) == ("fail", "已拒收")
    assert "另有 1,200 行在隔离区" in refused.detail
    Night.objects.filter(outcome="refused").delete()
    late = state_of_library(pointer, date(2025, 4, 9))
    assert (late.tone, late.word) == ("warn", "未更新")
    assert "另有 1,200 行在隔离区" in late.detail
    assert "inbox" in late.advice


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "2025-03-31 已发布"),
        ({"standing": "withdrawn"}, "2025-03-31 已撤回"),
        ({"standing": "superseded"}, "2025-03-31 已被更正"),
        ({"standing": "act", "kind": "restore"}, "2025-03-31 回退"),
    ],
)
def test_neighbours_say_what_became_of_them(town, control, changed, said):
    nights_project(records=town.library.history())
    if changed:
        Night.objects.filter(snapshot=town.first).update(**changed)
    page = control.get(f"/datahub/nights/{Night.objects.get(snapshot=town.second).key}/").content.decode()
    assert f"← {said}</a>" in page


def test_a_batch_tried_again_with_another_result_replaces_its_row(town):
    *_, refused = town.library.history()
    nights_project(records=[refused])
    again = replace(refused, run_at=refused.run_at + timedelta(hours=1), checks=refused.failures[:1])
    assert nights_project(records=[again]) == 1
    assert Night.objects.get().checks.count() == 1


def test_every_later_commit_of_the_same_content_has_a_row_of_its_own(town):
    """A decision on rows in quarantine carries the record of its night, a day taken again that of its batch."""
    history = town.library.history()
    newest = next(night for night in reversed(history) if night.outcome == "published")
    decision = replace(newest, kind="quarantine", snapshot=newest.snapshot + 1)
    again = replace(newest, kind="quarantine", snapshot=newest.snapshot + 2)
    assert nights_project(records=[*history, decision, again]) == 5
    assert nights_project(records=[*history, decision, again]) == 0
    kinds = Night.objects.filter(digest=newest.digest).order_by("snapshot").values_list("kind", flat=True)
    assert list(kinds) == ["night", "quarantine", "quarantine"]
    assert Night.objects.filter(key=night_key(newest)).get().snapshot == town.second


def test_what_became_of_a_night_is_brought_up_to_date_without_an_audit_row(town):
    history = town.library.history()
    nights_project(records=history)
    audit = rows_in_audit()
    Night.objects.filter(snapshot=town.first).update(standing="withdrawn")
    nights_project(records=history)
    assert Night.objects.get(snapshot=town.first).standing == "effective"
    assert Night.objects.get(outcome="refused").standing == ""
    assert rows_in_audit() == audit


def test_passing_states_are_no_history(town):
    unchanged = [replace(night, outcome="unchanged") for night in town.library.history()]
    assert nights_project(records=unchanged) == 0


@pytest.mark.slow
def test_a_page_finds_a_night_that_ended_unseen(town, django_assert_num_queries):
    assert lake_agreement()["一致"] is False
    pointer = nights_refresh()
    assert Night.objects.count() == 3
    assert lake_agreement()["一致"] is True
    with django_assert_num_queries(1):
        assert nights_refresh() == pointer


@pytest.mark.slow
def test_agreement_notices_a_row_without_audit_and_a_missing_row(town):
    nights_refresh()
    Night.objects.filter(snapshot=town.first).delete()
    assert lake_agreement()["一致"] is False


def test_the_night_in_use_is_the_pointers(town):
    pointer = nights_refresh()
    served = [line.night.snapshot for line in nights.night_lines(nights.nights(), pointer) if line.served]
    assert served == [town.second]


@pytest.mark.parametrize(
    ("today", "drop_refused", "tone", "word"),
    [
        (date(2025, 4, 2), False, "fail", "已拒收"),
        (date(2025, 4, 2), True, "warn", "仅自身一致（C 级）"),
        (date(2025, 4, 9), True, "warn", "未更新"),
    ],
)
def test_the_workbench_line_says_the_worst_first(town, today, drop_refused, tone, word):
    pointer = nights_refresh()
    if drop_refused:
        Night.objects.filter(outcome="refused").delete()
    line = nights.state_of_library(pointer, today)
    assert (line.tone, line.word) == (tone, word)
    assert line.advice


def test_before_the_first_night_the_line_says_what_to_do(empty_home):
    line = nights.state_of_library(nights_refresh(), date(2025, 4, 2))
    assert (line.tone, line.word) == ("none", "尚无数据")
    assert "inbox" in line.advice


def test_the_database_refuses_a_published_night_without_proof(town):
    nights_refresh()
    with pytest.raises(IntegrityError), transaction.atomic():
        Night.objects.filter(outcome="published").update(level="")
    with pytest.raises(IntegrityError), transaction.atomic():
        Night.objects.filter(outcome="refused").update(outcome="lost")
