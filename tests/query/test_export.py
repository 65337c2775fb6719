"""The list of a kept query as a file: masked as on the page, within the reach of who asked, all of the rows."""

import csv
import io
import json
import zipfile

import pytest

from huiliu.apps.datahub.services import nights_refresh
from huiliu.apps.datahub.tests.town import LI, LI_ID, WANG, WANG_ID, ZHANG, Site
from huiliu.apps.exports.selectors import exports
from huiliu.apps.jobs.services import jobs_run
from huiliu.apps.query.models import SavedQuery

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FORM = {
    "mode": "list", "item": ["name", "id_number", "insurance_type", "benefit_month", "amount"], "keep": "1",
    "name": "支付",
}  # fmt: skip


@pytest.fixture
def office(town, settings, tmp_path):
    """The town's lake, and a data folder of this test's own for the files."""

    class Home(Site):
        @property
        def lake(self):
            return town.home.lake

    settings.HOME = Home(tmp_path)
    nights_refresh()
    return town


def ask(client, topic="benefit_payment", sent=(), **form):
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import accepted_matters

    client.post(f"/query/topics/{topic}/", {**FORM, **form})
    key = SavedQuery.objects.get().key
    matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
    return client.post(
        f"/query/saved/{key}/export/", {"format": "csv", "matter": matter, "case_number": "GD-7", **dict(sent)}
    )


def files(client):
    assert jobs_run() == 1
    export = exports().get()
    assert export.state == "ready", export.job.code
    raw = b"".join(client.get(f"/exports/{export.key}/file/").streaming_content)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))) for name in names
        }


def rows(client):
    (found,) = files(client).values()
    return found


def test_the_file_says_what_the_page_says(office, sign_in):
    client = sign_in("clerk")
    assert ask(client).status_code == 302
    head, *found = rows(client)
    assert head == ["姓名", "证件号码", "险种", "待遇年月", "待遇金额"]
    assert len(found) == 4
    assert {row[0] for row in found} == {"李*", "王*"}
    assert {row[1] for row in found} == {f"{number[:3]}****{number[-4:]}" for number in (LI_ID, WANG_ID)}
    assert sorted(row[4] for row in found) == ["2600.00", "2600.00", "261.35", "261.35"]
    assert all(row[2].startswith(("110 ", "170 ")) for row in found)


def test_a_narrow_grant_exports_its_own_people(office, sign_in_at):
    client = sign_in_at(division="449902")
    ask(client)
    assert {row[0] for row in rows(client)[1:]} == {"王*"}


def test_split_by_geography(office, sign_in):
    """The payments of each town's people in a file of its own, in the order that was asked for."""
    client = sign_in("clerk")
    assert ask(client, sent={"split": "town"}).status_code == 302
    found = files(client)
    assert {name: [row[4] for row in listed[1:]] for name, listed in found.items() if name != "目录.csv"} == {
        "查询名单_未填写.csv": ["261.35", "261.35"],
        "查询名单_城关镇.csv": ["2600.00", "2600.00"],
    }
    assert [row[1:] for row in found["目录.csv"][1:]] == [
        ["", "未填写", "2"], ["449921101", "城关镇", "2"], ["", "2 个文件", "4"],
    ]  # fmt: skip


def test_the_first_rows_of_an_order_are_those_rows_however_they_are_split(office, sign_in):
    client = sign_in("clerk")
    ask(client, sent={"split": "county"}, limit="3", sort="benefit_month")
    found = files(client)
    assert [row[3] for row in found["目录.csv"][1:]] == ["1", "2", "3"]
    assert [row[3] for row in found["查询名单_紫金县（合成）.csv"][1:]] == ["'2024-12", "'2025-01"]


def test_units_are_split_by_their_county_alone(office, sign_in):
    client = sign_in("clerk")
    page = ask(client, topic="unit", item=["unit_no", "unit_name"], sent={"split": "town"}).content.decode()
    assert "按县区" in page
    assert "按街道乡镇" not in page
    assert not exports().exists()


def test_statistics_and_protected_conditions_do_not_leave_as_lists(office, sign_in):
    client = sign_in("clerk")
    answer = ask(client, mode="statistics", measure="count:")
    assert "QRY-015" in answer.content.decode()
    SavedQuery.objects.all().delete()
    condition = {"item": "name", "operator": "equal", "values": ["李㛃"], "other": None, "months": None}
    query = {
        "version": 1, "topic": "person", "items": ["sex"], "conditions": [[condition]], "group_by": [], "measures": [],
        "pivot": None, "sort": [], "limit": None,
    }  # fmt: skip
    from huiliu.apps.accounts.models import User
    from huiliu.apps.audit.services import SYSTEM
    from huiliu.apps.query.selectors import read_query
    from huiliu.apps.query.services import saved_keep

    saved_keep(user=User.objects.get(), actor=SYSTEM, name="找人", query=read_query(json.dumps(query)))
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import accepted_matters

    matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
    sent = {"format": "csv", "matter": matter, "case_number": "GD-7"}
    page = client.post(f"/query/saved/{SavedQuery.objects.get().key}/export/", sent).content.decode()
    assert "受保护的项目不能用于条件" in page
    assert "李㛃" not in page
    assert not exports().exists()


BY_PERSON = {
    "mode": "statistics", "group": ["person_no"], "measure": ["distinct:insurance_type"],
    "m0-operator": "at_least", "m0-value": "2",
}  # fmt: skip


def test_statistics_by_person_are_a_list_of_persons(office, sign_in):
    """李 alone is enrolled twice; the total is no row."""
    client = sign_in("clerk")
    assert ask(client, topic="enrolment", **BY_PERSON).status_code == 302
    assert rows(client) == [["人员编码", "险种（去重后计数）"], [f"'{LI}", "2"]]


def test_a_county_exports_the_groups_of_its_own(office, sign_in_at):
    client = sign_in_at(division="449902")
    ask(client, topic="enrolment", **{**BY_PERSON, "m0-value": "1"})
    assert [row[0] for row in rows(client)[1:]] == [f"'{ZHANG}", f"'{WANG}"]
