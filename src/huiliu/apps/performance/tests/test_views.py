"""The pages and the API of evaluations, as a person at the post sees them."""

import re

import pytest

from huiliu.apps.audit.selectors import EventFilter, events
from huiliu.apps.performance.services import Delivered, evaluation_import
from huiliu.apps.performance.tests.conftest import TABLE

pytestmark = pytest.mark.django_db

BASE = "/performance/evaluations/"


def test_empty_list_says_what_to_do(at):
    page = at("leader").get(BASE).content.decode()
    assert "还没有自评" in page
    assert "./run evaluation check" in page


def test_detail_shows_declared_beside_computed_and_the_other_denominator(project, at):
    page = at("leader").get(f"{BASE}jia-2024/").content.decode()
    for text in ("96.11", "60.00", "36.11", "78.80", "83.39", "不可复算", "90.28", "待核"):
        assert text in page, text
    assert "优（不变）" not in page  # 60 × 0.788 = 47.28; 83.39 is 良
    assert "良（改变）" in page


@pytest.mark.slow
def test_every_figure_has_a_trace_down_to_the_delivered_table(project, at):
    client = at("leader")
    page = client.get(f"{BASE}jia-2024/").content.decode()
    links = sorted(set(re.findall(r'href="(/performance/evaluations/jia-2024/figures/[^"]+)"', page)))
    assert len(links) > 20
    for link in links:
        answer = client.get(link)
        assert answer.status_code == 200, link
        assert project.digest in answer.content.decode(), link


def test_unknown_evaluation_or_figure_is_404(project, at):
    client = at("leader")
    for path in ("none/", "none/report/", "jia-2024/figures/no.such/", "jia-2024/files/exe/"):
        assert client.get(f"{BASE}{path}").status_code == 404, path


def test_report_page_links_each_figure(project, at):
    page = at("leader").get(f"{BASE}jia-2024/report/").content.decode()
    assert page.count('class="pf-figure"') > 15
    assert "其他需要说明的问题" in page
    assert "待单位填写" in page


def test_download_leaves_an_audit_row_first(project, at):
    answer = at("finance").get(f"{BASE}jia-2024/files/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="jia-2024.pdf"'
    assert answer.content.startswith(b"%PDF-")
    (event,) = events(EventFilter(action="performance.document_open"))
    assert (event.actor, event.object_key) == ("finance", "jia-2024")


def test_posts_without_the_right_are_refused(project, at):
    client = at("clerk")
    for path in ("", "jia-2024/", "jia-2024/report/", "jia-2024/figures/spent/", "jia-2024/files/pdf/"):
        assert client.get(f"{BASE}{path}").status_code == 403, path
    assert client.get("/api/v1/evaluations/jia-2024").status_code == 403


def test_api_gives_figures_and_findings(project, at):
    client = at("control")
    (listed,) = client.get("/api/v1/evaluations").json()
    assert (listed["name"], listed["declared"], listed["grade"]) == ("jia-2024", "96.11", "优")
    detail = client.get("/api/v1/evaluations/jia-2024").json()
    figures = {figure["id"]: figure for figure in detail["figures"]}
    assert figures["rate.initial"]["value"].startswith("78.8")
    assert figures["total.unchecked"]["text"] == "36.11"
    assert {finding["severity"] for finding in detail["findings"]} <= {"error", "warning", "note"}


def test_queries_do_not_grow(project, at, django_assert_max_num_queries):
    client = at("leader")
    client.get(f"{BASE}jia-2024/")
    with django_assert_max_num_queries(7):
        client.get(f"{BASE}jia-2024/")


@pytest.mark.slow
def test_texts_of_a_delivered_table_are_only_text(place, at):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    table = TABLE.replace("服务对象满意度", evil).replace("甲市社会保险基金管理局", evil).replace("信息化维护", evil)
    evaluation_import(delivered=Delivered("evil-2024", table.replace("测试资料", evil), "gd-heyuan-2024"))
    client = at("leader")
    figures = re.findall(r'href="([^"]*figures/[^"]*)"', client.get(f"{BASE}evil-2024/").content.decode())
    for path in ("/", BASE, f"{BASE}evil-2024/", f"{BASE}evil-2024/report/", *set(figures)):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path


def test_no_document_leaves_without_an_audit_row(project, at, monkeypatch):
    def broken(*_args):
        raise RuntimeError

    monkeypatch.setattr("huiliu.apps.performance.services.evaluations.record_alone", broken)
    client = at("leader")
    client.raise_request_exception = False
    answer = client.get(f"{BASE}jia-2024/files/pdf/")
    assert answer.status_code == 500
    assert b"%PDF" not in answer.content


def test_detail_lists_what_holds_each_number_and_states_identity_and_tolerance(project, at):
    html = at("leader").get(f"{BASE}jia-2024/").content.decode()
    for words in (
        "每个数由什么核对",
        "总分 = 各项得分（含资金栏单列的执行率得分）之和",
        "只有这一处列示年初预算数",
        "下达额度 = 预算数，或注明已追减",
    ):
        assert words in html, words
