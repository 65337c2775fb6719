"""Standing reports from YAML: one file a report, tried once as a query, so that none fails at the month's end."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.yamls import load_yaml
from huiliu.topics.definition import SUBJECTS, Topic
from huiliu.topics.query import VERSION, Query
from huiliu.topics.sight import Sight
from huiliu.topics.standing import Average, StandingReport
from huiliu.topics.validation import MOST_GROUP_ITEMS, check
from huiliu.topics.words import Aggregate

_NEEDED = frozenset({"label", "description", "topic", "places", "measures"})
_KNOWN = _NEEDED | {"kinds", "conditions", "averages", "period"}
_ADDED = frozenset({Aggregate.COUNT, Aggregate.SUM})
_TRIED = 202502  # any month will do


def read_standing_report(path: Path, topics: Mapping[str, Topic]) -> StandingReport:
    """One report from `standing_reports/<name>.yaml`; STAND-001 names the file and what does not hold together."""
    data = load_yaml(path)
    if not isinstance(data, Mapping) or set(data) - _KNOWN or not all(data.get(key) for key in _NEEDED):
        raise _error(path.name, "须有 label、description、topic、places 和 measures，别无他项", "请参照其他报表。")
    if data["topic"] not in topics:
        raise _error(path.name, f"没有主题 {data['topic']}", "请写目录 topics 中的英文名。")
    try:
        report = _report(path.stem, data, topics[data["topic"]])
        _hold_together(report, path.name)
    except HuiliuError as error:
        if error.code == "STAND-001":
            raise
        raise _error(path.name, error.message, error.hint) from error
    return report


def _report(name: str, data: Mapping[str, Any], topic: Topic) -> StandingReport:
    """The query is read as one that was sent, so nothing can stand in it that a query cannot hold."""
    places, kinds = tuple(data["places"]), tuple(data.get("kinds") or ())
    conditions = data.get("conditions") or []
    query = Query.from_json(
        {
            "version": VERSION,
            "topic": topic.name,
            "items": [],
            "conditions": [conditions] if conditions else [],
            "group_by": [*places, *kinds],
            "measures": data["measures"],
            "pivot": None,
            "sort": [],
            "limit": None,
        }
    )
    averages = tuple(_average(given, f"{name}.yaml") for given in data.get("averages") or ())
    described = " ".join(data["description"].split())
    return StandingReport(name, data["label"], described, topic, places, kinds, query, averages, data.get("period"))


def _average(given: Mapping[str, Any], file: str) -> Average:
    if not isinstance(given, Mapping) or set(given) != {"label", "of", "by"}:
        raise _error(file, "averages 的每一项须有 label、of 和 by", "如 {label: 人均金额, of: sum_amount, by: count}。")
    return Average(given["label"], given["of"], given["by"])


def _hold_together(report: StandingReport, file: str) -> None:
    topic, first = report.topic, report.topic.by_name.get(report.places[0])
    if first is None or first.table.name != SUBJECTS[topic.subject] or first.columns[0].name != "division":
        raise _error(
            file, "places 的第一项不是人员（单位）的行政区划", "读者的地区范围按它划分，请写 person_division 等项目。"
        )
    wrong = [name for name in report.places[1:] if (i := topic.by_name.get(name)) is None or i.table != first.table]
    if wrong or len({*report.places, *report.kinds}) > MOST_GROUP_ITEMS:
        raise _error(file, "places 须来自同一张表，与 kinds 合计不超过 4 项", "每人只有一个地点，小计才等于合计。")
    if any(condition.months is not None for group in report.query.conditions for condition in group):
        raise _error(file, "条件不能写 months", "请用 本月、上月、月初、月末、本年。")
    for measure in report.measures:
        persons = measure.aggregate == Aggregate.DISTINCT and measure.item == topic.subject
        if not persons and measure.aggregate not in _ADDED:
            raise _error(file, "measures 只能计数、求和，或按主体去重计数", "平均数请写在 averages 中。")
    known = {measure.name for measure in report.measures}
    if any({average.of, average.by} - known for average in report.averages):
        raise _error(file, "averages 的 of 和 by 须是 measures 之一", f"可写 {'、'.join(sorted(known))}。")
    if report.period is not None and (i := topic.by_name.get(report.period)) is not None and i.kind != "month":
        raise _error(file, "period 须是年月项目", "日期项目请先在主题中派生为年月。")
    for query in report.queries(_TRIED):
        check(query, topic, Sight())


def _error(file: str, problem: str, hint: str) -> HuiliuError:
    return HuiliuError(code="STAND-001", message=f"常用报表 {file}：{problem}", hint=hint, facts={"where": file})
