"""Forms and agencies' templates of a project's year: previewed, printed, packed, kept, refused, filled."""

import io
import json
import re
import subprocess
import zipfile
from decimal import Decimal

import pytest
import xlsxwriter
from django.db import IntegrityError, transaction
from lxml import etree
from python_calamine import CalamineWorkbook

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import FormTemplate
from huiliu.apps.performance.selectors import assessments as selectors
from huiliu.apps.performance.tests.form import begun, filled, signed, submitted
from huiliu.kernel.figures import MANUAL, Record
from huiliu.scoring.measured import Measured

pytestmark = [pytest.mark.django_db, pytest.mark.both_dbs, pytest.mark.slow]
ONE, TEMPLATES = "/performance/forms/xxh/2025/", "/performance/templates/"


@pytest.fixture
def year(people, settings, tmp_path, monkeypatch):
    """Targets in force; 11 of 12 inspections and 12 of at most 15 minutes measured, the rest not."""
    settings.HOME = type(settings.HOME)(tmp_path / "home").create()
    settings.HUILIU_HOME = settings.HOME.root

    def value(number):
        records = (Record("performance.measurement:1", "测量记录", Decimal(number)),)
        return Measured(Decimal(number), MANUAL, records=records)

    monkeypatch.setattr(selectors, "measured_values", lambda version: {"01": value(11), "04": value(12)})
    return signed(submitted(filled(begun()), people), people, "he", "ling")


def book(*extra):
    """A bureau's form: merged head, number formats, a loop, sums beside it, and whatever is added."""
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet, points = made.add_worksheet("自评表"), made.add_format({"num_format": "0.00"})
    sheet.merge_range("A1:D1", "{{project}}（{{year}}年度）自评表", points)
    sheet.write("A2", "{{#indicators}}{{level3}}")
    sheet.write("B2", "{{weight}}", points)
    sheet.write("C2", "{{score}}", points)
    sheet.write("D2", "{{declared}}{{/indicators}}")
    sheet.write("A3", "合计")
    sheet.write_formula("B3", "=SUM(B2:B2)", points, 0)
    sheet.write_formula("C3", "=SUM(C2:C2)", points, 0)
    sheet.write("D3", "{{total.computed}}")
    for place, text in extra:
        sheet.write(place, text)
    made.close()
    return target.getvalue()


def sent(content, year, **more):
    file = io.BytesIO(content)
    file.name = "市财政局自评表.xlsx"
    return {"issuer": "treasury", "document_no": "甲财〔2025〕9号", "against": year.target_set_id, "file": file, **more}


def kept(client, year, content=None):
    answer = client.post(f"{TEMPLATES}new/", sent(content or book(), year, name="市财政局自评表"))
    assert answer.status_code == 302, answer.content.decode()
    return FormTemplate.objects.latest("pk")


def cells(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("自评表").to_python()


def sheet(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))


def test_forms_are_listed_previewed_and_each_number_opens_its_trace(year, as_of):
    client = as_of("ling")
    page = client.get(ONE).content.decode()
    for words in ("项目支出绩效自评表", "绩效评分表", "草稿", "待核", "全部表格（ZIP）"):
        assert words in page, words
    assert "广东河源" not in page  # the form of another way of scoring
    form = client.get(f"{ONE}self-national/").content.decode()
    for words in ("系统巡检次数", "18.33", "未测量", "社保信息化维护", "得分"):
        assert words in form, words
    links = set(re.findall(rf'href="({ONE}figures/[^"]+)"', form))
    assert len(links) > 20
    score = client.get(f"{ONE}figures/item.01.score/").content.decode()
    assert "18.33" in score
    assert "测量记录 1" in score
    assert client.get(f"{ONE}self-hubei/").status_code == 404
    assert client.get(f"{ONE}figures/none/").status_code == 404


@pytest.mark.slow
def test_files_print_what_the_page_shows_and_leave_an_audit_row(year, as_of):
    client = as_of("ling")
    packed = client.get(f"{ONE}forms.zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        names = archive.namelist()
        told = json.loads(archive.read("xxh-2025-self-national.json"))
    assert len(names) == 16
    report = json.loads(client.get(f"{ONE}report.json").content)
    assert report["format"] == "huiliu-report/1"
    assert "绩效自评报告" in report["title"]
    assert client.get(f"{ONE}report.xlsx").content.startswith(b"PK")
    texts = {cell["text"] for cell in told["cells"]}
    assert {"系统巡检次数", "18.33"} <= texts
    alone = client.get(f"{ONE}self-national.xlsx")
    assert alone["Content-Disposition"] == 'attachment; filename="xxh-2025-self-national.xlsx"'
    assert len(events(EventFilter(action="performance.form_print"))) == 4


def test_a_template_is_tried_kept_and_filled_with_its_formulas(year, as_of):
    client, form = as_of("kuai"), book()
    template = kept(client, year, form)
    page = client.get(f"{TEMPLATES}{template.pk}/").content.decode()
    for words in ("{{level3}}", "循环 indicators", "系统巡检次数", "未填报", "市财政局自评表", template.digest):
        assert words in page, words
    made = client.get(f"{ONE}templates/{template.pk}.xlsx").content
    rows = cells(made)
    assert rows[0][0] == "社保信息化维护（2025年度）自评表"
    # 20 × 11/12, not measured, cost not measured, 30; the total is not known and is no number
    assert [row[:4] for row in rows[1:6]] == [
        ["系统巡检次数", 20, 18.33, "未填报"],
        ["系统可用率", 10, "未测量", "未填报"],
        ["系统运维费", 20, "未测量", "未填报"],
        ["办件平均等候", 30, 30, "未填报"],
        ["参保人满意度", 10, "未测量", "未填报"],
    ]
    assert rows[6][3] == "未测量"
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    found = {one.get("r"): one.findtext(f"{main}f") for one in sheet(made).iter(f"{main}c")}
    assert (found["B7"], found["C7"]) == ("SUM(B2:B6)", "SUM(C2:C6)")
    assert [one.get("ref") for one in sheet(made).iter(f"{main}mergeCell")] == ["A1:D1"]
    told = client.get(f"{ONE}templates/{template.pk}.json").json()
    (score,) = [one for one in told["occurrences"] if one.get("figure") == "item.01.score"]
    assert score["where"]["words"] == "工作表“自评表”C2"
    assert client.get(f"{TEMPLATES}{template.pk}/file/").content == form
    assert len(events(EventFilter(action="performance.template_fill"))) == 2


def test_a_wrong_name_is_refused_with_its_cell_and_nothing_is_kept(year, as_of):
    answer = as_of("kuai").post(f"{TEMPLATES}new/", sent(book(("C9", "{{aegncy}}")), year, name="自评表"))
    page = answer.content.decode()
    assert "工作表“自评表”C9的占位符引用了不存在的内容“aegncy”" in page
    assert "agency" in page
    assert not FormTemplate.objects.exists()


def test_a_new_version_takes_the_place_and_nothing_kept_changes(year, as_of):
    client = as_of("kuai")
    first = kept(client, year)
    again = client.post(f"{TEMPLATES}new/", sent(book(), year, name="市财政局自评表")).content.decode()
    assert "已有同名的模板" in again
    assert client.post(f"{TEMPLATES}{first.pk}/next/", sent(book(("A9", "注")), year)).status_code == 302
    second = FormTemplate.objects.get(version=2)
    assert second.name == "市财政局自评表"
    assert client.post(f"{TEMPLATES}{first.pk}/retire/", follow=True).content.decode().count("已有新版") >= 1
    assert client.post(f"{TEMPLATES}{second.pk}/retire/").status_code == 302
    second.refresh_from_db()
    assert (second.retired_by, f"{second.retired_on}") == ("kuai", "2025-03-03")
    assert "没有在用的模板" in client.get(ONE).content.decode()
    for change in ({"digest": "sm3:0"}, {"retired_on": None, "retired_by": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FormTemplate.objects.filter(pk=second.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        FormTemplate.objects.filter(pk=first.pk).delete()


def test_names_are_found_by_words(year, as_of):
    client = as_of("ling")
    page = client.get(f"{ONE}names/", {"q": "系统巡检次数 计算得分"}).content.decode()
    assert "{{item.01.score}}" in page
    assert "18.33分" in page
    assert "{{item.04.score}}" not in page
    assert client.get(f"{TEMPLATES}new/").status_code == 403


@pytest.mark.slow
def test_libreoffice_reckons_the_sums_of_what_the_page_shows(year, as_of, tmp_path, require_tool):
    client = as_of("kuai")
    template = kept(client, year)
    (tmp_path / "filled.xlsx").write_bytes(client.get(f"{ONE}templates/{template.pk}.xlsx").content)
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [require_tool("soffice"), home, "--headless", "--convert-to", "csv", "filled.xlsx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=90)
    lines = (tmp_path / "filled.csv").read_text("utf-8").splitlines()
    assert lines[6].split(",")[1:3] == ["90", "48.33"]  # 20 + 10 + 20 + 30 + 10; 18.33 + 30
