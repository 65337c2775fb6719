"""The same month made by two workers at the same time: one edition, and nobody is told of a program error."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection

from huiliu.apps.reports.models import ReportCheck, ReportEdition
from huiliu.apps.reports.services import making

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_dbs]
PAID = "pensions_paid"


def test_two_that_have_both_counted_keep_one_edition(make, monkeypatch):
    """Each has seen that there is no edition yet when the other writes its own."""
    if connection.vendor != "postgresql":
        pytest.skip("writers of SQLite are serial")
    both, waited = threading.Barrier(2, timeout=20), threading.local()
    edition = making._edition

    def meeting(*given):
        if not hasattr(waited, "once"):
            waited.once = both.wait()
        return edition(*given)

    def worker():
        try:
            return make(PAID, 202501)
        finally:
            connection.close()

    monkeypatch.setattr(making, "_edition", meeting)
    with ThreadPoolExecutor(2) as pool:
        made = [task.result() for task in [pool.submit(worker) for _ in range(2)]]
    assert sorted(map(len, made)) == [0, 1]
    # two counties, each with all schemes and its one
    assert list(ReportEdition.objects.values_list("number", "rows")) == [(1, 4)]
    assert ReportCheck.objects.get().edition == ReportEdition.objects.get()


def test_a_number_that_somebody_took_meanwhile_is_tried_again_but_not_for_ever(make, monkeypatch):
    taken = []

    def save(self, **more):
        taken.append(self.number)
        if len(taken) <= allowed:
            raise IntegrityError("reports_edition_number")
        return kept(self, **more)

    kept, allowed = ReportEdition.save, 2
    monkeypatch.setattr(ReportEdition, "save", save)
    assert len(make(PAID, 202501)) == 1
    allowed = 99
    with pytest.raises(IntegrityError):
        make(PAID, 202412)
    assert len(taken) == 3 + 5
