"""The pages of targets, as finance fills the form in, control and leader sign it, and everybody reads it."""

import html
import re
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from django.urls import reverse

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.models import TargetVersion
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.services import Words, row_put, row_remove, version_describe
from huiliu.apps.performance.tests.form import ROWS, begun, by, clock, filled, later, signed, submitted
from huiliu.kernel.figures import agrees

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
BASE = "/performance/targets/"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ROW = {
    "level1": "产出", "level2": "数量指标", "level3": "系统巡检次数", "kind": "≥", "value": "12", "unit": "次",
    "weight": "20", "rule": "proportion", "basis": "合同", "evidence": "巡检记录", "formula": "计数", "purpose": "ops",
}  # fmt: skip


def text(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def edition(page):
    """The edition that a form was loaded with."""
    return re.search(r'name="edition" value="(\w+)"', page)[1]


def sent(client, address, **values):
    """A form sent from the page as it stands now."""
    return client.post(address, {"edition": edition(text(client.get(address))), **values})


def removed(client, address):
    """A line taken out from its page as it stands now."""
    return client.post(f"{address}remove/", {"edition": edition(text(client.get(address)))})


def test_a_row_saved_or_taken_out_meanwhile_is_not_overwritten(as_of, people):
    version = filled(begun())
    kept = version.rows.get(code="01")
    client, page = as_of("kuai"), f"{BASE}rows/{kept.pk}/"
    opened = edition(text(client.get(page)))
    row_put(number=version.pk, row=replace(ROWS[0], value=Decimal(24), basis="新合同"), **by())
    shown = text(client.post(page, {"edition": opened, **ROW, "value": "36"}))
    assert "这一行指标在您填写期间已由他人保存过，这次没有保存" in shown
    assert "您填写的和现存的（kuai 2025-03-03" in shown
    cells = re.findall(r"<td[^>]*>\s*(.*?)\s*</td>", shown[shown.index('id="above"') :])
    assert {("36", "24"), ("合同", "新合同")} <= set(pairwise(cells))
    assert selectors.rows_of(version)[0].value == Decimal(24)
    assert client.post(f"{page}remove/", {"edition": opened}).url == "../"
    assert version.rows.filter(code="01").exists()
    assert client.post(page, {"edition": edition(shown), **ROW, "value": "36"}).status_code == 302
    assert selectors.rows_of(version)[0].value == Decimal(36)
    # Taken out by another: what was typed stays and becomes a row of its own.
    opened = edition(text(client.get(page)))
    row_remove(number=version.pk, code="01", **by())
    assert client.post(page, {"edition": opened, **ROW}).status_code == 404
    shown = text(client.post(page, {"edition": opened, "version": version.pk, **ROW, "basis": "补充合同"}))
    assert "已由他人删除" in shown
    assert "补充合同" in shown
    assert f'action="{BASE}{version.pk}/rows/new/"' in shown
    sent(client, f"{BASE}{version.pk}/rows/new/", **ROW | {"basis": "补充合同"})
    assert version.rows.get(code="01").basis == "补充合同"


def test_words_money_and_weights_are_guarded_alike(as_of, people):
    version = filled(begun())
    client, page = as_of("kuai"), f"{BASE}{version.pk}/"
    opened = {name: edition(text(client.get(f"{page}{name}/"))) for name in ("words", "weights", "uses/new")}
    version_describe(number=version.pk, words=Words("他人的目标"), **by())
    row_put(number=version.pk, row=replace(ROWS[0], weight=Decimal(19)), **by())
    shown = text(client.post(f"{page}words/", {"edition": opened["words"], "objective": "我的目标"}))
    assert "我的目标" in shown
    assert "他人的目标" in shown
    assert "权重在您填写期间已由他人保存过" in text(client.post(f"{page}weights/", {"edition": opened["weights"]}))
    assert version.rows.get(code="01").weight == "19"
    again = {"edition": opened["uses/new"], "code": "ops", "name": "另一事项", "amount": "1"}
    assert "已有这个代码的资金用途" in text(client.post(f"{page}uses/new/", again))
    assert version.uses.get().name == "系统运维"


def test_targets_changed_after_the_page_was_made_are_not_sealed_unseen(as_of, people):
    version = filled(begun(), (*ROWS[:4], replace(ROWS[4], basis="")))
    client, page = as_of("kuai"), f"{BASE}{version.pk}/"
    way = re.search(rf'href="({page}submit/\?edition=\w+)"', text(client.get(page)))[1]
    form = text(client.get(way))
    opened = {"edition": edition(form), "seen": html.unescape(re.search(r'name="seen" value="([^"]*)"', form)[1])}
    later()
    row_put(number=version.pk, row=replace(ROWS[0], value=Decimal(24)), **by())
    row_put(number=version.pk, row=ROWS[4], **by())
    version_describe(number=version.pk, words=Words("他人的目标"), **by())
    shown = text(client.post(way, {**opened, "reason": "年度目标", "TG-C01": "首次设定"}))
    assert "目标在您打开页面以后有改动，这次没有提交" in shown
    assert "改动（kuai 2025-03-03 09:05:00 修改绩效目标说明；kuai 2025-03-03 09:05:00 填写绩效指标）" in shown
    cells = re.findall(r"<td[^>]*>\s*(.*?)\s*</td>", shown[shown.index('id="above"') :])
    assert set(zip(cells[::3], cells[1::3], cells[2::3], strict=True)) == {
        ("年度总体目标", "系统全年稳定运行", "他人的目标"),
        ("依据文件", "甲财〔2025〕1号 2025-02-01", "空"),
        ("指标 01 目标值", "≥ 12", "≥ 24"),
        ("指标 05 设定依据", "空", "运维合同"),
        ("您对 TG-C01 的答复", "首次设定", "这个问题已不存在或数字已变，请另行答复"),
    }
    version.refresh_from_db()
    assert (version.status, version.request) == ("draft", None)
    assert "内容在您打开页面以后有改动" in text(client.get(way, follow=True))
    # What somebody made wrong meanwhile is told too, with what was typed still there.
    row_remove(number=version.pk, code="02", **by())
    wrong = text(client.post(way, {"edition": edition(shown), "reason": "年度目标"}))
    assert "这次没有提交" in wrong
    assert "年度目标</textarea>" in wrong
    row_put(number=version.pk, row=ROWS[1], **by())
    assert sent(client, f"{page}submit/", reason="年度目标").url == page


def test_finance_fills_a_form_in_from_nothing_to_submission(as_of, people):
    client = as_of("kuai")
    assert "还没有绩效目标" in text(client.get(BASE))
    new = {"project": "xxh", "name": "信息化维护", "year": 2025, "profile": "national", "stage": "first"}
    made = client.post(f"{BASE}new/", new)
    version = TargetVersion.objects.get()
    page = f"{BASE}{version.pk}/"
    assert made.url == page
    assert "没有任何指标" in text(client.get(page))
    sent(client, f"{page}uses/new/", code="ops", name="系统运维", amount="100000")
    assert sent(client, f"{page}rows/new/", **ROW).url == page
    (row,) = selectors.rows_of(version)
    assert row == replace(ROWS[0], basis="合同", evidence="巡检记录", formula="计数", rule="proportion")
    kept = version.rows.get()
    sent(client, f"{BASE}rows/{kept.pk}/", **ROW | {"value": "24", "money_dependent": "on"})
    assert selectors.rows_of(version)[0].value == Decimal(24)
    sent(client, f"{page}words/", objective="全年稳定")
    shown = text(client.get(page))
    for words in ("≥ 24", "随资金变化", "100,000.00", "没有质量指标", "TG-B03", "全年稳定"):
        assert words in shown, words
    assert "还有错误，不能提交" in text(client.post(f"{page}submit/", {"reason": "年度目标"}, follow=True))
    removed(client, f"{BASE}rows/{kept.pk}/")
    removed(client, f"{BASE}uses/{version.uses.get().pk}/")
    assert (version.rows.count(), version.uses.count()) == (0, 0)


def test_a_warning_is_answered_on_the_page_and_signed_by_two(as_of, people):
    version = filled(begun(), (*ROWS[:4], replace(ROWS[4], basis="")))
    page = f"{BASE}{version.pk}/"
    client = as_of("kuai")
    assert "TG-C01 没有设定依据：为什么这样定" in text(client.get(f"{page}submit/"))
    assert sent(client, f"{page}submit/", reason="年度目标", **{"TG-C01": "首次设定"}).url == page
    shown = text(client.get(page))
    assert "审批中" in shown
    assert "首次设定" in shown
    assert f"{page}submit/" not in shown
    assert client.get(f"{BASE}rows/{version.rows.first().pk}/").url == page
    client = as_of("he")
    assert "去办理" in text(client.get(page))
    version.refresh_from_db()
    detail = text(client.get(reverse("control:request_detail", args=(version.request_id,))))
    assert page in detail
    signed(version, people, "he", "ling")
    assert "2025-03-03" in text(client.get(page))


def test_points_are_divided_evenly_by_level(as_of, people):
    version = begun(categories=("operations",))
    client, page = as_of("kuai"), f"{BASE}{version.pk}/"
    assert "原来填写的权重会被替换" in text(client.get(f"{page}weights/"))
    assert sent(client, f"{page}weights/").url == page
    weights = [str(row.weight) for row in selectors.rows_of(version)]
    assert weights == ["8.33", "8.33", "8.33", "8.33", "8.34", "8.34", "30.00", "10.00"]
    assert "TG-D01" not in {one.code for one in selectors.findings_of(version)}


def test_the_document_is_kept_and_handed_out_on_record(as_of, people, settings, tmp_path):
    from django.core.files.uploadedfile import SimpleUploadedFile

    settings.HUILIU_HOME = tmp_path
    version = begun("reply")
    client, page = as_of("kuai"), f"{BASE}{version.pk}/"
    given = {"objective": "稳定", "document_no": "甲财〔2025〕9号", "document_on": "2025-02-20"}
    assert client.get(f"{page}document/").status_code == 404
    sent(client, f"{page}words/", **given, file=SimpleUploadedFile("批复.pdf", PDF))
    assert "批复.pdf" in text(client.get(page))
    answer = client.get(f"{page}document/")
    assert (answer.content, answer["Content-Disposition"]) == (PDF, f'attachment; filename="target-{version.pk}.pdf"')
    (event,) = events(EventFilter(action="performance.target_document_read"))
    assert event.actor == "kuai"


def test_two_versions_side_by_side_mark_what_changed(as_of, people, settings):
    first = signed(submitted(filled(begun()), people), people, "he", "ling")
    settings.HUILIU_CLOCK = clock(2025, 4, 1)
    client = as_of("kuai")
    made = client.post(f"{BASE}{first.pk}/next/", {"stage": "reply"})
    second = TargetVersion.objects.get(number=2)
    assert made.url == f"{BASE}{second.pk}/"
    row_put(number=second.pk, row=replace(ROWS[2], value=Decimal(78800)), **by())
    row_put(number=second.pk, row=replace(ROWS[1], code="", level3="验收合格率"), **by())
    shown = text(as_of("ling").get(f"{BASE}{second.pk}/compare/"))
    assert re.findall(r"<del>(.*?)</del>.*?<ins>(.*?)</ins>", shown)[0] == ("≤ 100000", "≤ 78800")
    assert [shown.count(word) for word in ("有改动</span>", "新增</span>", "<del>")] == [1, 1, 1]
    for words in (
        "没有改动：总体；资金用途 系统运维；01 系统巡检次数",
        "06</span> 验收合格率",
        "<dt>支出事项</dt><dd>系统运维</dd>",
    ):
        assert words in shown, words
    assert "ops" not in shown
    alone = begun(year=2026)
    assert "没有可比较的版本" in text(client.get(f"{BASE}{alone.pk}/compare/"))


def test_every_figure_of_the_page_opens_its_trace_and_agrees(as_of, people):
    version = filled(begun())
    client, page = as_of("ling"), f"{BASE}{version.pk}/"
    links = set(re.findall(rf'href="{page}figures/([^/"]+)/"', text(client.get(page))))
    assert links == {*(f"weight.row.0{number}" for number in range(1, 6)), "weight.level.1", "weight.level.2",
                     "weight.level.3", "weight.total", "use.ops", "use.total"}  # fmt: skip
    book = selectors.book_of(version)
    for name in links:
        assert agrees(book[name], book), name
        assert book[name].text() in text(client.get(f"{page}figures/{name}/"))
    assert client.get(f"{page}figures/none/").status_code == 404


def test_readers_change_nothing_and_others_see_nothing(as_of, people):
    version = filled(begun())
    row = version.rows.first()
    client = as_of("ling")
    shown = text(client.get(f"{BASE}{version.pk}/"))
    assert f"{BASE}rows/{row.pk}/" not in shown
    for path in ("new/", f"{version.pk}/submit/", f"{version.pk}/words/", f"rows/{row.pk}/", f"rows/{row.pk}/remove/"):
        assert client.post(f"{BASE}{path}", ROW).status_code == 403, path
    assert as_of("wang").get(f"{BASE}{version.pk}/").status_code == 403


def test_nothing_is_offered_to_change_in_a_year_that_is_over(as_of, people, settings):
    settings.HUILIU_CLOCK = clock(2024, 12, 31)
    version = filled(begun(year=2024))
    settings.HUILIU_CLOCK = clock(2025, 1, 1)
    client, page = as_of("kuai"), f"{BASE}{version.pk}/"
    shown = text(client.get(page))
    assert "提交审批" not in shown
    assert "另起一版" not in shown
    assert "年度已经结束" in text(client.post(f"{page}rows/new/", ROW))
    assert client.post(f"{BASE}rows/{version.rows.first().pk}/remove/").status_code == 409


def test_a_form_says_beside_the_field_what_is_wrong(as_of, people):
    client = as_of("kuai")
    new = {"project": "a/b", "name": "甲", "year": 2024, "profile": "national", "stage": "first"}
    assert "年度已经结束" in text(client.post(f"{BASE}new/", new))
    assert "代码写法不正确" in text(client.post(f"{BASE}new/", {**new, "year": 2025}))
