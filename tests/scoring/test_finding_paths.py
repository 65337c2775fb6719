"""Where a finding stands: every check says by what its cell is told, and no finding is placed by a guess."""

from dataclasses import replace

from huiliu.catalog.profiles import profiles
from huiliu.demo.heyuan_2024 import evaluations
from huiliu.scoring.evaluate import evaluate
from huiliu.scoring.exchange import read_table
from huiliu.scoring.finding_paths import paths_of, placed_by
from huiliu.scoring.findings import Finding, all_checks
from scoring.tables import table

ROW_ONLY = {"level3", "level2", "level1"}


def test_every_check_tells_the_cell_of_its_findings():
    assert {code for code in all_checks() if not placed_by(code)} == set()
    assert {placed_by("EV-S03"), placed_by("EV-S01")} == {"row", "words"}


def test_a_check_that_is_not_listed_points_to_the_row_and_to_no_score():
    finding = Finding("EV-Z99", "error", "", "第2行 业务合格率", "", "")
    assert placed_by(finding.code) == ""
    assert {path.rpartition(".")[2] for path in paths_of(finding, table())} == ROW_ONLY
    assert paths_of(replace(finding, code="EV-S03"), table())[0] == "indicators[1].score"


def test_no_finding_of_the_published_report_is_without_a_cell():
    published = read_table(evaluations()["heyuan-2024"])
    found = evaluate(published, profiles()["gd-heyuan-2024"]).findings
    assert len(found) > 10
    assert [one.code for one in found if not paths_of(one, published)] == []
