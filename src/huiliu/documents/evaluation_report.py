"""The 自评报告 of a project's year from its records: the names catalog/reports/evaluation_report.yaml refers to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from huiliu.documents.compose import Cell, Content, ReportData, Row, compose
from huiliu.documents.evaluation_file import EvaluationFile, FileRow
from huiliu.documents.model import FigureRef, Literal, Origin, Report, Text
from huiliu.documents.printed_forms.names import form_data
from huiliu.kernel.figures import COMPUTED, Figure, FigureBook, Record, recomputed
from huiliu.scoring.assessment import BASES, PAID, Line
from huiliu.scoring.findings import SEVERITIES, Finding

_RECORDS = "由本报告生成"
_MONEY = (
    ("年初预算", "authority.initial"),
    ("全年预算", "authority.adjusted"),
    ("下达额度", "quota.issued"),
    ("净拨付", PAID),
)


@dataclass(frozen=True)
class Answer:
    """What was answered to a finding before signing: the finding's code and place, and the words."""

    code: str
    where: str
    text: str


@dataclass
class _Counts:
    """A book that begins as the evaluation's and takes the counts that only the report makes."""

    book: FigureBook = field(default_factory=FigureBook)

    def count(self, name: str, label: str, of: Sequence[str], unit: str = "个") -> None:
        """One for each thing named; the names are the records."""
        rows = tuple(Record(f"{name}:{at}", words, Decimal(1)) for at, words in enumerate(of, 1))
        self.book.add(
            Figure(
                name, label, Decimal(len(of)), unit, 0, "逐项计数", (), "计数，无舍入", _RECORDS, COMPUTED,
                "" if rows else "0", rows,
            )
        )  # fmt: skip

    def derived(self, name: str, label: str, expression: str, unit: str, places: int = 0) -> None:
        """A figure made of others; without a value while one of them has none."""
        inputs = tuple(dict.fromkeys(part.split("}")[0] for part in expression.split("{")[1:]))
        formula = expression
        for one in inputs:
            formula = formula.replace(f"{{{one}}}", self.book[one].label)
        blank = Figure(
            name, label, None, unit, places, formula, inputs, "印出时四舍五入", _RECORDS, COMPUTED, expression
        )
        found = recomputed(blank, self.book)
        value = None if found is None else Decimal(found.numerator) / Decimal(found.denominator)
        self.book.add(replace(blank, value=value))


def evaluation_report(content: Content, file: EvaluationFile, answers: Sequence[Answer] = ()) -> Report:
    """The report in six parts; `content` is catalog/reports/evaluation_report.yaml.

    `answers` go with the findings of the file by code and place. Raises HuiliuError DOC-001 … DOC-006.
    """
    told = {(one.code, one.where): one.text for one in answers}
    data = form_data(file)
    book = _figures(file, told)
    unwritten = ("unit.", "grade.declared")  # said only where there is something to say
    texts = {name: words for name, words in data.texts.items() if not name.startswith(unwritten)}
    return compose(
        content,
        ReportData(
            key=f"{file.given.key}-report",
            year=data.year,
            made_on=data.made_on,
            figures=book,
            texts={**texts, **dict(_texts(file, book))},
            rows={**data.rows, **dict(_rows(file, book, told))},
            narrative=data.narrative,
            signed_on=data.signed_on,
        ),
    )


def _figures(file: EvaluationFile, told: Mapping[tuple[str, str], str]) -> FigureBook:
    counts = _Counts()
    for figure in file.book.values():
        counts.book.add(figure)
    for name, label, rows in (
        ("count.rows", "三级指标数", file.rows),
        ("count.complete", "完成目标的指标数", _complete(file)),
        ("count.incomplete", "没有完成目标的指标数", _incomplete(file)),
        ("count.unmeasured", "未测量的指标数", _in_state(file, "unmeasured")),
        ("count.not_applicable", "不适用的指标数", _in_state(file, "not_applicable")),
        (
            "count.without_evidence",
            "没有佐证记录的指标数",
            [row for row in file.rows if not file.book[row.evidence].value],
        ),
    ):
        counts.count(name, label, [row.row.where for row in rows])
    evidence = " + ".join(f"{{{row.evidence}}}" for row in file.rows) or "0"
    counts.derived("count.evidence", "佐证记录数合计", evidence, "条")
    _count_bands(counts, file)
    for severity, words in SEVERITIES.items():
        found = [one.what for one in file.given.findings if one.severity == severity]
        counts.count(f"findings.{severity}", f"核对发现的{words}数", found, "条")
    answered = [one.what for one in file.given.findings if (one.code, one.where) in told]
    counts.count("findings.answered", "已经答复的矛盾数", answered, "条")
    if "quota.counted_month" in counts.book:
        counts.derived("months.without_quota", "额度到账前的整月数", "{quota.counted_month} - 1", "个月")
    return counts.book


def _count_bands(counts: _Counts, file: EvaluationFile) -> None:
    """How many of the measured rows lie in each band of completion of the profile."""
    for number, (_, rows) in enumerate(_bands(file), 1):
        counts.count(f"band.count.{number}", f"第{number}段的指标数", [row.row.where for row in rows])


def _bands(file: EvaluationFile) -> list[tuple[str, list[FileRow]]]:
    """Name of each band, best first, with its rows; a bound belongs to the band above it."""
    bounds = [Decimal(bound) for bound in file.profile.bands]
    found: list[tuple[str, list[FileRow]]] = []
    above: Decimal | None = None
    for bound in [*bounds, None] if bounds else []:
        low = "" if bound is None else f"{bound}%以上"
        name = low if above is None else f"不足{above}%" + (f"、{low}" if low else "")
        inside = [row for row, reached in _reached(file) if (bound is None or reached >= bound)
                  and (above is None or reached < above)]  # fmt: skip
        found.append((name, inside))
        above = bound
    return found


def _reached(file: EvaluationFile) -> list[tuple[FileRow, Decimal]]:
    values = [(row, file.book[row.assessed.completion].value) for row in _in_state(file, "scored")]
    return [(row, value) for row, value in values if value is not None]


def _complete(file: EvaluationFile) -> list[FileRow]:
    return [row for row, reached in _reached(file) if reached >= 100]


def _incomplete(file: EvaluationFile) -> list[FileRow]:
    return [row for row, reached in _reached(file) if reached < 100]


def _in_state(file: EvaluationFile, state: str) -> list[FileRow]:
    return [row for row in file.rows if row.assessed.state == state]


def _texts(file: EvaluationFile, book: FigureBook) -> Iterator[tuple[str, Cell]]:
    basis, profile = BASES[file.profile.execution_basis][0], file.profile
    yield "basis.label", _words(basis, f"评分方案 {profile.id}")
    yield "basis.rate", FigureRef(f"basis.{profile.execution_basis}.rate", "stated")
    yield "profile.source", Literal(profile.source, "引文", f"评分方案 {profile.id}", Origin.SOURCE)
    for name in ("declared", "difference"):
        known = book.get("total.declared") is not None and book["total.declared"].value is not None
        yield f"sum.{name}", FigureRef(f"total.{name}", "cell") if known else (Text("未填报"),)
    if file.assessment.grade_declared:
        yield "grade.declared", (Text(file.assessment.grade_declared),)
    first = book["quota.first_day"].value if "quota.first_day" in book else None
    if first is not None:
        day = date(file.given.year, 1, 1) + timedelta(int(first) - 1)
        yield (
            "quota.arrived",
            Literal(f"{day.year}年{day.month}月{day.day}日", "日期", "台账额度首次到账", Origin.SYSTEM),
        )
    if _own_rate(file) in book and book[_own_rate(file)].value is not None:
        yield "rate.known", (Text("有"),)
    if len(_lines(file, "version")):
        yield "versions.known", (Text("有"),)


def _own_rate(file: EvaluationFile) -> str:
    return f"basis.{file.profile.execution_basis}.rate"


def _rows(
    file: EvaluationFile, book: FigureBook, told: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, Sequence[Row]]]:
    by_code = {str(row.row.code): cells for row, cells in zip(file.rows, form_data(file).rows["all"], strict=True)}
    for name, rows in (
        ("complete", _complete(file)),
        ("incomplete", _incomplete(file)),
        ("unmeasured", _in_state(file, "unmeasured")),
        ("not_applicable", _in_state(file, "not_applicable")),
        ("far_beyond", [row for row in file.rows if row.assessed.is_far_beyond]),
        ("behind", [row for row, reached in _reached(file) if reached < max(file.profile.bands, default=0)]),
    ):
        yield name, [{**by_code[row.row.code], "why": _said(row.assessed.why)} for row in rows]
    yield (
        "money",
        [{"name": _words(label, "台账"), "amount": FigureRef(name, "cell")} for label, name in _MONEY if name in book],
    )
    yield "months", list(_months(file))
    yield "bases", list(_bases(file, book))
    yield "versions", [_version(line) for line in _lines(file, "version")]
    yield (
        "bands",
        [
            {
                "label": Literal(name, "条款", f"评分方案 {file.profile.id}", Origin.SYSTEM),
                "count": FigureRef(f"band.count.{at}", "short"),
            }
            for at, (name, _) in enumerate(_bands(file), 1)
        ],
    )
    yield "answers", [_answer(one, told) for one in file.given.findings]
    yield "unverified", [{"matter": _said(words.removesuffix("（待核）"))} for words in file.profile.unverified]


def _months(file: EvaluationFile) -> Iterator[Row]:
    for month in range(1, 13):
        name = f"month.{file.given.year}{month:02d}.paid"
        if name in file.book:
            yield {"name": Literal(f"{month}月", "日期", "台账", Origin.SYSTEM), "amount": FigureRef(name, "cell")}


def _lines(file: EvaluationFile, kind: str) -> list[Line]:
    return [line for line in file.assessment.lines if line.kind == kind]


def _bases(file: EvaluationFile, book: FigureBook) -> Iterator[Row]:
    """The rate by every budget that the ledger knows, the profile's own first, with what it makes of the total."""
    own = file.profile.execution_basis
    others = {line.total.split(".")[1]: line for line in _lines(file, "basis") if line.total}
    unwritten: Cell = (Text("—"),)
    for name in (own, *(name for name in BASES if name != own and name in others)):
        label, budget = BASES[name]
        if f"basis.{name}.rate" not in book or budget not in book:
            continue
        line = others.get(name)
        yield {
            "label": _words(label + ("（本方案采用）" if name == own else ""), "支出率的分母"),
            "budget": FigureRef(budget, "cell"),
            "paid": FigureRef(PAID, "cell"),
            "rate": FigureRef(f"basis.{name}.rate", "cell"),
            "total": FigureRef(line.total if line and line.total else "total.computed", "cell"),
            "grade": (Text((line.grade if line else file.assessment.grade) or "未测量"),),
            "score": FigureRef(line.score, "cell") if line and line.score else unwritten,
        }


def _version(line: Line) -> Row:
    return {
        "label": _said(line.label),
        "total": FigureRef(line.total, "cell") if line.total else (Text("未测量"),),
        "grade": (Text(line.grade or "无"),),
        "why": _said(line.why),
    }


def _answer(one: Finding, told: Mapping[tuple[str, str], str]) -> Row:
    answer = told.get((one.code, one.where), "")
    return {
        "code": Literal(one.code, "编号", "系统核对", Origin.SYSTEM),
        "severity": (Text(SEVERITIES[one.severity]),),
        "what": _said(one.what),
        "where": _said(one.where),
        "found": _said(one.found),
        "answer": Literal(answer, "引文", "单位答复", Origin.QUOTATION) if answer else (Text("没有答复"),),
    }


def _words(words: str, source: str) -> Literal:
    return Literal(words, "名称", source, Origin.SYSTEM)


def _said(words: str) -> Cell:
    return Literal(words.strip(), "引文", "系统核对", Origin.SYSTEM) if words.strip() else (Text("无"),)
