"""An evaluation made from records as the table its form prints, so that foreign and own tables pass the same checks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from huiliu.documents.compose import ReportData, Row, line_of
from huiliu.documents.evaluation_file import EvaluationFile, evaluation_file
from huiliu.documents.model import FigureRef, Line
from huiliu.documents.printed_forms.names import ACHIEVED, form_data
from huiliu.documents.printing import check_line, printed
from huiliu.scoring.check import check_table
from huiliu.scoring.exchange import Table, table_of
from huiliu.scoring.findings import Finding


def printed_table(file: EvaluationFile) -> Table:
    """The table that the form of an evaluation prints, with the unit's paragraphs as its statements.

    What has no number is not printed: neither 未测量 nor 不适用 becomes a number or a word of the table. Raises
    HuiliuError DOC-001 … DOC-006 where a paragraph types a number or names none that there is.
    """
    data = form_data(file)
    given = file.given
    signed = given.signed_on or given.made_on
    return table_of(
        {
            "id": given.key,
            "agency": given.agency,
            "project": given.project,
            "year": str(given.year),
            "completeness": "full",
            "budget": _budget(file),
            "spent": _bare(file, file.funds[0].executed),
            "budget_indicator": _execution(file),
            "indicators": [_indicator(file, data, row) for row in data.rows["indicators"]],
            "statements": [{"about": about, "text": text} for about, text in statements(file, data)],
            "total_weight": _bare(file, "total.weight"),
            "total": _bare(file, file.total),
            "grade": file.grade,
            "date": f"{signed:%Y-%m-%d}",
            "source": "由记录生成",
        },
        given.key,
    )


def findings_of(file: EvaluationFile) -> tuple[Finding, ...]:
    """What the checks say of the table that an evaluation prints, worst first."""
    return check_table(printed_table(file), file.profile)


def statements(file: EvaluationFile, data: ReportData | None = None) -> Iterator[tuple[str, str]]:
    """The unit's paragraphs as printed, by name; a paragraph of several items gives one statement each."""
    data = data or form_data(file)
    for name, words in file.given.narrative.items():
        items: Sequence[str] = (words,) if isinstance(words, str) else words
        for number, item in enumerate(items, 1):
            where = f"单位填写的 {name}" + (f" 第 {number} 条" if len(items) > 1 else "")
            line = line_of(data, item, where)
            check_line(line, file.book, where)
            yield name, _words(file, line)
    if file.given.achieved.strip():
        yield "achieved", _words(file, _line(data.texts["achieved"]))


def check_achieved(file: EvaluationFile, words: str) -> None:
    """What became of the objective obeys the rule of the paragraphs: DOC-001 … 006 at a number without trace."""
    data = form_data(evaluation_file(file.assessment, replace(file.given, achieved="")))
    check_line(line_of(data, words, ACHIEVED), file.book, ACHIEVED)


def _words(file: EvaluationFile, line: Line) -> str:
    return "".join(printed(segment, file.book) for segment in line)


def _bare(file: EvaluationFile, name: str | None) -> str | None:
    figure = file.book.get(name) if name else None
    return None if figure is None or figure.value is None else figure.text()


def _budget(file: EvaluationFile) -> Mapping[str, Any]:
    whole, *parts = file.funds
    names = ("initial", "full_year", "issued", "executed")
    return {
        **{name: _bare(file, getattr(whole, name)) for name in names},
        "unit": file.book["authority.adjusted"].unit,
        "rows": {
            line.name: [_bare(file, getattr(line, name)) for name in ("initial", "full_year", "executed")]
            for line in (whole, *parts)
        },
    }


def _execution(file: EvaluationFile) -> Mapping[str, Any] | None:
    row = file.execution
    if row is None:
        return None
    one = row.assessed
    rate = file.book[one.actual]
    return {
        "weight": _bare(file, one.weight),
        "rate": None if rate.value is None else rate.with_unit(),
        "score": _bare(file, row.points),
    }


def _indicator(file: EvaluationFile, data: ReportData, row: Row) -> Mapping[str, Any]:
    def cell(name: str) -> str | None:
        value = row[name]
        references = [part for part in _line(value) if isinstance(part, FigureRef)]
        if references and all(file.book[one.figure_id].value is None for one in references):
            return None
        return _words(file, _line(value))

    completion = cell("completion")
    return {
        **{name: cell(name) for name in ("level1", "level2", "level3", "target", "actual", "weight")},
        "completion": None if completion is None else f"{completion}%",
        "score": cell("points"),
        "reason": _reason(row, file),
    }


def _line(value: Any) -> Line:
    return value if isinstance(value, tuple) else (value,)


def _reason(row: Row, file: EvaluationFile) -> str:
    words = _words(file, _line(row["reason"]))
    return "" if words in ("无", "待单位填写") else words
