"""Every form that is printed reads back: no contradiction that its source has not, and no number under another name."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from documents.evaluations import file_2024, file_of
from documents.generated import HEYUAN, as_declared, drawn
from huiliu.catalog.loader import HOME
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.evaluation_table import findings_of, printed_table
from huiliu.documents.fonts import FontSet, find_fonts
from huiliu.documents.printed_forms.layout import form_of
from huiliu.documents.printed_forms.render import form_files
from huiliu.forms.reading import Reading, read
from huiliu.kernel.yamls import load_yaml
from huiliu.scoring.check import check_table
from huiliu.scoring.exchange import Table
from huiliu.scoring.findings import Finding
from huiliu.scoring.values import Value, from_text
from support.scale import variants

OWN = ("national", "national-cost", "hubei", "sichuan")
PAIRS = [(form, profile) for profile in (*OWN, HEYUAN) for form in (profile, "scores", "targets")]
DRAWN = 6
OWN_UNIT = {"sichuan", "targets"}
"""Forms with a column of units: a bare number there has the unit of its row."""


@cache
def fonts() -> FontSet:
    return find_fonts()


def layout(name: str) -> dict[str, Any]:
    found: dict[str, Any] = load_yaml(HOME / "forms" / f"{name}.yaml")
    return found


def source(form: str, file: EvaluationFile) -> EvaluationFile:
    """The scores' sheet prints the unit's points as 自评得分, whatever the other forms print."""
    return as_declared(file) if form == "scores" else file


def numbers(table: Table) -> Iterator[tuple[str, Value]]:
    """Every number of a table by its path."""
    budget, scored = table.budget, table.budget_indicator
    for name in ("initial", "full_year", "issued", "received", "executed"):
        yield f"budget.{name}", getattr(budget, name)
    for line in budget.rows:
        yield from ((f"{line.path}.{name}", getattr(line, name)) for name in ("initial", "full_year", "executed"))
    for name in ("weight", "rate", "score") if scored else ():
        yield f"budget_indicator.{name}", getattr(scored, name)
    for row in table.indicators:
        for name in ("target", "actual", "completion", "weight", "score"):
            yield f"{row.level3}.{name}", getattr(row, name)
    yield from (("total", table.total), ("total_weight", table.total_weight))


def printed(table: Table) -> dict[str, Value]:
    return {path: value for path, value in numbers(table) if value.number is not None}


def meaning(value: Value, *, bare: bool) -> tuple[object, ...]:
    return value.operator, value.number, value.upper, "" if bare else value.unit


def place(finding: Finding) -> str:
    """Without the number of the row: the sheet of scores has one more."""
    return re.sub(r"^第\d+行 ", "", finding.where)


def scored_among(file: EvaluationFile) -> dict[str, str]:
    """Where the sheet of scores prints the execution rate among the rows, and where the fund block does."""
    if file.execution is None:
        return {}
    names = {"actual": "rate", "weight": "weight", "score": "score"}
    return {f"{file.execution.row.level3}.{one}": f"budget_indicator.{other}" for one, other in names.items()}


def check_read_back(form: str, file: EvaluationFile, data: bytes, name: str) -> Reading:
    """One reading against the table that the evaluation is."""
    truth = source(form, file)
    (reading,) = read(data, name)
    table, wanted = reading.table, printed(printed_table(truth))
    if form == "targets":  # it adds up its own rows; the money that is scored beside them is none of it
        wanted["total_weight"] = from_text(truth.book["sum.weights"].text())
    known = {(one.code, place(one)) for one in findings_of(truth)}
    if name.endswith(".pdf"):  # where a page ends within the cell of a first level, its name stands on one page only
        known |= {("EV-W03", level) for level in truth.profile.levels}
    new = [one for one in check_table(table, truth.profile) if one.severity != "note"]
    assert [(one.code, one.where, one.expected, one.found) for one in new if (one.code, place(one)) not in known] == []
    for path, value in printed(table).items():
        if path == "budget_indicator.rate" and path not in wanted:
            basis = truth.book[f"basis.{truth.profile.execution_basis}.rate"]
            assert (value.unit, f"{value.number:f}") == ("%", basis.text().rstrip("0").rstrip("."))
        elif path != f"{truth.execution and truth.execution.row.level3}.target":  # 100 %: the fund block prints none
            told = wanted.get(scored_among(truth).get(path, path))
            bare = form in OWN_UNIT and not value.unit
            assert told is not None, (path, value)
            if path.endswith((".completion", ".rate")):
                assert value.percent == told.percent, path
            else:
                assert meaning(value, bare=bare) == meaning(told, bare=bare), path
    assert table.budget.unit == "万元"
    assert table.grade in ("", truth.grade)
    assert len(table.indicators) in (len(truth.rows), len(truth.beside_funds))
    return reading


def check_form(form: str, file: EvaluationFile) -> None:
    for name, data in form_files(form_of(layout(form), file), fonts()).items():
        check_read_back(form, file, data, name)


@pytest.mark.parametrize(("form", "profile"), variants(PAIRS, 3))
def test_the_forms_of_a_small_year_read_back(form: str, profile: str) -> None:
    check_form(form, file_2024() if profile == HEYUAN else file_of(profile))


@pytest.mark.parametrize("form", [HEYUAN, "targets"])
def test_the_declared_points_of_2024_read_back(form: str) -> None:
    check_form(form, as_declared(file_2024()))


# Without declared points, as years of even seeds are, the sheet of scores prints none as 自评得分.
ANY_YEAR = [(*pair, seed) for seed in range(DRAWN) for pair in PAIRS if pair[0] != "scores" or seed % 2]


@pytest.mark.parametrize(("form", "profile", "seed"), variants(ANY_YEAR, len(PAIRS)))
def test_forms_of_any_year_read_back(form: str, profile: str, seed: int) -> None:
    check_form(form, drawn(profile, seed))
