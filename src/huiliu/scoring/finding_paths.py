"""Which cells of a table a finding speaks of: their paths in the exchange format, the likeliest first."""

import re
from collections.abc import Iterator, Mapping

from huiliu.scoring.exchange import Indicator, Table
from huiliu.scoring.findings import Finding
from huiliu.scoring.funds import COLUMN_LABELS, COLUMNS, totals

_ROW = re.compile(r"第(\d+)行(?: |$)")
_BAND = "完成率分段"
_COLUMNS = {"目标值": "target", "实际值": "actual", "完成率": "completion", "分值": "weight", "得分": "score",
            "执行率": "completion"}  # fmt: skip
_ROW_CELLS: Mapping[str, tuple[str, ...]] = {
    "EV-A02": ("target",), "EV-D03": ("actual", "target"), "EV-M06": ("actual",), "EV-M07": ("actual",),
    "EV-M08": ("score",), "EV-M09": ("actual",), "EV-N02": ("score",),
    "EV-R01": ("completion", "actual"), "EV-R02": ("completion", "actual"), "EV-S03": ("score",),
    "EV-S04": ("score",), "EV-T01": ("completion",), "EV-T02": ("score",), "EV-T03": ("reason", "score"),
    "EV-T04": ("actual",), "EV-T05": ("actual",), "EV-T06": ("score", "actual"), "EV-T07": ("score", "actual"),
    "EV-T08": ("level3",), "EV-T12": ("actual",), "EV-T13": ("actual", "target"), "EV-T14": ("completion",),
    "EV-T15": ("level3",), "EV-X14": ("actual",), "EV-X15": ("reason", "score"),
    "EV-U01": ("actual", "target"), "EV-U02": ("target", "actual"), "EV-U03": ("actual", "target"),
    "EV-X01": ("score",), "EV-X02": ("score",), "EV-X04": ("reason", "score"), "EV-X05": ("score",),
    "EV-X10": ("score",), "EV-X11": ("reason",), "EV-X12": ("reason",),
}  # fmt: skip
# These name their cell themselves, by a column or by a part of the table.
_NAMED = frozenset({
    "EV-A01", "EV-A03",
    "EV-C01", "EV-C02", "EV-C03", "EV-C04", "EV-C05", "EV-D01", "EV-D02", "EV-G01", "EV-G02", "EV-M01", "EV-M02",
    "EV-M03", "EV-M04", "EV-M05", "EV-N01", "EV-N03", "EV-N04", "EV-N05", "EV-R03", "EV-R04", "EV-S01", "EV-S02",
    "EV-S05", "EV-S06", "EV-S07", "EV-T09", "EV-T10", "EV-W01", "EV-W02", "EV-W03", "EV-X03", "EV-X06", "EV-X07",
    "EV-X08", "EV-X09", "EV-X13", "EV-X16",
})  # fmt: skip
_WORDS: Mapping[str, tuple[str, ...]] = {
    "总分": ("total",), "满分": ("total_weight",), "分值合计": ("total_weight",), "等级": ("grade",),
    "报告日期": ("date",), "下达额度": ("budget.issued",), "到位资金": ("budget.received",),
    "支出": ("spent", "budget.executed"), "预算与额度": ("budget.issued", "budget.full_year"),
    "资金栏": ("budget.full_year", "budget.initial"), "共同原因": ("common_reason",), "完整性": ("completeness",),
    "合计": ("total", "total_weight"), "付款明细": ("payments[0].amount",), "执行率": ("budget_indicator.rate",),
    "执行率分值": ("budget_indicator.weight",), "执行率得分": ("budget_indicator.score",),
    "指标个数": ("counts.indicators",), "完成个数": ("counts.complete",), "未完成个数": ("counts.incomplete",),
    "完成占比": ("counts.complete_share",), "未完成占比": ("counts.incomplete_share",),
    "实际完成值": ("indicators[0].actual",), "年度指标值": ("indicators[0].level3",),
}  # fmt: skip
_EXECUTION = {"EV-S03": "score", "EV-S05": "score"}
_SAID = ("报告文字", "整改措施", "资金用途")
_QUOTED = re.compile(r"“([^”]+)”")


def placed_by(code: str) -> str:
    """What tells the cell of a check's findings: `row` and its columns, `words` of the finding, or nothing known."""
    return "row" if code in _ROW_CELLS else "words" if code in _NAMED else ""


def paths_of(finding: Finding, table: Table) -> tuple[str, ...]:
    """Paths such as `indicators[2].score`; of several the first that is printed is the place; empty where it has none.

    A cell that ought to be there and is not (a reason) is followed by the nearest that is.
    """
    return tuple(dict.fromkeys(_summed(_paths(finding, table), table)))


def _paths(finding: Finding, table: Table) -> Iterator[str]:
    found = _ROW.match(finding.where)
    if found is not None:
        yield from _row_paths(finding, f"indicators[{int(found[1]) - 1}]")
    elif finding.where.startswith("预算执行率"):
        yield f"budget_indicator.{_EXECUTION.get(finding.code, 'rate')}"
        yield "budget_indicator.score"
    elif finding.where.startswith(_BAND):
        name = finding.where.removeprefix(_BAND).strip()
        yield from (
            f"counts.bands[{band}]" for band in (table.counts.bands if table.counts else ()) if name in ("", band)
        )
    elif finding.where in _SAID:
        yield from _statements(finding, table)
    elif finding.where in _WORDS:
        yield from _WORDS[finding.where]
    else:
        yield from _money(finding.where, table)
        yield from _level(finding.where, table)


def _row_paths(finding: Finding, path: str) -> Iterator[str]:
    named = _COLUMNS.get(finding.where.rpartition(" ")[2])
    cells = (named,) if named else _ROW_CELLS.get(finding.code, ())  # of a check not listed no cell but the name
    yield from (f"{path}.{name}" for name in (*cells, "level3", "level2", "level1"))


def _statements(finding: Finding, table: Table) -> Iterator[str]:
    """The sentence that holds what the finding quotes; all of them where none does."""
    quoted = _QUOTED.findall(finding.found) or [finding.found]
    every = list(enumerate(table.statements))
    holding = [n for n, one in every if any(words in one.text for words in quoted)]
    yield from (f"statements[{n}].text" for n in holding or [n for n, _ in every])


def _money(where: str, table: Table) -> Iterator[str]:
    """A line of the fund block, or a column of it."""
    columns = [name for name in COLUMNS if COLUMN_LABELS[name] in where]
    lines = [line for line in table.budget.rows if line.name and where.startswith(line.name)]
    for line in sorted(lines, key=lambda line: -len(line.name)):
        yield from (f"{line.path}.{name}" for name in columns or ("executed", "full_year", "initial"))
    if not lines:
        yield from (f"budget.{name}" for name in columns)


def _level(where: str, table: Table) -> Iterator[str]:
    names = where.split("、")
    yield from (f"{row.path}.level1" for row in table.indicators if _under(row, names))


def _under(row: Indicator, names: list[str]) -> bool:
    return any(name and name in row.level1 for name in names)


def _summed(paths: Iterator[str], table: Table) -> Iterator[str]:
    """A total of the fund block may be printed in its own line only."""
    for path in paths:
        yield path
        head, _, name = path.partition(".")
        if head == "budget" and name in COLUMNS:
            yield from (f"{line.path}.{name}" for line in totals(table.budget))
        if path.startswith("budget_indicator."):
            yield from (f"{line.path}.{name}" for line in totals(table.budget))
