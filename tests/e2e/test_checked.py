"""A check of many files by real processes: killed in the middle it is done anew, and walked through in a browser.

With HUILIU_GUIDE set to a folder, its pictures are those of the handbook's page on it.
"""

import io
import json
import re
import signal
import time
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from browser import OFFICE, chromium, visitor
from e2e.paper import picture
from e2e.workers import Installation
from forms.layouts import LAYOUTS
from forms.truth import random_truth
from huiliu.apps.performance.tests.checked_files import archive, table

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("checked_worker.py")
FILES, KILLED_AT = 12, 5
ASK = f"""
import django, io, zipfile; django.setup()
from huiliu.apps.accounts.services import user_create
from huiliu.apps.audit.services import SYSTEM, Actor
from huiliu.apps.performance.services.checked import SentFile, check_ask
from huiliu.apps.performance.tests.checked_files import archive, table
user = user_create(username="cai", display_name="蔡", post="finance", actor=SYSTEM).user
files = {{f"第{{n}}县/自评表.xlsx": table("99", agency=f"第{{n}}县") for n in range({FILES} - 1)}}
sent = [SentFile(io.BytesIO(archive({{**files, "第0县/坏的.xlsx": b"PK broken"}})), "各县.zip")]
check_ask(sent=sent, user=user, actor=Actor("cai"))
"""
TELL = """
import django, json; django.setup()
from huiliu.apps.performance.models import CheckedBatch, CheckRequest
one = CheckRequest.objects.select_related("job", "batch").get()
batch = [one.batch.files, one.batch.tables, one.batch.units, one.batch.unreadable] if one.batch else None
print(json.dumps([one.job.state, one.job.cut, batch, CheckedBatch.objects.count()]))
"""


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "home")
    yield made
    made.end()


def test_killed_in_the_middle_it_is_checked_anew_and_kept_once(installation):
    installation.python(ASK)
    worker = installation.worker(SCRIPT)
    installation.wait("fetched", times=KILLED_AT)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    assert json.loads(installation.python(TELL)) == ["running", 0, None, 0]
    installation.worker(SCRIPT)
    deadline = time.monotonic() + 120
    whole = ["done", 1, [FILES, FILES - 1, FILES - 1, 1], 1]
    while json.loads(installation.python(TELL)) != whole:
        assert time.monotonic() < deadline
    assert len(installation.lines()) >= KILLED_AT + FILES - 1


def units(tmp_path, total):
    """Forms of five layouts without a fault, and two that contradict themselves unless `total` is 96."""
    files = {f"2024年自评/{name}/自评表.xlsx": table(total, agency=f"{name}社保局") for name in ("甲县", "乙县")}
    for number, layout in enumerate(LAYOUTS[:5]):
        folder = tmp_path / f"{total}-{number}"
        folder.mkdir()
        layout.build(random_truth(number), folder)
        for path in sorted(folder.iterdir()):
            files[f"2024年自评/第{number + 1}单位/{path.name}"] = path.read_bytes()
    return archive({**files, "2024年自评/甲县/照片.jpg": b"x", "2024年自评/乙县/坏的.xlsx": b"PK broken"})


def sent(person, name, content):
    """Upload, and wait by looking at the page as it changes by itself."""
    person.open("/performance/checked/new/")
    given = {"name": name, "mimeType": "application/zip", "buffer": content}
    person.page.set_input_files("input[name=papers]", given)
    person.page.click("#main form button[type=submit]")
    person.page.wait_for_url(re.compile(r"/performance/checked/\d+/$"), timeout=120_000)
    return person.page.url.removeprefix(person.base)


def test_a_bureau_checks_a_folder_and_what_was_sent_again(demo, require_tool, tmp_path):
    require_tool("chromium", "chromium-browser", "google-chrome")
    with chromium() as browser, visitor(browser, demo.address, OFFICE) as person:
        person.sign_in("finance", demo.accounts["finance"])
        first = sent(person, "各县.zip", units(tmp_path, "99"))
        page = person.page
        picture(person, "checked")
        for words in ("照片.jpg", "坏的.xlsx", "甲县社保局"):
            assert words in page.inner_text("#main"), words
        page.click("text=问题清单")
        page.select_option("select[name=severity]", "error")
        page.click("text=筛选")
        assert "EV-S01" in page.inner_text("#main tbody")
        picture(person, "checked-findings")
        with page.expect_download() as fetched:
            page.click("#main tbody tr:has-text('甲县') a:has-text('自评表.xlsx')")
        assert CalamineWorkbook.from_path(str(fetched.value.path())).sheet_names == ["自评表"]
        page.click("#main tbody tr:has-text('甲县') a >> nth=0")
        assert "工作表“自评表”F6" in page.inner_text("#findings ~ *")
        picture(person, "checked-table")
        again = sent(person, "改正.zip", units(tmp_path, "96"))
        person.open(f"{again}compare/?earlier={first.strip('/').rpartition('/')[2]}")
        assert "已改正" in page.inner_text("#changes ~ *")
        picture(person, "checked-compare")
        answer = page.request.get(f"{person.base}{again}workbook/")
        assert CalamineWorkbook.from_filelike(io.BytesIO(answer.body())).sheet_names[0] == "汇总"
        for address in ("/performance/checked/", f"{first}units/", f"{first}units/1/"):
            person.open(address)
            assert person.overflow() == 0
        assert (person.errors, person.outside) == ([], [])
