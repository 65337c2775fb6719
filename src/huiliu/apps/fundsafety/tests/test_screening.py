"""From a rule to clues: once a version and snapshot, nothing deleted, every row behind it recognisable."""

import json
import re

import pytest
from django.db import IntegrityError, transaction

from huiliu.apps.accounts.selectors import Scope
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import Actor
from huiliu.apps.datahub.services import nights_refresh
from huiliu.apps.datahub.tests.town import LI, LI_ID
from huiliu.apps.fundsafety.models import Clue, ClueItem, Screening
from huiliu.apps.fundsafety.rows import is_unchanged, row_digester
from huiliu.apps.fundsafety.selectors import ClueFilter, open_totals, stale_rules
from huiliu.apps.fundsafety.services import clue_list, clue_view, screening_run
from huiliu.catalog.rules.pension.paid_after_death import paid_after_death
from huiliu.kernel.errors import HuiliuError
from huiliu.rules.screening import Screening as Found

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
CHEN = Actor("chen", "control", "10.0.0.7")
WHOLE = (Scope("", frozenset(), "L2"),)


def screen(town, version=None):
    nights_refresh()
    with town.library.open(version) as snapshot:
        return screening_run(rule=paid_after_death, snapshot=snapshot)


def blind(rule, _snapshot, day):
    """The rule, made blind: what it found before must then vanish."""
    return Found(rule, day, rule.parameters.at(day), ())


def test_months_after_the_death_become_one_clue(town):
    row = screen(town, town.first)
    clue = Clue.objects.get()
    assert (clue.subject, clue.status, clue.months, clue.amount_fen) == (LI, "open", 2, 520000)
    assert list(clue.items.values_list("month", "amount_fen")) == [(202501, 260000), (202502, 260000)]
    assert (row.found, row.amount_fen, str(row.business_date), row.level) == (1, 520000, "2025-03-31", "C")
    assert row.batch == "449900_20250331"


def test_evidence_names_rows_by_table_key_and_digest_only(town):
    screen(town)
    [item] = ClueItem.objects.all()
    assert [entry["table"] for entry in item.evidence] == ["benefit_payment", "death_record"]
    assert item.evidence[0]["key"] == {"person_no": LI, "payment_no": "L202501"}
    assert all(re.fullmatch("hmac-sm3:0001:[0-9a-f]{64}", entry["digest"]) for entry in item.evidence)
    told = json.dumps([list(ClueItem.objects.values()), list(Clue.objects.values())], ensure_ascii=False, default=str)
    assert "李" not in told
    assert LI_ID not in told


def test_the_same_version_and_snapshot_again_changes_nothing(town):
    first, second = screen(town), screen(town)
    assert first == second
    assert Screening.objects.count() == Clue.objects.count() == 1
    assert events(EventFilter(action="fundsafety.screening_run")).count() == 1


@pytest.mark.slow
def test_a_month_taken_back_leaves_the_clue_and_stays_as_vanished(town):
    screen(town, town.first)
    screen(town)
    clue = Clue.objects.get()
    assert (clue.months, clue.amount_fen, clue.status) == (1, 260000, "open")
    assert (clue.first_seen.snapshot, clue.last_seen.snapshot) == (town.first, town.second)
    assert list(clue.items.values_list("month", "present")) == [(202501, True), (202502, False)]


@pytest.mark.slow
def test_a_clue_vanishes_comes_back_and_is_never_deleted(town, monkeypatch):
    screen(town, town.first)
    with monkeypatch.context() as patch:
        patch.setattr("huiliu.apps.fundsafety.services.screen", blind)
        row = screen(town)
    clue = Clue.objects.get()
    assert (clue.status, clue.vanished_in, clue.amount_fen) == ("vanished", row, 520000)
    assert not clue.items.filter(present=True).exists()
    assert open_totals(WHOLE).clues == 0
    Screening.objects.filter(pk=row.pk).update(rule_digest="sm3:older")
    screen(town)
    clue.refresh_from_db()
    assert (clue.status, clue.vanished_in, clue.months) == ("open", None, 1)


def test_an_older_snapshot_never_overwrites_newer_clues(town):
    screen(town)
    with pytest.raises(HuiliuError) as caught:
        screen(town, town.first)
    assert caught.value.code == "FUND-001"
    assert Clue.objects.get().months == 1


@pytest.mark.slow
def test_a_rule_that_read_an_older_snapshot_says_so(town):
    screen(town, town.first)
    assert [row.rule_code for row in stale_rules(town.library.pointer())] == ["FS-PEN-001"]
    assert clue_view(actor=CHEN, scopes=WHOLE, key=Clue.objects.get().key).older
    screen(town)
    assert stale_rules(town.library.pointer()) == []
    assert clue_view(actor=CHEN, scopes=WHOLE, key=Clue.objects.get().key).older is False


def test_screening_and_audit_land_together_or_not_at_all(town, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.fundsafety.services.record", broken)
    with pytest.raises(RuntimeError):
        screen(town)
    assert not Clue.objects.exists()
    assert not Screening.objects.exists()


def test_evidence_is_compared_with_what_the_library_holds_now(town):
    screen(town, town.first)
    payments, deaths = clue_view(actor=CHEN, scopes=WHOLE, key=Clue.objects.get().key).evidence
    compared = {row["compared"].value for row in payments.table.rows}
    assert compared == {"一致", "已不在库中"}
    assert [row["compared"].value for row in deaths.table.rows] == ["一致"]
    entry = ClueItem.objects.first()
    entry.evidence[0]["digest"] = "hmac-sm3:0001:" + "0" * 64
    entry.save()
    payments, _ = clue_view(actor=CHEN, scopes=WHOLE, key=Clue.objects.get().key).evidence
    assert "已变化" in {row["compared"].value for row in payments.table.rows}


def test_the_list_is_recorded_before_names_are_read(town, monkeypatch):
    screen(town)

    def stop(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr("huiliu.apps.fundsafety.services.clue_names", stop)
    with pytest.raises(KeyboardInterrupt):
        clue_list(actor=CHEN, scopes=WHOLE, wanted=ClueFilter())
    assert events(EventFilter(action="fundsafety.clue_list")).count() == 1


def test_the_database_refuses_a_second_clue_of_rule_and_person(town):
    screen(town)
    clue = Clue.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Clue.objects.create(
            key="x",
            rule_code=clue.rule_code,
            subject=LI,
            months=1,
            first_seen=clue.first_seen,
            last_seen=clue.last_seen,
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Clue.objects.update(status="vanished")


def test_a_digest_gives_no_guesser_the_value_behind_it(settings, tmp_path):
    """Who knows a row but for its ID number can try all numbers: without the key that must lead nowhere."""
    row = {"person_no": LI, "id_number": LI_ID}
    kept = row_digester()(row)
    assert is_unchanged(row, kept)
    assert not is_unchanged({**row, "id_number": LI_ID[:-1] + "0"}, kept)
    assert not is_unchanged(row, "sm3:" + "0" * 64)
    settings.HUILIU_KEYS = type(settings.HUILIU_KEYS)(tmp_path)
    assert row_digester()(row) != kept
