"""A self-evaluation beside the target form of its project: what was changed since the targets were set is named."""

import json
from pathlib import Path
from typing import Any

import xlsxwriter

from huiliu.catalog.profiles import profiles
from huiliu.forms.folder import Rules, check_files, files_in
from huiliu.scoring.check import check_table
from huiliu.scoring.exchange import Table, parse_table
from scoring.tables import NATIONAL, table

Json = dict[str, Any]
ROWS = [
    ("培训场次", "≥8场"),
    ("业务合格率", "≥95%"),
    ("场均成本", "≤5000元"),
    ("经办效率", "有所提高"),
    ("群众满意度", "90%"),
]


def target_form(rows: list[tuple[str, str]] = ROWS, budget: Json | None = None, **more: object) -> Table:
    """The target form of the project that the national table evaluates."""
    items = [{"level1": "产出指标", "level2": "", "level3": name, "target": target} for name, target in rows]
    data = {"agency": NATIONAL["agency"], "project": NATIONAL["project"], "year": 2023,
            "budget": budget or {"initial": 432000, "unit": "元"}, "indicators": items, **more}  # fmt: skip
    return parse_table(json.dumps(data, ensure_ascii=False).encode(), "targets.json")


def across(*others: Table) -> list[tuple[str, str, str]]:
    """What the other tables add to what is found of the table alone."""
    profile, alone = profiles()["default"], table()
    found = set(check_table(alone, profile, others)) - set(check_table(alone, profile))
    return sorted((one.code, one.where, one.expected) for one in found)


def test_targets_as_they_were_set_raise_nothing() -> None:
    assert across(target_form()) == []
    assert across(target_form(budget={"initial": 43.2}), table()) == []


def test_a_lower_target_another_budget_and_a_row_left_out_are_named() -> None:
    rows = [("培训场次", "≥12场"), *ROWS[1:], ("热线接通率", "≥95%")]
    assert across(target_form(rows, {"initial": 50})) == [
        ("EV-A01", "年初预算数", "目标申报表 500000元"),
        ("EV-A02", "第1行 培训场次", "目标申报表 ≥12场"),
        ("EV-A03", "年度指标值", "目标申报表的 6 个指标"),
    ]


def test_forms_of_other_projects_units_and_years_and_two_at_once_say_nothing() -> None:
    lower = [("培训场次", "≥12场"), *ROWS[1:]]
    for other in ({"project": "别的项目"}, {"agency": "别的单位"}, {"year": 2022}):
        assert across(target_form(lower, **other)) == []
    assert across(target_form(lower), target_form()) == []
    assert len(across(target_form(lower), target_form(lower))) == 1


def write(folder: Path, unit: str, done: int = 42) -> None:
    """A target form and an evaluation of the project with a lower target; a unit without a name is not printed."""
    head = ["项目名称", "社保卡服务", *(["实施单位", unit] if unit else [])]
    sheets = {
        "申报": [head, ["一级指标", "二级指标", "三级指标", "指标值"], ["产出指标", "数量指标", "核查次数", "≥60次"]],
        "自评": [head, ["一级指标", "二级指标", "三级指标", "指标值", "完成值", "权重", "得分"],
               ["产出指标", "数量指标", "核查次数", "≥40次", f"{done}次", 100, 100],
               ["总分", "", "", "", "", 100, 100]],
    }  # fmt: skip
    for name, rows in sheets.items():
        with xlsxwriter.Workbook(folder / f"{name}.xlsx") as book:
            sheet = book.add_worksheet("表")
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)


def test_a_folder_compares_the_two_and_says_where(tmp_path: Path) -> None:
    write(tmp_path, "戊县社会保险中心")
    checked = check_files(files_in(tmp_path), Rules(profiles()))
    named = {one.file: [(f.code, f.place) for f in one.findings if f.code.startswith("EV-A")] for one in checked.tables}
    assert named == {"申报.xlsx": [], "自评.xlsx": [("EV-A02", "工作表“表”D3")]}


def test_where_folders_are_units_a_form_without_a_name_is_compared_within_its_own(tmp_path: Path) -> None:
    for done, unit in ((43, "甲县"), (44, "乙县")):
        (tmp_path / unit).mkdir()
        write(tmp_path / unit, "", done)
    (tmp_path / "乙县" / "申报.xlsx").unlink()
    checked = check_files(files_in(tmp_path), Rules(profiles(), folders=True))
    named = {one.file: [f.code for f in one.findings if f.code.startswith("EV-A")] for one in checked.tables}
    assert named == {"甲县/申报.xlsx": [], "甲县/自评.xlsx": ["EV-A02"], "乙县/自评.xlsx": []}
    assert [(one.unit, one.file) for one in checked.tables if one.folder == "乙县"] == [("乙县", "乙县/自评.xlsx")]
