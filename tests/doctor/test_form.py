"""等保自查表.docx: what it says, that its tables go on with their heads, and that it names no machine and no person."""

import re
import socket
import subprocess
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from doctor.sites import first_people, sound_site, with_settings
from huiliu.config.doctor.form import write_form
from huiliu.config.doctor.mlps import self_check

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WAIT = 180


@pytest.fixture
def checked(tmp_path, settings):
    settings.HUILIU_ANCHORS = tmp_path / "anchors"
    first_people()
    return self_check(3, with_settings(sound_site(tmp_path), https=False))


def text(path: Path) -> str:
    body = docx.Document(str(path)).element.body
    return "\n".join(node.text or "" for node in body.iter(qn("w:t")))


def test_it_says_what_it_is_when_and_by_which_version(checked, tmp_path):
    path = write_form(checked, tmp_path / "out")
    said = text(path)
    assert path.name == "等保自查表.docx"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "本表是自查结果，不是等级测评结论。" in said
    assert "2025年3月21日 09:30，由回流 0.1.0 版" in said
    assert "（第三级，应用部分）" in said
    assert "待核”的" not in said


def test_every_control_stands_there_with_its_verdict(checked, tmp_path):
    path = write_form(checked, tmp_path / "out")
    tables = docx.Document(str(path)).tables
    rows = {row.cells[0].text: [cell.text for cell in row.cells] for row in tables[1].rows}
    assert len(rows) == 36
    assert rows["03"][1:3] == ["身份鉴别：口令和会话标识在传输中不以明文出现", "不符合"]
    assert "没有按 HTTPS 运行（不符）" in rows["03"][3]
    assert rows["24"][2:] == ["应用之外", "应用之外：由主机硬件和操作系统承担"]
    sums = [cell.text for cell in tables[0].rows[-1].cells]
    assert sums[0] == "合计"
    assert sums[-1] == "35"
    assert sum(map(int, sums[1:-1])) == 35


@pytest.mark.slow
def test_heads_are_repeated_and_rows_are_whole(checked, tmp_path):
    for table in docx.Document(str(write_form(checked, tmp_path / "out"))).tables:
        properties = [row._tr.trPr for row in table.rows]
        assert properties[0].find(qn("w:tblHeader")) is not None
        assert all(found.find(qn("w:cantSplit")) is not None for found in properties)


def test_it_names_no_machine_no_folder_and_no_account(checked, tmp_path):
    said = text(write_form(checked, tmp_path / "out"))
    for name in (socket.gethostname(), str(tmp_path), str(checked.site.environment.home), "sysadmin", "clerk"):
        assert name not in said


@pytest.mark.slow
def test_equal_findings_give_equal_bytes_and_replace_the_old_file(checked, tmp_path):
    first = write_form(checked, tmp_path / "out").read_bytes()
    assert write_form(checked, tmp_path / "out").read_bytes() == first
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["等保自查表.docx"]


@pytest.mark.slow
def test_level_two_marks_what_nobody_checked(checked, tmp_path):
    said = text(write_form(self_check(2, checked.site), tmp_path / "out"))
    assert "（第二级，应用部分）" in said
    assert "（待核）" in said


@pytest.mark.slow
def test_an_office_program_shows_every_page(checked, tmp_path, require_tool):
    path = write_form(checked, tmp_path / "out")
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = [
        require_tool("soffice"),
        profile,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=WAIT)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(tmp_path / "等保自查表.pdf")]
    assert 4 <= len(pages) <= 12
    for number, page in enumerate(pages, start=1):
        assert re.search(rf"— {number} —", page)
    with_verdicts = [page for page in pages if re.search("(?:不符合|符合|应用之外)", page) and "依据" in page]
    assert len(with_verdicts) >= 3, "the head stands on each page of the long table"
    assert all(one.control.asks[:6] in re.sub(r"\s", "", "".join(pages)) for one in checked.controls)
