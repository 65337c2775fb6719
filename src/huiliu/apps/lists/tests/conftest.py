"""The town, a data folder of each test's own, and lists as people send them."""

import io

import pytest

from huiliu.apps.datahub.tests.conftest import sign_in, sign_in_at
from huiliu.apps.datahub.tests.town import Site

__all__ = ["sign_in", "sign_in_at"]


@pytest.fixture
def office(town, settings, tmp_path, db):
    """The town's lake, and a data folder for sealed files."""
    from huiliu.apps.datahub.services import nights_refresh

    class Home(Site):
        @property
        def lake(self):
            return town.home.lake

    settings.HOME = Home(tmp_path)
    nights_refresh()
    return town


@pytest.fixture
def send(office):
    """`send(client, act="file", pasted=…)`: the form as a browser sends it."""
    from django.conf import settings

    from huiliu.apps.control.selectors.purposes import accepted_matters

    matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code

    def sent(client, act="show", **more):
        given = {
            "act": act, "by": "auto", "columns": ["name", "division"], "matter": matter, "case_number": "GD-7",
            "format": "xlsx", "is_encrypted": "on", **more,
        }  # fmt: skip
        return client.post("/lists/", {name: value for name, value in given.items() if value is not None})

    return sent


def workbook(rows, name="名单.xlsx", sheets=()):
    """An XLSX as Excel would keep it: texts as texts, numbers as numbers."""
    import xlsxwriter

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_numbers": False}) as book:
        for each in (rows, *sheets):
            sheet = book.add_worksheet()
            for number, row in enumerate(each):
                for place, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, place, value)
                    elif value is not None:
                        sheet.write(number, place, value)
    made.seek(0)
    made.name = name
    return made


def body(answer):
    return answer.content.decode()


def listed(client):
    """The rows of 数据 of the only export."""
    import pyzipper
    from python_calamine import CalamineWorkbook

    from huiliu.apps.exports.selectors import exports
    from huiliu.apps.jobs.services import jobs_run

    password = exports().get().password.reveal().encode()
    assert jobs_run() == 1
    export = exports().get()
    assert export.state == "ready", export.job.code
    raw = b"".join(client.get(f"/exports/{export.key}/file/").streaming_content)
    with pyzipper.AESZipFile(io.BytesIO(raw)) as archive:
        book = archive.read("批量查询结果.xlsx", password)
    return CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_name("数据").to_python()
