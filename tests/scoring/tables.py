"""Small self-evaluation tables for tests: one consistent table of the national form, changed by each test."""

import copy
import json
from collections.abc import Callable
from typing import Any

from huiliu.catalog.profiles import profiles
from huiliu.scoring.check import check_table
from huiliu.scoring.exchange import Table, parse_table
from huiliu.scoring.findings import Finding

Json = dict[str, Any]

NATIONAL: Json = {
    "agency": "某县社会保险中心",
    "project": "窗口服务保障经费",
    "year": 2023,
    "completeness": "full",
    "budget": {
        "initial": 43.2,
        "full_year": 43.2,
        "executed": 37.24,
        "unit": "万元",
        "rows": {
            "年度资金总额": [43.2, 43.2, 37.24],
            "其中：当年财政拨款": [40, 40, 34.04],
            "上年结转资金": [3.2, 3.2, 3.2],
            "其他资金": ["", "", ""],
        },
    },
    "budget_indicator": {"weight": 10, "rate": "86.2%", "score": 8.62},
    "indicators": [
        {"level1": "产出指标", "level2": "数量指标", "level3": "培训场次", "target": "≥8场", "actual": "8场",
         "weight": 20, "score": 20, "reason": ""},
        {"level1": "产出指标", "level2": "质量指标", "level3": "业务合格率", "target": "≥95%", "actual": "95%",
         "weight": 20, "score": 20, "reason": ""},
        {"level1": "产出指标", "level2": "成本指标", "level3": "场均成本", "target": "≤5000元", "actual": "4800元",
         "weight": 10, "score": 10, "reason": ""},
        {"level1": "效益指标", "level2": "社会效益指标", "level3": "经办效率", "target": "有所提高",
         "actual": "办理时间缩短", "weight": 30, "score": 28, "reason": "系统切换期间办理变慢"},
        {"level1": "满意度指标", "level2": "服务对象满意度指标", "level3": "群众满意度",
         "target": "≥90%", "actual": "81%", "weight": 10, "score": 9, "reason": "窗口等候时间长，群众有意见"},
    ],
    "total_weight": 100,
    "total": 95.62,
    "grade": "优",
}  # fmt: skip


def table(change: Callable[[Json], None] | None = None, base: Json = NATIONAL) -> Table:
    """The base table after a change made in place."""
    data = copy.deepcopy(base)
    if change is not None:
        change(data)
    return parse_table(json.dumps(data, ensure_ascii=False).encode(), "table.json")


def findings(
    change: Callable[[Json], None] | None = None, base: Json = NATIONAL, profile: str = "default"
) -> list[Finding]:
    """All findings on the changed table."""
    return list(check_table(table(change, base), profiles()[profile]))


def codes(found: list[Finding], severity: str | None = None) -> set[str]:
    """The codes found, of one severity or of all."""
    return {finding.code for finding in found if severity in (None, finding.severity)}
