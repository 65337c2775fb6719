"""Exports by real processes: killed while it is written, opened by other programs, and walked through by a clerk."""

import csv
import io
import json
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import pyzipper
from python_calamine import CalamineWorkbook

from browser import OFFICE, PHONE, chromium, chromium_path, visitor
from e2e.workers import Installation

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("export_worker.py")
MEASURED = Path(__file__).with_name("measured_export.py")
# A CSV in UTF-8 of the second sheet, every cell as it is shown.
OFFICE_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2"
ASK = """
import django; django.setup()
from e2e.export_worker import register
register()
from django.conf import settings
from django.contrib.auth import get_user_model
from huiliu.apps.audit.services import Actor
from huiliu.apps.control.selectors.purposes import accepted_matters
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.exports.services import NewExport, export_ask
chen = get_user_model().objects.get(username="chen")
matter = accepted_matters(settings.HUILIU_CLOCK.now().date())[0].code
wanted = NewExport("slow_list", "试验名单", Asked(matter, "GD-1"), format="csv")
print(export_ask(user=chen, wanted=wanted, actor=Actor("chen")).export.key)
"""
TELL = """
import django, json; django.setup()
from huiliu.apps.exports.models import Export
row = Export.objects.select_related("job").get()
print(json.dumps([row.state, row.rows, row.job.state, row.job.cut]))
"""
FETCH = """
import django, sys; django.setup()
from e2e.export_worker import register
register()
from django.contrib.auth import get_user_model
from huiliu.apps.audit.services import Actor
from huiliu.apps.exports.services import export_download
chen = get_user_model().objects.get(username="chen")
found = export_download(key=sys.argv[1], user=chen, actor=Actor("chen"))
open(sys.argv[2], "wb").write(b"".join(found.blocks))
"""


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "home")
    made.settings["PYTHONPATH"] += f":{Path(__file__).parents[1]}"
    yield made
    made.end()


def left(installation):
    return sorted(path.name for path in (installation.home / "exports").iterdir())


def test_killed_while_it_is_written_it_is_made_anew_and_nothing_half_done_is_left(installation, tmp_path):
    key = installation.python(ASK).strip()
    worker = installation.worker(SCRIPT)
    installation.wait("block 8")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert json.loads(installation.python(TELL)) == ["asked", None, "running", 0]
    assert left(installation) == [f"{key}.making"]
    installation.worker(SCRIPT)
    deadline = time.monotonic() + 60
    while json.loads(installation.python(TELL)) != ["ready", 1000, "done", 1]:
        assert time.monotonic() < deadline
    assert left(installation) == [f"{key}.sealed"]
    installation.python(FETCH, key, str(tmp_path / "fetched.zip"))
    with zipfile.ZipFile(tmp_path / "fetched.zip") as archive:
        text = archive.read("试验名单.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert (len(rows), rows[0], rows[-1]) == (1000, ["'44990000000000", "张*"], ["'44990019000049", "张*"])


@pytest.mark.soak
@pytest.mark.timeout(6 * 3600)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_any_number_of_rows_is_written_under_a_gibibyte(kind, scale, tmp_path, record_property, installation):
    rows = scale("rows")
    command = [sys.executable, str(MEASURED), kind, str(rows), str(tmp_path)]
    told = subprocess.run(command, env=installation.settings, check=True, capture_output=True, text=True).stdout
    seconds, busy, megabytes, size = json.loads(told)
    told = f"{rows} rows as {kind}: {seconds} s, {busy} s of a processor, VmHWM {megabytes} MB, {size} MB"
    record_property("measured", told)
    print(told)
    assert megabytes < 1024
    if kind == "xlsx":
        with zipfile.ZipFile(tmp_path / "rows.xlsx") as archive:
            sheets = sum("worksheets/sheet" in name for name in archive.namelist())
        assert sheets == 1 + -(-rows // 1_048_575)


@pytest.fixture(scope="module")
def product(require_tool, request):
    require_tool("chromium", "chromium-browser")
    assert chromium_path()
    return request.getfixturevalue("demo")


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_a_clerk_exports_a_sealed_list_by_county_and_opens_it(product, tmp_path, require_tool, size):
    with chromium() as browser, visitor(browser, product.address, size) as clerk:
        page = clerk.page
        clerk.sign_in("clerk", product.accounts["clerk"])
        clerk.open("/datahub/persons/")
        page.click("text=导出人员名单")
        page.select_option("select[name=split]", "county")
        page.check("input[name=is_encrypted]")
        page.click("button:has-text('导出')")
        assert "请选择事由" in page.content()
        page.select_option("select[name=matter]", index=1)
        page.fill("input[name=case_number]", "GD-2025-7")
        photograph(clerk, f"export-asked-for-{size[0]}")
        page.click("button:has-text('导出')")
        password = page.inner_text("code")
        photograph(clerk, f"export-password-{size[0]}")
        page.click("text=已记下，查看进度")
        page.wait_for_selector("text=下载文件", timeout=60_000)
        photograph(clerk, f"export-ready-{size[0]}")
        with page.expect_download() as fetched:
            page.click("text=下载文件")
        fetched.value.save_as(tmp_path / "list.zip")
        clerk.open("/exports/")
        photograph(clerk, f"exports-{size[0]}")
        assert clerk.overflow() == 0
        assert clerk.errors == []
        assert clerk.outside == []
    *names, index = opened(tmp_path, password)
    told = CalamineWorkbook.from_path(tmp_path / index).get_sheet_by_name("数据").to_python()[1:]
    counted = [office_rows(tmp_path / name, require_tool("soffice", "libreoffice")) for name in names]
    assert sum(counted) == 2000
    assert index == "目录.xlsx"
    assert [[row[0], row[3]] for row in told] == [
        *([name, number] for name, number in zip(names, counted, strict=True)), ["合计", 2000],
    ]  # fmt: skip


def opened(folder, password):
    """The workbooks of the archive, by the password that was shown."""
    with pyzipper.AESZipFile(folder / "list.zip") as archive:
        archive.setpassword(password.encode())
        names = [name for name in archive.namelist() if name.endswith(".xlsx")]
        assert archive.namelist() == [*names, "说明.txt"]
        assert len(names) > 1
        archive.extractall(folder, names)
    return names


def office_rows(file, program):
    """How many rows LibreOffice finds in it; identifiers are texts there too."""
    book = CalamineWorkbook.from_path(file).get_sheet_by_name("数据").to_python()
    assert all(re.fullmatch(r"\d{14}", row[0]) for row in book[1:])
    folder = str(file.parent / "office")
    command = [program, "--headless", "--convert-to", OFFICE_CSV, "--outdir", folder, str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    (made,) = (file.parent / "office").glob(f"{file.stem}*.csv")
    rows = list(csv.reader(made.read_text("utf-8").splitlines()))
    assert rows[0][0] == "人员编码"
    assert [row[0] for row in rows[1:]] == [row[0] for row in book[1:]]
    return len(rows) - 1


def photograph(person, name):
    """For who looks at the pages: only where a folder is named for it."""
    import os

    if folder := os.environ.get("HUILIU_PHOTOGRAPHS"):
        person.page.screenshot(path=f"{folder}/{name}.png", full_page=True)
