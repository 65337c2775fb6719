"""The pages of a self-evaluation: what is found is named with its identity, answered, signed and shown as it was."""

import html
import re
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from huiliu.apps.performance.models import FilingVersion
from huiliu.apps.performance.selectors import filings as selectors
from huiliu.apps.performance.services.assessments import NewScore, score_declare
from huiliu.apps.performance.tests.form import by, later
from huiliu.apps.performance.tests.test_filings import answers, decided, draft, january, people, sent, wrote

__all__ = ["january", "people"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def fresh(january):
    """Accounts that were made this month, so that no password is too old."""
    get_user_model().objects.update(created_at=settings.HUILIU_CLOCK.now())


BASE = "/performance/filings/"
ONE = f"{BASE}xxh/2025/"


def text(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def edition(page):
    """The edition that a form was loaded with."""
    return re.search(r'name="edition" value="(\w+)"', page)[1]


def saved(client, **words):
    """The words saved from the form as it stands now."""
    return client.post(f"{ONE}words/", {"edition": edition(text(client, f"{ONE}words/")), **words})


def test_what_another_saved_meanwhile_is_shown_beside_what_was_typed_and_nothing_is_lost(january, as_of):
    get_user_model().objects.filter(username="tian").update(display_name="田工")
    client = as_of("tian")
    opened = edition(text(client, f"{ONE}words/"))
    wrote("他人写的完成情况", **{"unit.uses": "用于维护"})
    answer = client.post(f"{ONE}words/", {"edition": opened, "achieved": "我写的完成情况", "unit_goal": "我写的目标"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "自评在您填写期间已由他人保存过，这次没有保存" in page
    for words in ("我写的完成情况", "他人写的完成情况", "我写的目标", "用于维护", "田工 2026-01-20"):
        assert words in page, words
    assert selectors.filing_of("xxh", 2025).achieved == "他人写的完成情况"
    # The form now goes on from what is stored: both are joined by the person and saved.
    joined = {"edition": edition(page), "achieved": "两人的完成情况", "unit_uses": "用于维护"}
    assert client.post(f"{ONE}words/", joined).status_code == 302
    assert selectors.filing_of("xxh", 2025).achieved == "两人的完成情况"
    # Without an edition nothing is saved either.
    assert client.post(f"{ONE}words/", {"achieved": "x"}).status_code == 200
    assert selectors.filing_of("xxh", 2025).achieved == "两人的完成情况"


def test_it_is_drafted_answered_and_submitted(january, as_of):
    client = as_of("tian")
    assert "未起草" in text(client, BASE)
    sent_words = {
        "achieved": "基本完成",
        "unit_problems": "系统巡检没有经费，未开展\n目标偏高",
        "unit_uses": "支出15.76万元",
    }
    assert saved(client, **sent_words).status_code == 302
    page = text(client, ONE)
    # Named with code, identity and what stands there; a typed number is told at its paragraph.
    assert "EV-X01" in page
    assert "文字说没有开展的事项，其指标不得满分" in page
    assert "资金主要用途" in page
    assert saved(client, **sent_words | {"unit_uses": "用于维护"}).status_code == 302
    form = text(client, f"{ONE}submit/")
    assert "必须改正或答复" in form
    refused = client.post(f"{ONE}submit/", {"reason": "年度自评", **carried(form)})
    assert refused.status_code == 200
    assert "您打开页面以后的改动" not in refused.content.decode()
    told = {**answers(), "reason": "年度自评", **carried(form)}
    assert client.post(f"{ONE}submit/", told).status_code == 302
    page = text(client, ONE)
    assert "办理中" in page
    assert "已核实" in page


def test_who_signs_sees_findings_and_answers_and_what_changed_since(january, people, as_of):
    wrote(**{"unit.problems": "系统巡检没有经费，未开展"})
    version = sent()
    request = selectors.filing_of("xxh", 2025).request
    client = as_of("hu")
    signing = text(client, f"/control/requests/{request.pk}/")
    errors = len(draft().errors)
    assert f"错误 {errors} 条" in signing
    assert f"{ONE}rounds/1/" in signing
    assert "已核实" in text(client, f"{ONE}rounds/1/")
    assert "提交后记录有变化" not in text(client, ONE)
    score_declare(targets=january.pk, score=NewScore("04", Decimal(25), "复查后下调"), **by())
    page = text(client, ONE)
    assert "提交后记录有变化" in page
    assert "95.00分" in page
    # What is signed still says what it said.
    assert "100.00" in text(client, f"{ONE}rounds/1/figures/total.declared/")
    assert client.get(f"{ONE}figures/no.such/").status_code == 404
    decided(people, "hu", decision="returned", comment="重报")
    wrote("除巡检外已完成")
    assert "已退回" in text(client, BASE)
    sent()
    assert "与上一轮的不同" in text(client, f"{ONE}rounds/2/")
    assert version.digest in text(client, ONE)


def test_what_was_returned_to_another_is_taken_over_from_its_page(january, people, as_of):
    wrote()
    sent()
    decided(people, "hu", decision="returned", comment="重报")
    number = selectors.filing_of("xxh", 2025).request_id
    over = f"/control/requests/{number}/take-over/"
    assert over not in text(as_of("tian"), ONE)
    client = as_of("xin")
    page = text(client, ONE)
    assert "申请已退回给tian" in page
    assert (over in page, "提交审批" in page) == (True, False)
    assert client.post(over, {"reason": "原申请人已调岗"}).url == f"{ONE}rounds/1/"
    page = text(client, ONE)
    assert (over in page, "提交审批" in page) == (False, True)


def test_a_filed_one_is_shown_and_no_longer_changed(january, people, as_of):
    get_user_model().objects.filter(username="tian").update(display_name="田工")
    wrote()
    sent()
    assert "田工" in text(as_of("hu"), ONE)
    assert "田工提交" in text(as_of("hu"), f"{ONE}rounds/1/")
    decided(people, "hu", "kuai", "he", "ling")
    client = as_of("tian")
    page = text(client, ONE)
    assert "已定稿" in page
    assert "内容不再改动" in page
    assert f"{ONE}words/" not in page
    assert client.get(f"{ONE}submit/").status_code == 302
    assert saved(client, achieved="改").status_code == 200
    assert selectors.filed_file("xxh", 2025).given.achieved == "基本完成"


def test_its_forms_print_the_words_of_the_draft_and_then_what_was_signed(january, people, as_of):
    wrote(**{"unit.problems": "额度到账较晚"})
    client = as_of("kuai")
    forms, table = "/performance/forms/xxh/2025/", "/performance/forms/xxh/2025/self-national/"
    assert forms in text(client, ONE)
    listed = text(client, forms)
    assert ("草稿" in listed, "已定稿" in listed, ONE in listed) == (True, False, True)
    drawn = text(client, table)
    assert ("基本完成" in drawn, "2026年1月20日" in drawn) == (True, False)
    sent()
    decided(people, "hu", "kuai", "he", "ling")
    listed = text(client, forms)
    assert ("草稿" in listed, "已定稿" in listed) == (False, True)
    signed = text(client, table)
    assert ("基本完成" in signed, "2026年1月20日" in signed) == (True, True)


def test_only_the_drafter_writes(january, as_of):
    client = as_of("kuai")
    assert client.get(ONE).status_code == 200
    assert client.get(f"{ONE}words/").status_code == 403
    assert as_of("wang").get(ONE).status_code == 403


def test_who_drafts_finds_what_a_paragraph_may_print(january, as_of):
    client = as_of("tian")
    assert f"{ONE}names/" in text(client, ONE)
    page = text(client, f"{ONE}names/?q=total.declared")
    assert "{{total.declared}}" in page
    assert "100.00分" in page
    assert "total.computed" not in text(client, f"{ONE}names/?q=computed")  # nothing is measured: no number to print
    saved(client, achieved="基本完成", unit_uses="自评{{total.declared}}，实际 90 分")
    page = text(client, ONE)
    assert "本段第" in page
    saved(client, achieved="基本完成", unit_uses="自评{{total.declared}}")
    assert "自评100.00分" in text(client, ONE)


def carried(page):
    """The hidden fields that a page with a button to submit carries."""
    seen = html.unescape(re.search(r'name="seen" value="([^"]*)"', page)[1])
    return {"edition": edition(page), "seen": seen}


def beside(page):
    """The cells of the table above the form."""
    return re.findall(r"<td[^>]*>\s*(.*?)\s*</td>", page[page.index('id="above"') :], re.DOTALL)


def triples(cells):
    return set(zip(cells[::3], cells[1::3], cells[2::3], strict=True))


def test_what_changed_after_the_page_was_made_is_not_sealed_unseen(january, people, as_of):
    get_user_model().objects.filter(username="xin").update(display_name="新工")
    wrote(**{"unit.problems": "系统巡检没有经费，未开展", "unit.uses": "用于维护"})
    client, submit = as_of("tian"), f"{ONE}submit/"
    page = text(client, submit)
    opened, told = carried(page), {key: "已核实" for key in answers() if f'name="{key}"' in page}
    later()
    wrote("基本完成", "xin", **{"unit.problems": "系统巡检没有经费，未开展", "unit.uses": "用于运维"})
    shown = client.post(submit, {**opened, **told, "reason": "年度自评"}).content.decode()
    assert "自评在您打开页面以后有改动，这次没有提交" in shown
    assert "没有提交：您打开页面以后的改动（新工 2026-01-20 09:05:00 起草自评）" in shown
    assert triples(beside(shown)) == {("资金主要用途", "用于维护", "用于运维")}
    assert FilingVersion.objects.count() == 0
    # What was typed is still there, and the next submission goes on from what stands now.
    assert ">\n年度自评</textarea>" in shown
    assert client.post(submit, {**carried(shown), **told, "reason": "年度自评"}).status_code == 302
    assert selectors.kept_file(FilingVersion.objects.get()).given.narrative["unit.uses"] == "用于运维"


def test_a_score_declared_meanwhile_is_shown_and_answers_to_what_is_gone_are_kept(january, people, as_of):
    wrote(**{"unit.problems": "系统巡检没有经费，未开展"})
    client, submit = as_of("tian"), f"{ONE}submit/"
    opened, told = carried(text(client, submit)), answers()
    later()
    score_declare(targets=january.pk, score=NewScore("04", Decimal(25), "复查后下调"), **by())
    wrote()
    shown = client.post(submit, {**opened, **told, "reason": "年度自评"}).content.decode()
    assert "kuai 2026-01-20 09:05:00 填报自评得分" in shown
    found = triples(beside(shown))
    assert ("自评总分", "100.00分", "95.00分") in found
    assert ("自评发现的问题", "系统巡检没有经费，未开展", "无") in found
    assert ("您对 EV-X01 的答复", "已核实", "这个问题已不存在或数字已变，请另行答复") in found
    assert FilingVersion.objects.count() == 0


def test_the_way_to_the_submission_says_what_was_read(january, people, as_of):
    wrote()
    client = as_of("tian")
    way = re.search(rf'href="({ONE}submit/\?edition=\w+)"', text(client, ONE))[1]
    assert 'name="seen"' in text(client, way)
    wrote("另一情况", "xin")
    answer = client.get(way, follow=True)
    assert answer.redirect_chain == [(ONE, 302)]
    assert "内容在您打开页面以后有改动；请核对现在的内容，再提交。" in answer.content.decode()
    # Without an edition, or with hidden fields that nobody made, nothing is sealed either.
    for seen in ({}, {"edition": "x", "seen": "[1"}, {"edition": "x", "seen": '["9999-12-31T23:59:59", {"a": 1}]'}):
        answer = client.post(f"{ONE}submit/", {"reason": "年度自评", **answers(), **seen})
        assert "这次没有提交" in answer.content.decode()
    assert FilingVersion.objects.count() == 0
