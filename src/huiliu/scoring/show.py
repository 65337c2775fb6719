"""`evaluation show`: the evaluation as sections of plain rows, and as text for a console."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huiliu.scoring.evaluate import EvaluationResult, RowResult
from huiliu.scoring.findings import SEVERITIES
from huiliu.scoring.phrases import phrases


@dataclass(frozen=True)
class Section:
    """A titled table of words; every row has as many cells as the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sections(result: EvaluationResult) -> tuple[Section, ...]:
    """Everything `show` prints, in order; numbers are printed forms of the book's figures."""
    return (
        Section("资金", ("项目", "数值", "依据"), tuple(_money(result))),
        Section(
            "指标",
            ("一级", "指标", "分值", "完成率", "复算得分", "自评得分", "推算完成率"),
            tuple(_row(result, row) for row in result.rows),
        ),
        Section("分级合计", ("一级", "分值", "复算得分", "自评得分"), tuple(_levels(result))),
        Section("总分与等级", ("项目", "数值", "依据"), tuple(_totals(result))),
        Section("完成情况", ("项目", "数值", "依据"), tuple(_named(result, _counted(result)))),
        Section("口径比较", ("支出率口径", "支出率", "得分", "总分", "等级"), tuple(_sensitivity(result))),
        Section("核对结果", ("级别", "代码", "问题", "位置"), tuple(_findings(result))),
        Section("需人工核对", ("事项", "原因"), tuple((item["what"], item["why"]) for item in phrases().by_hand)),
        Section("评分方案", ("方案", "说明"), tuple(_profile(result))),
    )


def _named(result: EvaluationResult, ids: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for name in ids:
        figure = result[name]
        yield figure.label, figure.with_unit(), f"{figure.state_label}：{figure.formula}"


def _money(result: EvaluationResult) -> Iterator[tuple[str, ...]]:
    ids = [name for name in result.book if name.startswith(("budget.", "rate.")) or name == "spent"]
    yield from _named(result, [name for name in ids if result[name].value is not None])


def _row(result: EvaluationResult, row: RowResult) -> tuple[str, ...]:
    implied = result[row.implied].with_unit() + "（推算）" if row.implied else ""
    cells = (row.weight, row.completion, row.score, row.declared)
    weight, completion, score, declared = (result[name].text() for name in cells)
    percent = "%" if result[row.completion].value is not None else ""
    return row.row.level1, row.row.level3, weight, completion + percent, score, declared, implied


def _levels(result: EvaluationResult) -> Iterator[tuple[str, ...]]:
    for level in result.levels:
        yield level.name, result[level.weight].text(), result[level.score].text(), result[level.declared].text()


def _totals(result: EvaluationResult) -> Iterator[tuple[str, ...]]:
    ids = ("total.weight", "total.declared", "total.printed", "total.recomputed", "total.unchecked")
    yield from _named(result, ids)
    yield "等级", result.grade or "未测量", f"按自评得分合计；报告所列：{result.grade_printed or '未列'}"


def _counted(result: EvaluationResult) -> list[str]:
    return [name for name in result.book if name.startswith(("count.", "band."))]


def _sensitivity(result: EvaluationResult) -> Iterator[tuple[str, ...]]:
    for line in result.sensitivity:
        same = "不变" if line.grade == result.grade else f"由{result.grade}变为{line.grade}"
        yield (
            line.basis,
            result[line.rate].with_unit(),
            result[line.score].with_unit(),
            result[line.total].with_unit(),
            f"{line.grade}（{same}）",
        )


def _findings(result: EvaluationResult) -> Iterator[tuple[str, ...]]:
    for finding in result.findings:
        yield SEVERITIES[finding.severity], finding.code, finding.what, finding.where


def _profile(result: EvaluationResult) -> Iterator[tuple[str, ...]]:
    yield result.profile.id, f"{result.profile.label}。来源：{result.profile.source}"
    for line in result.profile.unverified:
        yield "待核", line


def render_show(result: EvaluationResult) -> str:
    """The sections as aligned text; ends with a newline."""
    table = result.table
    lines = [f"{table.agency} {table.project} {table.year}年绩效自评"]
    for section in sections(result):
        if section.rows:
            lines += ["", f"【{section.title}】", *_aligned([section.header, *section.rows])]
    return "\n".join(lines) + "\n"


def _aligned(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  " + "  ".join(cells).rstrip()


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
