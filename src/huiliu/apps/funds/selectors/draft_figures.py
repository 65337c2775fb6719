"""Numbers of what was asked for in a budget year: lines, totals, what changed since the first round, decisions."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.urls import reverse

from huiliu.apps.funds.models import BudgetDraft, BudgetDraftLine, ExternalDecision, ProjectYear, Stage
from huiliu.apps.funds.models.drafting import MILLI
from huiliu.kernel.figures import COMPUTED, MEASURED, NOT_APPLICABLE, Figure, FigureBook, Record, recomputed
from huiliu.kernel.money import from_fen
from huiliu.web.trace import Step

YUAN, SOURCE = "元", "预算编报"


def draft_figures(drafts: Sequence[BudgetDraft], decisions: Iterable[ExternalDecision] = ()) -> FigureBook:
    """The figures of versions that were read with their lines, 一上 before 二上 and newest first, and of decisions."""
    book = FigureBook()
    for draft in drafts:
        _enter_draft(book, draft)
    first = next((one for one in drafts if one.stage == Stage.FIRST), None)
    for draft in drafts:
        if first is not None and draft.stage == Stage.SECOND:
            names = name_of(draft, "total"), name_of(first, "total")
            _derived(book, name_of(draft, "change"), f"{draft} 比 {first} 增减", f"{{{names[0]}}} - {{{names[1]}}}")
    for one in decisions:
        _enter_decision(book, one)
    return book


def name_of(draft: BudgetDraft, part: str) -> str:
    """The id of a version's figure: `total`, `change`, `line.1.amount`."""
    return f"draft.{draft.pk}.{part}"


def _enter_draft(book: FigureBook, draft: BudgetDraft) -> None:
    amounts = [_enter_line(book, draft, line) for line in draft.lines.all()]
    _derived(book, name_of(draft, "total"), f"{draft} 合计", " + ".join(f"{{{name}}}" for name in amounts) or "0")


def _enter_line(book: FigureBook, draft: BudgetDraft, line: BudgetDraftLine) -> str:
    start = name_of(draft, f"line.{line.position}")
    quantity = Decimal(line.quantity_milli) / MILLI
    for part, label, value, unit in (
        ("quantity", "数量", quantity, line.measure),
        ("price", "单价", from_fen(line.price_fen), YUAN),
    ):
        record = Record(f"funds.draft_line:{line.pk}:{part}", f"{draft} 第 {line.position} 行", value, _page(draft))
        _entered(
            book, f"{start}.{part}", f"{line.label} {label}", record, unit, _places(value) if part != "price" else 2
        )
    if line.basis_fen is not None:
        record = _basis(draft, line, from_fen(line.basis_fen))
        _entered(book, f"{start}.basis", f"{line.label} 依据金额", record, YUAN)
    _derived(book, f"{start}.amount", f"{line.label} 金额", f"{{{start}.quantity}} * {{{start}.price}}")
    return f"{start}.amount"


def _basis(draft: BudgetDraft, line: BudgetDraftLine, value: Decimal) -> Record:
    """The contract, or what was computed of last year's ledger when the line was saved."""
    contract = line.contract
    if contract is not None:
        link = reverse("funds:event_detail", args=(draft.year.project.code, contract.year.year, contract.pk))
        return Record(f"funds.event:{contract.pk}", f"合同 {contract.number}", value, link)
    said = f"{line.get_basis_display()}：{draft.year.year - 1} 年台账净拨付，保存时计算"
    link = reverse("funds:detail", args=(draft.year.project.code, draft.year.year - 1))
    return Record(f"funds.draft_line:{line.pk}:basis", said, value, link)


def _enter_decision(book: FigureBook, one: ExternalDecision) -> None:
    value = None if one.amount_fen is None else from_fen(one.amount_fen)
    link = reverse("funds:decision_file", args=(one.year.project.code, one.year.year, one.pk))
    record = Record(f"funds.decision:{one.pk}", f"{one.day} {one.document_no}", value, link, one.digest)
    _entered(book, f"decision.{one.pk}", f"{one.get_answered_display()} 金额", record, YUAN)


def _page(draft: BudgetDraft) -> str:
    return reverse("funds:draft_detail", args=(draft.year.project.code, draft.year.year, draft.pk))


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _entered(book: FigureBook, name: str, label: str, record: Record, unit: str, places: int = 2) -> None:
    state = NOT_APPLICABLE if record.value is None else MEASURED
    figure = Figure(
        name, label, record.value, unit, places, record.label, (), "不舍入", SOURCE, state, records=(record,)
    )
    book.add(figure)


def _derived(book: FigureBook, name: str, label: str, expression: str) -> None:
    inputs = tuple(dict.fromkeys(_names(expression)))
    formula = expression
    for one in inputs:
        formula = formula.replace(f"{{{one}}}", book[one].label)
    blank = Figure(name, label, None, YUAN, 2, formula, inputs, "不舍入", SOURCE, COMPUTED, expression)
    value = recomputed(blank, book)
    found = None if value is None else Decimal(value.numerator) / Decimal(value.denominator)
    book.add(Figure(name, label, found, YUAN, 2, formula, inputs, "不舍入", SOURCE, COMPUTED, expression))


def _names(expression: str) -> Iterator[str]:
    return (part.split("}")[0] for part in expression.split("{")[1:])


def figure_link(year: ProjectYear, name: str) -> str:
    """Where a figure of the year's drafts is traced."""
    return reverse("funds:draft_figure", args=(year.project.code, year.year, name))


def trace(year: ProjectYear, book: FigureBook, name: str) -> Step:
    """A figure down to the lines and documents it is made of."""
    figure = book[name]
    below = [trace(year, book, one) for one in figure.inputs]
    below += [
        Step(one.label, "" if one.value is None else f"{one.value:,f}{figure.unit}", link=one.link, digest=one.digest)
        for one in figure.records
    ]
    detail = f"{figure.state_label}：{figure.formula}；来源：{figure.source}"
    return Step(figure.label, figure.with_unit(), detail, figure_link(year, name), below=below)
