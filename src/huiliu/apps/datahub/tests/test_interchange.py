"""Exports by a person: who may, for what reason, which day, and what the audit keeps of it."""

import json
from datetime import date

import pytest

from huiliu.apps.accounts.services import NewGrant, grant_add, unit_create, user_open, user_prepare
from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.datahub.services import interchange, nights_refresh
from huiliu.apps.datahub.services.interchange import interchange_export
from huiliu.apps.datahub.tests.town import FIRST_DAY, LI_ID, NIGHT
from huiliu.interchange.run import Order
from huiliu.kernel.digests import file_digest
from huiliu.kernel.errors import HuiliuError

pytestmark = pytest.mark.django_db
REASON = "审计通知书〔2025〕7号"


class Quiet:
    def step(self, *_told):
        pass


@pytest.fixture
def may():
    """A person at a post with a grant of this reach."""

    def make(post="control", level="L4", division="", schemes=()):
        unit = None
        if division:
            unit = unit_create(code=division, name="紫金县社保局", kind="county", division=division, actor=SYSTEM)
        user = user_prepare(username="chen", display_name="陈", actor=SYSTEM).user
        user_open(user=user, actor=SYSTEM)
        wanted = NewGrant(post, unit, frozenset(schemes), level)
        grant_add(user=user, wanted=wanted, basis="installation", actor=SYSTEM)
        user.is_active = True
        return user

    return make


@pytest.fixture
def town_of_nights(town):
    nights_refresh()
    return town


def exported(user, folder, **more):
    given = {"order": Order(folder, ("2", "13"), ("xml",)), "reason": REASON, **more}
    return interchange_export(
        user=user, actor=Actor("chen", "稽核内控岗"), name="gbt40217", progress=Quiet(), clock=NIGHT, **given
    )


def test_two_rows_stand_for_it_and_hold_counts_only(town_of_nights, may, tmp_path):
    done = exported(may(), tmp_path / "x")
    begun = events(EventFilter(action="datahub.interchange_begin")).get()
    row = events(EventFilter(action="datahub.interchange_export")).get()
    assert (row.actor, row.outcome, row.purpose, row.object_key) == ("chen", "ok", REASON, "gbt40217")
    assert begun.details == {"snapshot": town_of_nights.second, "day": "2025-04-01", "tables": ["2", "13"],
                             "formats": ["xml"]}  # fmt: skip
    assert row.details["rows"] == sum(table.totals.rows for table in done.tables)
    assert row.details["manifest"] == file_digest(tmp_path / "x" / "manifest.json")
    assert LI_ID not in json.dumps(row.details)
    assert LI_ID in (tmp_path / "x" / "xml" / "人员信息.xml").read_bytes().decode("gb18030")


@pytest.mark.slow
def test_an_earlier_day(town_of_nights, may, tmp_path):
    exported(may(), tmp_path / "x", day=FIRST_DAY)
    origin = json.loads((tmp_path / "x" / "manifest.json").read_bytes())["origin"]
    assert (origin["business_date"], origin["snapshot"]) == (FIRST_DAY.isoformat(), town_of_nights.first)


@pytest.mark.parametrize(
    "reach", [{"level": "L2"}, {"level": "L3"}, {"post": "clerk"}, {"division": "449921"}, {"schemes": ("110",)}]
)
def test_less_than_the_whole_city_in_full_is_refused(town_of_nights, may, tmp_path, reach):
    with pytest.raises(HuiliuError) as error:
        exported(may(**reach), tmp_path / "x")
    assert error.value.code == "INTERCHANGE-007"
    assert list(tmp_path.iterdir()) == []
    row = events(EventFilter(action="datahub.interchange_export")).get()
    assert (row.outcome, row.details["code"]) == ("refused", "INTERCHANGE-007")


@pytest.mark.parametrize(("reason", "code"), [(" ", "INTERCHANGE-008"), (f"查 {LI_ID}", "AUDIT-003")])
def test_a_reason_that_is_none_or_names_somebody(town_of_nights, may, tmp_path, reason, code):
    with pytest.raises(HuiliuError) as error:
        exported(may(), tmp_path / "x", reason=reason)
    assert error.value.code == code
    assert LI_ID not in str([vars(row) for row in events(EventFilter())])


def test_a_day_without_a_night_is_refused_and_recorded(town_of_nights, may, tmp_path):
    with pytest.raises(HuiliuError) as error:
        exported(may(), tmp_path / "x", day=date(2020, 1, 1))
    assert error.value.code == "LIBRARY-002"
    assert events(EventFilter(action="datahub.interchange_export")).get().outcome == "refused"


def test_without_its_row_nothing_appears(town_of_nights, may, tmp_path, monkeypatch):
    true = interchange.record_alone

    def broken(entry, clock=None):
        if entry.details and "manifest" in entry.details:
            raise HuiliuError(code="AUDIT-002", message="审计链头缺失", hint="请查明")
        return true(entry, clock)

    monkeypatch.setattr(interchange, "record_alone", broken)
    with pytest.raises(HuiliuError):
        exported(may(), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []
