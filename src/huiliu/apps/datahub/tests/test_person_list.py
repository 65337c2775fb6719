"""人员名单 as an export: who is within reach and nobody else, masked as on the pages, by the day that was asked for."""

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest
import pyzipper
from python_calamine import CalamineWorkbook

from huiliu.apps.datahub.selectors.display import catalog, masked_cell
from huiliu.apps.datahub.services import nights_refresh
from huiliu.apps.datahub.services.person_list import COLUMNS, exported
from huiliu.apps.datahub.tests.town import LI, LI_ID, MANY, WANG, ZHANG, ZHANG_ID, ZHOU, Site
from huiliu.apps.exports.selectors import exports
from huiliu.apps.exports.services.places import folder
from huiliu.apps.jobs.services import jobs_run

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
MOMENT = datetime(2025, 3, 31, 9)


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


def matter():
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import accepted_matters

    return accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code


def ask(client, **more):
    return client.post("/datahub/persons/export/", {"format": "csv", "matter": matter(), "case_number": "GD-7", **more})


def rows(client):
    """Every row of the only export, by file."""
    assert jobs_run() == 1
    export = exports().get()
    assert export.state == "ready", export.job.code
    raw = b"".join(client.get(f"/exports/{export.key}/file/").streaming_content)
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        texts = {name: archive.read(name).decode("utf-8-sig") for name in names}
    return {name: list(csv.reader(io.StringIO(text, newline="")))[1:] for name, text in texts.items()}, raw


def test_the_whole_city_is_listed_masked(office, sign_in):
    client = sign_in("clerk")
    answer = ask(client)
    assert (answer.status_code, answer.url) == (302, f"/exports/{exports().get().key}/")
    found, raw = rows(client)
    (listed,) = found.values()
    assert len(listed) == 4 + MANY
    assert listed[0][:4] == [f"'{ZHANG}", "张*", "449****0018", "1 男性"]
    assert listed[0][-1] == "138****0001"
    assert ZHANG_ID.encode() not in raw


def test_a_county_lists_its_own_people_of_today(office, sign_in_at):
    """周迁 moved to 紫金 on the second day."""
    client = sign_in_at("449921")
    ask(client)
    found, _raw = rows(client)
    (listed,) = found.values()
    assert [row[0] for row in listed] == [f"'{LI}", f"'{ZHOU}"]


def test_a_scheme_lists_whom_it_has(office, sign_in_at):
    client = sign_in_at(schemes=("170",))
    ask(client)
    found, _raw = rows(client)
    (listed,) = found.values()
    assert [row[0] for row in listed] == [f"'{WANG}"]


INDEX = "目录.csv"


@pytest.mark.parametrize(
    ("split", "expected"),
    [
        ("county", {"未填写": MANY, "源城区（合成）": 2, "紫金县（合成）": 2}),
        ("town", {"未填写": MANY + 1, "城关镇_449902101": 1, "城关镇_449921101": 1, "柏埔镇": 1}),
        ("village", {"未填写": MANY + 2, "城关镇 449902101201": 1, "城关镇 449921101202": 1}),
    ],
)
def test_split_by_geography(office, sign_in, split, expected):
    """分县区、乡镇、村导出: every row in exactly one file, the rows without a place in their own, the sum in 目录."""
    client = sign_in("clerk")
    ask(client, split=split)
    found, _raw = rows(client)
    index = found.pop(INDEX)
    assert {name: len(listed) for name, listed in found.items()} == {
        f"人员名单_{place}.csv": number for place, number in expected.items()
    }
    assert {row[0]: int(row[3]) for row in index[:-1]} == {name: len(listed) for name, listed in found.items()}
    assert index[-1] == ["合计", "", f"{len(expected)} 个文件", str(4 + MANY)]
    everybody = [row[0] for listed in found.values() for row in listed]
    assert len(everybody) == len(set(everybody)) == 4 + MANY


def test_a_split_list_opens_in_an_office_program_and_its_archive_with_the_password(office, sign_in):
    client = sign_in("clerk")
    ask(client, format="xlsx", split="town", is_encrypted="on")
    password = exports().get().password.reveal().encode()
    assert jobs_run() == 1
    raw = b"".join(client.get(f"/exports/{exports().get().key}/file/").streaming_content)
    with pyzipper.AESZipFile(io.BytesIO(raw)) as archive:
        archive.setpassword(password)
        book = CalamineWorkbook.from_filelike(io.BytesIO(archive.read("人员名单_柏埔镇.xlsx")))
        index = CalamineWorkbook.from_filelike(io.BytesIO(archive.read("目录.xlsx")))
    (_, row) = book.get_sheet_by_name("数据").to_python()
    assert row[0] == ZHOU
    assert [each[3] for each in index.get_sheet_by_name("数据").to_python()[1:]] == [MANY + 1, 1, 1, 1, 4 + MANY]


def test_the_page_shows_a_password_once(office, sign_in):
    client = sign_in("clerk")
    shown = ask(client, format="xlsx", is_encrypted="on")
    assert shown.status_code == 200
    assert "只显示这一次" in shown.content.decode()
    password = exports().get().password.reveal()
    assert password in shown.content.decode()
    key = exports().get().key
    assert password not in client.get(f"/exports/{key}/").content.decode()


def test_without_a_purpose_nothing_is_asked(office, sign_in):
    client = sign_in("clerk")
    shown = client.post("/datahub/persons/export/", {"format": "xlsx"}).content.decode()
    assert "请选择事由" in shown
    assert "请填写案号" in shown
    assert not exports().exists()


def test_the_search_page_leads_there(office, sign_in):
    assert 'href="/datahub/persons/export/"' in sign_in("clerk").get("/datahub/persons/").content.decode()


def test_cells_are_those_of_the_pages(office):
    """Whatever kind and level a column has, an export says no more than a page."""
    table = catalog().tables["person"]
    values = {
        "id": "4499",
        "id_number": LI_ID,
        "name": "李㛃",
        "phone": "13800000002",
        "code": "1",
        "text": "城南",
        "time": MOMENT,
    }
    plain = {"date": date(2025, 3, 31), "int": 12}  # a spreadsheet shows these by itself
    for column in table.columns:
        value = (values | plain).get(column.kind, "x")
        for level in ("L1", "L2", "L3", "L4", None):
            changed = replace(column, level=level)
            written = exported(changed)
            as_it_is = column.kind in plain and level in ("L1", "L2")
            expected = value if as_it_is else masked_cell(changed, changed.name, value).full
            assert written(value) == written(value) == expected
            assert written(None) in (None, "")


def test_every_column_of_the_list_is_in_the_definition(office):
    assert set(COLUMNS) <= set(catalog().tables["person"].by_name)


def test_files_lie_in_the_data_folder(office, settings):
    assert folder() == settings.HOME.root / "exports"
