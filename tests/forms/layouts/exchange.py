"""The exchange format, written as a unit's own program would: numbers as numbers, targets as text, unknown keys."""

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from forms.layouts import spelling
from forms.layouts.layout import Layout
from forms.layouts.page import Form
from forms.truth import Row, Truth

SOURCES = {"财政拨款": "其中：当年财政拨款", "上年结转": "上年结转资金", "其他资金": "其他资金"}


def fill(truth: Truth) -> list[Form]:
    """Nothing is drawn; the form only holds what is said."""
    form = Form(truth, "exchange", ())
    scribbles = [odd.text for odd in truth.facts.odds]
    for path, said in _flat("", _data(truth)):
        if path != "form_version" and said not in scribbles:
            form.says(path, said)
    form.printed.unreadable.extend(scribbles)
    return [form]


def _data(truth: Truth) -> dict[str, Any]:
    facts = truth.facts
    return {
        "form_version": "2024-02",
        "agency": facts.agency,
        "project": facts.project,
        "year": facts.year,
        "completeness": "full",
        "budget": {
            "initial": _wan(facts.sum_of("initial")), "full_year": _wan(facts.sum_of("full_year")),
            "executed": _wan(facts.sum_of("executed")), "unit": "万元",
            "rows": {SOURCES[line.source]: [
                _wan(line.initial), _wan(line.full_year), truth.odd(line.source, "executed") or _wan(line.executed)
            ] for line in facts.lines},
        },
        "budget_indicator": {
            "weight": truth.points.execution, "score": truth.execution_score,
            "rate": spelling.percent(facts.sum_of("executed") * 100 / facts.sum_of("full_year")),
        },
        "indicators": [_row(truth, row) for row in truth.rows],
        "total_weight": 100,
        "total": truth.total,
        "grade": truth.grade,
        "contact": None,
    }  # fmt: skip


def _row(truth: Truth, row: Row) -> dict[str, Any]:
    return {
        "level1": row.level1, "level2": row.level2, "level3": row.name, "target": spelling.with_sign(row),
        "actual": spelling.done(row), "completion": None, "weight": truth.odd(row.name, "weight") or row.weight,
        "score": truth.odd(row.name, "score") or row.score, "reason": row.reason or None,
    }  # fmt: skip


def _wan(amount: Decimal) -> Decimal:
    return (amount / 10_000).quantize(Decimal("0.01"))


def _flat(path: str, item: Any) -> list[tuple[str, str]]:
    if isinstance(item, dict) and path == "budget.rows":
        named = zip(("initial", "full_year", "executed"), zip(*item.values(), strict=True), strict=True)
        return [(f"{path}[{n}].{stage}", str(v)) for stage, cells in named for n, v in zip(item, cells, strict=True)]
    if isinstance(item, dict):
        return [pair for key, value in item.items() for pair in _flat(f"{path}.{key}".lstrip("."), value)]
    if isinstance(item, list):
        return [pair for n, value in enumerate(item) for pair in _flat(f"{path}[{n}]", value)]
    return [] if item is None else [(path, spelling.plain(item) if isinstance(item, Decimal) else str(item))]


def text(truth: Truth) -> str:
    """The file's content."""
    return json.dumps(_data(truth), ensure_ascii=False, indent=1, default=float)


def _write(forms: Sequence[Form], path: Path) -> Path:
    path.write_text(text(forms[0].truth), encoding="utf-8")
    return path


LAYOUT = Layout(
    "exchange", "交换格式（JSON）", ".json", fill,
    "unknown keys; scribbles as text where numbers stand",
    _write,
)  # fmt: skip
build, expected, unreadable = LAYOUT.build, LAYOUT.expected, LAYOUT.unreadable
