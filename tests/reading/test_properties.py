"""Nothing is dropped and nothing guessed: every cell ends in one place, whatever stands in it and wherever."""

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from huiliu.forms.grid import Source
from huiliu.forms.reading import read_source
from huiliu.scoring.values import from_text
from reading.grids import grid_of

KINDS = [
    "一级指标",
    "二级指标",
    "三级指标",
    "年度指标值",
    "实际完成值",
    "分值",
    "得分",
    "偏差原因分析",
    "备注",
    "凭证号",
]
PRINTED = (
    "|10|9.5|1O|约8（待核）|—|/|无|≥5次|总分|小计|指标2|……|项目名称|实施单位：甲|年初预算数|全年执行数|年度资金总额|"
    "其中：财政拨款|产出指标|群众满意度|注：说明|自评总分90分|2023年度|单位：万元|8①|改进措施|加强管理|等级|优|绩效指标|"
    "3|第2页|合计|20万元"
)
TEXTS = st.sampled_from(PRINTED.split("|"))
SPECS = st.one_of(TEXTS, st.tuples(TEXTS, st.integers(1, 2), st.integers(1, 3)))
ROWS = st.lists(st.lists(SPECS, max_size=7), max_size=6)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.permutations(KINDS), ROWS)
@example([["总分", "10", "总分", "10"]], KINDS, [])
def test_every_cell_is_read_or_a_label_or_named(above, heading, below):
    grid = grid_of(*above, heading, *below)
    readings = read_source(Source("表", (grid,)))
    classes = [{"read": set(), "label": set(), "unread": set()} for _ in readings]
    for found, reading in zip(classes, readings, strict=True):
        found["read"] = {cell.place for cell in reading.cells}
        found["label"] = {cell.place for cell in reading.labels}
        whole = {cell.place: cell.text for cell in grid.cells}
        found["unread"] = {cell.place for cell in reading.unread if whole[cell.place] == cell.text}
    places = [place for found in classes for part in found.values() for place in part]
    assert sorted(places) == sorted(cell.place for cell in grid.cells)
    labels = {label.place for reading in readings for label in reading.labels}
    numbers = [cell for cell in grid.cells if cell.place in labels and from_text(cell.text).kind == "number"]
    assert all(len(grid.covering(cell.row)) == 1 for cell in numbers), "only a page's number is a label"


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ROWS, st.permutations(KINDS), ROWS)
def test_every_number_of_the_table_is_printed_in_a_cell_of_its_path(above, heading, below):
    for reading in read_source(Source("表", (grid_of(*above, heading, *below),))):
        printed = {cell.path: cell.text for cell in reading.cells}
        for number, row in enumerate(reading.table.indicators):
            assert row.position == number + 1
            for name in ("weight", "score", "actual", "target"):
                value = getattr(row, name)
                if value.kind != "absent":
                    assert value.raw in "".join(printed[f"indicators[{number}].{name}"].split())
        if reading.table.total.printed:
            assert reading.table.total.raw in printed["total"]
