"""What an agency's template may print of an evaluation made from records: names that stay, each explained."""

from collections.abc import Iterator, Mapping

from huiliu.documents.compose import Cell
from huiliu.documents.evaluation_file import EvaluationFile, FileRow
from huiliu.documents.model import FigureRef, Text
from huiliu.documents.printed_forms.names import form_data
from huiliu.documents.template_words import TemplateData
from huiliu.documents.templates import Name, known_names

_FUNDS = ("total", "current", "carried", "other")
_FUND_LABELS = {"initial": "年初预算数", "full_year": "全年预算数", "issued": "下达额度", "executed": "全年执行数"}
_ROW_PARTS = ("level1", "level2", "level3", "target", "actual", "declared", "difference", "state", "reason")

TEXTS: Mapping[str, str] = {
    "agency": "实施单位",
    "department": "主管部门",
    "project": "项目名称",
    "year": "年度",
    "version": "所依据的目标版本",
    "objective": "年度总体目标（预期）",
    "achieved": "年度总体目标完成情况",
    "profile.label": "评分方案",
    "points.printed": "“得分”一栏印的是哪一种得分",
    "total": "总分，与“得分”一栏同一种",
    "grade": "等级，与“得分”一栏同一种；未测量完时是可能的范围",
    "grade.computed": "按计算总分判定的等级",
    "grade.declared": "按自评总分判定的等级",
    "money.unit": "金额单位",
    "filled.on": "填报日期；没有定稿时留出填写的位置",
    "blank": "空白，供签字",
    "execution.weight": "预算执行率的分值",
    "execution.rate": "预算执行率",
    "execution.points": "预算执行率的得分",
    "execution.reason": "预算执行率未达到目标的原因",
    "unit.result": "单位填写：自评结论",
    "unit.problems": "单位填写：存在问题",
    "unit.measures": "单位填写：改进措施",
    "unit.nature": "单位填写：项目性质",
    "unit.kind": "单位填写：项目类别",
    "unit.period": "单位填写：项目期限",
}

LISTS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "indicators": ("各项指标，不含在资金栏计分的执行率", {}),
    "all": ("各项指标，含执行率", {}),
    "funds": (
        "资金四行：年度资金总额、当年财政拨款、上年结转、其他",
        {"name": "资金来源", **_FUND_LABELS, "weight": "分值", "rate": "执行率", "points": "得分"},
    ),
    "levels": ("分级合计", {"name": "一级指标", "weight": "分值", "score": "计算得分", "declared": "自评得分"}),
    "uses": ("资金用途", {"name": "用途", "amount": "金额"}),
    "lines": ("换一个口径的总分", {"label": "口径", "total": "总分", "grade": "等级", "why": "说明"}),
    "lacks": ("还缺的说明和佐证", {"code": "指标编号", "text": "须补充"}),
    "findings": (
        "核对发现",
        {"code": "核对项", "severity": "程度", "what": "内容", "where": "位置", "expected": "应为", "found": "实为"},
    ),
}

ROW: Mapping[str, str] = {
    "code": "指标编号",
    "level1": "一级指标",
    "level2": "二级指标",
    "level3": "三级指标",
    "sign": "指标性质（≥ ≤ = 区间 定性）",
    "target": "年度指标值，带符号和单位",
    "target_value": "指标值，只有数",
    "unit": "度量单位",
    "actual": "实际完成值，带单位",
    "actual_value": "实际完成值，只有数",
    "completion": "计分完成率",
    "weight": "分值",
    "points": "得分，按所选的一种印",
    "score": "计算得分",
    "declared": "自评得分",
    "difference": "自评与计算之差",
    "evidence": "佐证记录数",
    "state": "情况（已计分、未测量、不适用）",
    "reason": "未完成的原因",
    "basis": "指标值的依据",
    "source": "佐证资料",
    "formula": "计算方法",
}
_OF_ROWS = frozenset({"indicators", "all"})


def template_data(file: EvaluationFile) -> TemplateData:
    """Every name of the printed forms, and beside them each row and each line of the funds under a name of its own.

    A figure without a value prints its word (未测量, 不适用, 不可复算), never 0.
    """
    data = TemplateData.of_report(form_data(file))
    return TemplateData(data.figures, {**data.texts, **dict(_more(file, data))}, data.rows)


def template_names(file: EvaluationFile) -> tuple[Name, ...]:
    """Every name with what it is and how it reads now, in the order in which people look for them."""
    data = template_data(file)
    shared = [one for one in known_names(data) if not one.list_name]
    labels = {**TEXTS, **dict(_labels(file))}
    told = [Name("", one.name, labels.get(one.name, one.label), one.sample) for one in shared]
    return (*told, *_columns(data))


def columns_of(list_name: str) -> Mapping[str, str]:
    """What each row of a list offers."""
    return ROW if list_name in _OF_ROWS else LISTS[list_name][1]


def _more(file: EvaluationFile, data: TemplateData) -> Iterator[tuple[str, Cell]]:
    yield "grade.computed", (Text(file.assessment.grade or "未测量"),)
    yield "grade.declared", (Text(file.assessment.grade_declared or "未填报"),)
    for kind, line in zip(_FUNDS, file.funds, strict=True):
        for part in _FUND_LABELS:
            yield f"fund.{kind}.{part}", FigureRef(getattr(line, part), "cell")
    for row, cells in zip(file.rows, data.rows["all"], strict=True):
        for part in _ROW_PARTS:
            yield f"row.{_code(row)}.{part}", cells[part]


def _labels(file: EvaluationFile) -> Iterator[tuple[str, str]]:
    for kind, line in zip(_FUNDS, file.funds, strict=True):
        for part, label in _FUND_LABELS.items():
            yield f"fund.{kind}.{part}", f"{line.name} {label}"
    for row in file.rows:
        for part in _ROW_PARTS:
            yield f"row.{_code(row)}.{part}", f"{row.row.level3} {ROW[part]}"


def _code(row: FileRow) -> str:
    return row.row.code


def _columns(data: TemplateData) -> Iterator[Name]:
    """The columns of every list, those of an empty one without an example."""
    samples = {(one.list_name, one.name): one.sample for one in known_names(data) if one.list_name}
    for list_name in LISTS:
        for name, label in columns_of(list_name).items():
            yield Name(list_name, name, label, samples.get((list_name, name), ""))
