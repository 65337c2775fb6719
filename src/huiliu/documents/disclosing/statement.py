"""The disclosure of one project's year: its statement as a report and its forms, made of a public copy only."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from huiliu.documents.compose import Cell, Content, ReportData, Row, compose
from huiliu.documents.disclosing import money
from huiliu.documents.disclosing.public import of_occasion, passages, public_file
from huiliu.documents.disclosing.report import public_content
from huiliu.documents.disclosing.rules import PublicRules, public_rules
from huiliu.documents.disclosing.scanning import Scanner, check_written
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.evaluation_report import evaluation_report
from huiliu.documents.model import FigureRef, Line, Literal, Origin, Report, Text
from huiliu.documents.printed_forms.grid import Form
from huiliu.documents.printed_forms.layout import form_of
from huiliu.documents.printed_forms.names import form_data
from huiliu.kernel.figures import COMPUTED, Figure, FigureBook

REPORT = "项目支出绩效自评报告"
_DASH: Line = (Text("—"),)


@dataclass(frozen=True)
class DisclosureContent:
    """The files of catalog/disclosure, the layouts of the attached forms and an attached report, read by the caller."""

    statement: Content
    tables: Content
    words: Content
    public: Content
    layouts: Sequence[Content]
    report: Content | None = None


@dataclass(frozen=True)
class DisclosureInput:
    """What the caller adds: the occasion (budget or final), the reply that starts the clock, money by economic item.

    `monitored` is the number of monitoring snapshots kept; `masked` maps passages to the reason why they stay inside;
    `people` are names that must not appear.
    """

    occasion: str
    made_on: date
    reply_no: str
    reply_on: date
    paid: Sequence[money.Paid] = ()
    monitored: int = 0
    masked: Mapping[str, str] = field(default_factory=dict)
    people: Collection[str] = field(default=(), repr=False)


@dataclass(frozen=True)
class Disclosure:
    """Everything of it that is printed; nothing in here stands outside the allow-list."""

    given: DisclosureInput
    report: Report
    forms: tuple[Form, ...]
    attached: Report | None
    rules: PublicRules = field(repr=False)


def disclosure_of(content: DisclosureContent, file: EvaluationFile, given: DisclosureInput) -> Disclosure:
    """The disclosure of an evaluation.

    Raises DISC-001 for a passage that holds what must not be public, 002 and 003, and DOC-001 … for the documents.
    """
    rules = public_rules(content.public)
    shown = public_file(of_occasion(file, given.occasion), rules, given.masked)
    written = {place: told for place, told in passages(shown, rules).items() if place not in given.masked}
    written |= {f"use:{use.code}": (f"支出事项 {use.code} 的名称", use.name) for use in shown.given.uses}
    written |= {f"class:{at}": (f"第{at}项经济分类的名称", one.name) for at, one in enumerate(given.paid, 1)}
    written["reply"] = ("批复文号", given.reply_no)
    check_written(Scanner(rules, given.people), written)
    forms = tuple(form_of({**layout, "foot": list(rules.foot)}, shown) for layout in content.layouts)
    attached = _attached(content, shown, rules)  # before the statement adds figures of its own to the book
    report = compose(content.statement, _data(content, shown, given, forms))
    return Disclosure(given, report, forms, attached, rules)


def _attached(content: DisclosureContent, shown: EvaluationFile, rules: PublicRules) -> Report | None:
    """The self-evaluation report, without what is said of internal checks."""
    if content.report is None:
        return None
    return evaluation_report(public_content(content.report, rules.unreported, rules.headings), shown)


def _data(
    content: DisclosureContent, file: EvaluationFile, given: DisclosureInput, forms: Sequence[Form]
) -> ReportData:
    plain = form_data(file)
    book = file.book
    _counts(book, file, given)
    final = given.occasion == "final"
    names = [name for name, _ in money.LINES] if final else list(money.BUDGET_LINES)
    in_yuan = money.in_yuan(book, names)
    rows: dict[str, Sequence[Row]] = {
        **plain.rows,
        "money": [_money(book, name, in_yuan[name]) for name in names if name in in_yuan],
        "purposes": [_purpose(line) for line in money.purposes(book, file)],
        "classes": [_class(name, figure) for name, figure in money.classes(book, given.paid if final else ())],
        "tables": list(_tables(content.tables, given.occasion)),
        "words": [_word(one) for one in content.words[given.occasion]],
        "attachments": [{"name": _system(name, "附件")} for name in _attachments(content, forms)],
    }
    return ReportData(
        key=f"{file.given.key}-{given.occasion}",
        year=plain.year,
        made_on=given.made_on,
        figures=book,
        texts={name: cell for name, cell in plain.texts.items() if not name.startswith("unit.")}
        | dict(_texts(file, given)),
        rows=rows,
        narrative=plain.narrative,
    )


def _attachments(content: DisclosureContent, forms: Sequence[Form]) -> list[str]:
    return [form.name for form in forms] + ([REPORT] if content.report is not None else [])


def _counts(book: FigureBook, file: EvaluationFile, given: DisclosureInput) -> None:
    unmeasured = sum(1 for row in file.rows if row.assessed.state == "unmeasured")
    for name, label, number, unit in (
        ("count.indicators", "三级指标个数", len(file.rows), "项"),
        ("count.unmeasured", "没有测量的指标个数", unmeasured, "项"),
        ("count.monitored", "留存的监控记录", given.monitored, "次"),
    ):
        value = Decimal(number)
        book.add(Figure(name, label, value, unit, 0, "逐项计数", (), "计数，无舍入", "系统记录", COMPUTED, str(number)))


def _texts(file: EvaluationFile, given: DisclosureInput) -> Iterator[tuple[str, Cell]]:
    day = given.reply_on
    yield "approval.no", Literal(given.reply_no, "名称", "批复文件", Origin.SOURCE)
    yield "approval.on", Literal(f"{day.year}年{day.month}月{day.day}日", "日期", "批复文件", Origin.SOURCE)
    yield "planned.total", FigureRef("use.total", "cell") if "use.total" in file.book else _DASH
    if file.book[file.total].value is not None:
        yield "total.is_known", FigureRef(file.total, "cell")


def _money(book: FigureBook, name: str, yuan: str) -> Row:
    label = dict(money.LINES)[name]
    told = book[name].formula
    return {"name": _system(label, "项目台账"), "amount": FigureRef(yuan), "basis": _system(told, "项目台账")}


def _purpose(line: money.PurposeLine) -> Row:
    return {
        "name": _system(line.name, "支出事项"),
        "planned": FigureRef(line.planned, "cell") if line.planned else _DASH,
        "paid": FigureRef(line.paid, "cell") if line.paid else _DASH,
    }


def _class(name: str, figure: str) -> Row:
    return {"name": _system(name, "支付申请的经济分类"), "paid": FigureRef(figure)}


def _tables(content: Content, occasion: str) -> Iterator[Row]:
    source = content["source"]
    for one in content[occasion]:
        told = one.get("from_ledger")
        yield {
            "code": _source(one["code"], source),
            "name": _source(one["name"], source),
            "by": _source(content["issuers"][one["by"]], source),
            "from_ledger": _source(told, source) if told else (Text("无"),),
        }


def _word(one: Content) -> Row:
    source = one["source"]
    return {name: _source(one[name], source) for name in ("term", "meaning", "source")}


def _source(words: str, source: str) -> Literal:
    return Literal(words, "名称", source, Origin.SOURCE)


def _system(words: str, source: str) -> Literal:
    return Literal(words, "名称", source, Origin.SYSTEM)
