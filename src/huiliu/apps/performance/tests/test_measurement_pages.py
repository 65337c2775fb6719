"""Measurement pages: rows with what stands for them, one value down to its records, and who may do what."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiliu.apps.control.tests.walking import sent, text_of
from huiliu.apps.performance.models import Measurement
from huiliu.apps.performance.selectors import measurements as selectors
from huiliu.apps.performance.tests.test_measurements import PDF, in_force, known, take
from huiliu.web.trace import Step

__all__ = ["in_force", "known"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
LIST, YEAR = "/performance/measurements/", "/performance/measurements/xxh/2025/"


def of(row):
    return Measurement.objects.filter(row=row).first()


def page(client, row):
    return text_of(client, f"/performance/measurements/{of(row).pk}/")


def asked(client, path):
    client.get(path)
    with CaptureQueriesContext(connection) as statements:
        client.get(path)
    return len(statements)


def test_finance_measures_and_everybody_who_sees_targets_reads(in_force, as_of):
    kuai = as_of("kuai")
    assert "还没有测量" in text_of(kuai, YEAR)
    text = sent(kuai, f"{YEAR}take/")
    assert "已测量 5 项，截至 2025-03-03" in text
    for words in (
        "80.00%",
        "75.00%",
        "不适用",
        "有未测量的指标",
        "figures/count.open/",
        "没有选择测量方法",
        "凭佐证人工填写",
    ):
        assert words in text, words
    assert "3项" in text_of(kuai, LIST)
    ling = as_of("ling")
    text = text_of(ling, YEAR)
    assert "重新测量" not in text.replace("更正记录后重新测量", "")
    assert "凭佐证人工填写" not in text
    assert ling.post(f"{YEAR}take/").status_code == 403
    assert ling.get(f"{YEAR}rows/01/fill/").status_code == 403
    assert as_of("wang").get(YEAR).status_code == 403


def test_a_value_leads_to_its_records_and_says_how_far_they_go(in_force, as_of):
    take()
    text = page(as_of("ling"), "02")
    disclosures = ("如何核实", "数据来源", "准确性要求", "局限", "如何弥补")
    method = ("数据传送完整按时率（PI-LIB-001）", "完整（A、B 级）且次日 8（待核） 时前发布的批次")
    for words in (*method, *disclosures, "与内容一致", "记-1", "292", of("02").digest):
        assert words in text, words
    assert "配对产出为零或未测量" in page(as_of("ling"), "03")
    assert "还没有登记来源" in page(as_of("ling"), "01")


def test_people_are_called_by_their_names(in_force, as_of, people):
    people["kuai"].display_name = "蒯会计"
    people["kuai"].save()
    take()
    text = page(as_of("ling"), "02")
    assert text.count("蒯会计") == 2  # of this value, and in the row's history
    assert "kuai" not in text


def test_a_broken_seal_is_said(in_force, as_of, monkeypatch):
    take()
    monkeypatch.setattr(selectors, "content_digest", lambda *_: "sm3:other")
    assert "与内容不一致" in page(as_of("ling"), "02")


def test_filling_in_needs_the_file(in_force, as_of):
    take()
    kuai, path = as_of("kuai"), f"{YEAR}rows/01/fill/"
    assert "单位：项" in text_of(kuai, path)
    assert "评判等级" not in text_of(kuai, path)
    sent(kuai, path, value="3", reason="专家验收")
    assert not Measurement.objects.filter(state="manual").exists()
    file = io.BytesIO(PDF)
    file.name = "验收报告.pdf"
    text = sent(kuai, path, value="3", reason="专家验收", file=file)
    for words in ("3.00项", "人工填写", "专家验收", "验收报告.pdf"):
        assert words in text, words
    found = of("01")
    answer = as_of("ling").get(f"/performance/measurements/{found.pk}/evidence/0/")
    assert (answer.content, answer["Content-Disposition"][:10]) == (PDF, "attachment")
    assert as_of("ling").get(f"/performance/measurements/{found.pk}/evidence/1/").status_code == 404
    assert as_of("kuai").get(f"{YEAR}rows/02/fill/").status_code == 404  # its records speak


def test_pages_ask_seldom(in_force, as_of):
    take()
    ling = as_of("ling")
    detail = f"/performance/measurements/{of('02').pk}/"
    assert [asked(ling, path) for path in (LIST, YEAR, detail)] == [8, 7, 11]


def test_long_lists_are_cut_in_the_trace_and_whole_in_the_table(in_force, as_of, known, monkeypatch):
    from decimal import Decimal

    from huiliu.kernel.figures import Record
    from huiliu.scoring import evidence as ev

    records = [Record(f"datahub.night:k{number}", f"第 {number} 批", Decimal(1), "", "sm3:n") for number in range(60)]
    good = ev.fact_of_records("nights.good", records, "回流库")
    due = ev.fact_of_records("nights.due", records, "回流库")
    monkeypatch.setitem(ev._PROVIDERS, "nights", lambda _: ev.Gathered(ev.book_of([good, due])))
    take()
    ling = as_of("ling")
    assert "另有 48 条记录" in page(ling, "02")
    assert ">120<" in page(ling, "02")
    assert "第 59 批" in text_of(ling, f"/performance/measurements/{of('02').pk}/?page=2")


def test_every_value_of_the_page_has_a_trace(in_force):
    from huiliu.apps.performance.selectors.measurement_pages import trace

    take()
    for found in Measurement.objects.all():
        rows = list(found.evidence.all())
        step = trace(selectors.book_of(found, rows), rows)
        assert isinstance(step, Step)
        assert step.below, found.row


def test_sub_units_are_put_together_before_anything_is_scored(in_force, as_of):
    """Three counties: values are added; a ratio is weighted by its money; the satisfied are counted of those asked."""
    take()
    kuai, path = as_of("kuai"), f"{YEAR}rows/01/fill/"
    assert "一行一个：名称 数值" in text_of(kuai, path)

    def filled(**more):
        file = io.BytesIO(PDF)
        file.name = "汇总表.pdf"
        return sent(kuai, path, reason="三个县区分别验收", file=file, **more)

    assert "也只填一处" in filled(value="3", parts="甲县 1\n乙县 2")
    assert "不是“名称 数值”" in filled(value="", parts="甲县 一\n乙县 2")
    assert "每行只写名称和数值" in filled(value="", parts="甲县 1 100\n乙县 2 100")
    assert "单位名称重复" in filled(value="", parts="甲县 1\n甲县 2")
    assert not Measurement.objects.filter(state="manual").exists()
    text = filled(value="", parts="甲县 1\n乙县 2\n丙县 4")
    for words in ("7.00项", "人工填写", "各单位数相加", "甲县 数值", "丙县 数值", "4.00项"):
        assert words in text, words
    assert {selectors.file_name(one) for one in of("01").evidence.all()} == {"汇总表.pdf"}
    (digest,) = {one.digest for one in of("01").evidence.all()}
    assert digest.startswith("sm3:")
