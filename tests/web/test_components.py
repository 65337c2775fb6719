"""The components: what people read in tables, timelines, figures, check lists and traces."""

from datetime import date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.template import Context, Template

from huiliu.kernel.clock import TZ
from huiliu.web.asof import AsOf
from huiliu.web.format import show
from huiliu.web.tables import Cell, Column, Table
from huiliu.web.timeline import Month, timeline
from huiliu.web.trace import Step


def draw(tag: str, **context) -> str:
    return Template("{% load huiliu %}" + tag).render(Context(context))


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("money", Decimal("1234567.5"), "1,234,567.50"),
        ("wan", Decimal("157600"), "15.76"),
        ("int", 48211, "48,211"),
        ("int", 0, "0"),
        ("rate", Decimal("0.9798"), "97.98%"),
        ("month", 202503, "2025-03"),
        ("date", date(2025, 3, 31), "2025-03-31"),
        ("time", datetime(2025, 3, 31, 21, 5, 9, tzinfo=TZ), "2025-03-31 21:05:09"),
        ("text", "正常", "正常"),
        ("money", None, "未测量"),
    ],
)
def test_values_are_written_as_people_read_them(kind, value, text):
    assert show(kind, value, "未测量") == text


def test_a_table_has_head_rows_totals_and_escapes_what_it_shows():
    columns = (Column("name", "姓名"), Column("amount", "金额（元）", "money"), Column("state", "结论", "verdict"))
    rows = [{"name": "<b>张*</b>", "amount": Decimal(5), "state": Cell("不一致", state="fail", link="/x/")}]
    text = draw(
        "{% data_table table %}", table=Table(columns, rows, "无", totals={"name": "合计", "amount": Decimal(5)})
    )
    assert "&lt;b&gt;" in text
    assert "<b>" not in text
    assert text.count("5.00") == 2
    assert "合计" in text.split("<tfoot>")[1]
    assert "✕" in text
    assert '<a href="/x/">' in text
    assert 'scope="col" class="hl-k-money hl-right"' in text


def test_an_empty_table_says_why_and_what_to_do():
    text = draw("{% data_table table %}", table=Table((Column("a", "甲"),), [], "还没有批次", "请把批次放入 inbox。"))
    assert "还没有批次" in text
    assert "请把批次放入 inbox。" in text
    assert "<table" not in text


def test_a_timeline_has_twelve_cells_a_year_newest_first():
    found = timeline("缴费", {202312: Month(202312, "paid", Decimal("532.16")), 202402: Month(202402, "arrears")})
    assert [year.year for year in found.years] == [2024, 2023]
    assert {len(year.months) for year in found.years} == {12}
    january, february = found.years[0].months[:2]
    assert (january.state, february.state) == ("none", "arrears")
    assert found.years[0].months[2] is None
    assert found.years[1].months[10] is None
    assert [state.word for state in found.legend] == ["正常", "欠缴", "无记录"]


def test_a_timeline_says_each_month_to_hover_keyboard_and_screen_reader():
    text = draw("{% month_timeline t %}", t=timeline("缴费", {202312: Month(202312, "paid", Decimal("532.16"))}))
    assert 'data-text="2023-12 正常 532.16 元"' in text
    assert "●" in text  # not by colour alone


def test_a_timeline_of_nothing_says_so():
    assert "没有记录" in draw("{% month_timeline t %}", t=timeline("缴费", {}))


def test_checks_stand_failed_first():
    checks = [{"name": name, "verdict": verdict} for name, verdict in
              [("甲", "pass"), ("乙", "fail"), ("丙", "none"), ("丁", "warn")]]  # fmt: skip
    text = draw("{% checklist checks %}", checks=checks)
    assert sorted("甲乙丙丁", key=text.index) == ["乙", "丁", "丙", "甲"]
    assert "不一致" in text


def test_a_verdict_is_sign_word_number_and_next_step():
    text = draw('{% verdict "fail" "已拒绝" "少 1,446 行" next="查看核对" link="/n/" %}')
    assert all(
        part in text for part in ("✕", "已拒绝", "少 1,446 行", '<a class="hl-verdict-next" href="/n/">查看核对</a>')
    )


def test_a_figure_without_a_number_shows_its_word_and_no_zero():
    text = draw('{% figure "满意度" "不可复算" trace="/t/" %}')
    assert "不可复算" in text
    assert ">溯<" in text
    assert "0" not in text


def test_a_trace_goes_down_and_leads_back():
    steps = [Step("得分", "40.00", below=[Step("完成率", "100%", below=[Step("批次", link="/n/", digest="sm3:66c7")])])]
    text = draw('{% trace_steps steps back="/report/" back_label="返回报告" %}', steps=steps)
    assert text.index("得分") < text.index("完成率") < text.index("批次") < text.index("sm3:66c7")
    assert 'href="/report/"' in text


def test_a_trace_links_only_to_what_the_person_may_open(monkeypatch):
    monkeypatch.setattr("huiliu.web.access.hooks.has_permission", lambda user, code: code == "datahub.view_nights")
    steps = [Step("批次", link="/datahub/nights/", below=[Step("账户", link="/accounts/users/")])]
    text = draw("{% trace_steps steps %}", steps=steps, request=SimpleNamespace(user="clerk"))
    assert '<a href="/datahub/nights/">批次</a>' in text
    assert "账户" in text
    assert "/accounts/users/" not in text


def test_a_box_to_tick_stands_before_its_words():
    class Asked(forms.Form):
        taken = forms.BooleanField(label="从上年目标开始", required=False)
        name = forms.CharField(label="名称", required=False)

    text = draw("{% form_fields form %}", form=Asked())
    assert text.index('type="checkbox"') < text.index("从上年目标开始")
    assert text.index("名称") < text.index('type="text"')
    assert text.count("（选填）") == 1


def test_the_as_of_badge_names_day_and_level_or_that_there_is_none():
    assert "2025-03-31</time> · A 完整" in draw("{% as_of_badge a %}", a=AsOf(date(2025, 3, 31), "A", "完整"))
    assert "尚无已发布的数据" in draw("{% as_of_badge a %}", a=None)
