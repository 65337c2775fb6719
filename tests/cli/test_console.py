"""What people see while they wait, and tables that lose nothing."""

import io

import pytest
from rich.console import Console
from rich.progress import Progress
from rich.table import Table as Grid

from huiliu.cli import console
from huiliu.cli.console import Bars

NIGHT = (
    ("receive", "unit", 0, 2),
    ("verify", "unit", 0, 2),
    ("receive", "person", 1, 2),
    ("apply", "unit", 0, 2),
    ("reconcile", "unit", 0, 2),
    ("publish", None, 0, 1),
)


@pytest.fixture
def progress():
    return Progress(console=Console(file=io.StringIO()), disable=True)


def test_one_line_is_shown_and_it_names_batch_and_phase_in_chinese(progress):
    bars, seen = Bars(progress), []
    for batch in ("449900_20250331", "449900_20250401"):
        bars.begin(batch)
        for step in NIGHT:
            bars.step(*step)
            seen.append([task.description for task in progress.tasks if task.visible])
    assert seen[:6] == [
        ["449900_20250331 接收 unit"],
        ["449900_20250331 核验 unit"],
        ["449900_20250331 接收 person"],
        ["449900_20250331 应用 unit"],
        ["449900_20250331 对账 unit"],
        ["449900_20250331 发布"],
    ]
    assert seen[6] == ["449900_20250401 接收 unit"]
    assert seen[11] == ["449900_20250401 发布"]


def test_a_stage_of_the_demo_moves_and_gives_way(progress):
    bars = Bars(progress)
    bars.count("模拟参保人的一生", 500, 1000)
    (task,) = progress.tasks
    assert (task.description, task.completed, task.total) == ("模拟参保人的一生", 500, 1000)
    bars.step(*NIGHT[0])
    assert [task.description for task in progress.tasks] == ["接收 unit"]


@pytest.mark.parametrize("columns", ["10", "40", "200"])
def test_no_window_is_too_narrow_for_a_password(columns, monkeypatch, capsys):
    monkeypatch.setattr(console, "out", Console(width=int(columns), soft_wrap=True))
    grid = Grid()
    for heading in ("用户名", "岗位", "口令"):
        grid.add_column(heading)
    grid.add_row("finance", "财务岗", "PNLU-scEg-fc9w-uSKb")
    console.wide(grid)
    (line,) = (line for line in capsys.readouterr().out.splitlines() if "finance" in line)
    assert "财务岗" in line
    assert "PNLU-scEg-fc9w-uSKb" in line
