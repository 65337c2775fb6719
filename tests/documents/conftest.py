"""A small hand-made evaluation: every kind of segment and block, numbers known in advance."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from huiliu.documents.compose import ReportData, compose
from huiliu.documents.fonts import FontSet, find_fonts
from huiliu.documents.model import FigureRef, Literal, Origin, Report
from huiliu.kernel.figures import Figure, FigureBook


def figure(name: str, value: str | None, unit: str, inputs: tuple[str, ...] = (), state: str = "computed") -> Figure:
    return Figure(
        id=name,
        label=f"标签 {name}",
        value=None if value is None else Decimal(value),
        unit=unit,
        places=2,
        formula="甲 ÷ 乙" if inputs else "取自报告",
        inputs=inputs,
        rounding="四舍五入",
        source="测试资料",
        state=state,
    )


@pytest.fixture
def figures() -> FigureBook:
    book = FigureBook()
    book.add(figure("budget.initial", "20", "万元", state="declared"))
    book.add(figure("budget.executed", "15.76", "万元", state="declared"))
    book.add(figure("rate.budget", "78.8", "%", ("budget.executed", "budget.initial")))
    book.add(figure("total", "96.11", "分", state="declared"))
    book.add(figure("score.safety", None, "分", state="uncheckable"))
    book.add(figure("gap", "0", "万元"))
    return book


CONTENT: dict[str, Any] = {
    "title": ["{{agency}}", "{{year}}年绩效自评报告"],
    "agency": "{{agency}}",
    "sections": [
        {
            "title": "资金情况",
            "blocks": [
                {"heading": "资金安排"},
                {"text": "预算为{{budget.initial|short}}，支出{{budget.executed}}，占预算的{{rate.budget|percent}}。"},
                {"text": "有缺口。", "when": {"positive": "gap"}},
                {"text": "本单位“[[T+1|术语|自评报告第四部分]]”库没有运维经费。"},
            ],
        },
        {
            "title": "得分情况",
            "blocks": [
                {
                    "text": "得分{{total}}，共列示：{{names}}。",
                    "lists": {"names": {"rows": "rows", "item": "{{name}}"}},
                },
                {
                    "table": "得分",
                    "rows": "rows",
                    "columns": [
                        {"title": "指标", "cell": "{{name}}", "width": 3},
                        {"title": "得分", "cell": "{{score|cell}}", "width": 1, "align": "right"},
                    ],
                    "totals": [["合计", "{{total|value}}"]],
                    "note": "注：没有依据的得分不复算。",
                },
                {"signature": "{{agency}}"},
            ],
        },
    ],
}


def text(words: str, kind: str = "名称") -> Literal:
    return Literal(words, kind, "测试资料", Origin.SOURCE)


@pytest.fixture
def data(figures: FigureBook) -> ReportData:
    return ReportData(
        key="sample-2024",
        year="2024",
        made_on=date(2025, 3, 20),
        figures=figures,
        texts={"agency": text("示例市社会保险基金管理局"), "year": text("2024", "日期")},
        rows={
            "rows": (
                {"name": text("资金支出率"), "score": FigureRef("total")},
                {"name": text("基金安全（T+1）"), "score": FigureRef("score.safety")},
            )
        },
        narrative={"unit.plans": ("按额度调整目标", "严格执行预算")},
        signed_on=date(2025, 3, 21),
    )


@pytest.fixture
def content() -> dict[str, Any]:
    return CONTENT


@pytest.fixture
def report(content: dict[str, Any], data: ReportData) -> Report:
    return compose(content, data)


@pytest.fixture
def one_paragraph(data: ReportData) -> Callable[[str], Report]:
    """Composes a report of one paragraph."""

    def make(words: str) -> Report:
        blocks = [{"text": words}]
        return compose({"title": ["报告"], "agency": "本局", "sections": [{"title": "正文", "blocks": blocks}]}, data)

    return make


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    return find_fonts()
