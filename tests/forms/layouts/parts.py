"""The parts that forms share: the head, the fund block and the rows of indicators."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import groupby

from forms.layouts import spelling
from forms.layouts.page import Form, Number
from forms.themes import BENEFIT
from forms.truth import CENT, Line, Row

DATE = 'yyyy"年"m"月"d"日"'


@dataclass(frozen=True)
class Column:
    """A column of the indicators: `field` is the exchange key, empty where the format has none, ? where no form has it.

    `look` makes its cells numeric in a workbook, where they hold a number or a day.
    """

    header: str
    field: str
    fill: Callable[[Row], str]
    span: int = 1
    look: str = ""


@dataclass(frozen=True)
class Drawn:
    """One line of the indicator table: a row, or a line of the template left unfilled under the row before it."""

    row: Row
    index: int
    unfilled: str | None = None


def level1(header: str = "一级指标", name: Callable[[Row], str] = lambda row: row.level1, span: int = 1) -> Column:
    """First level, merged over its rows."""
    return Column(header, "level1", name, span)


def level2(header: str = "二级指标", name: Callable[[Row], str] = lambda row: row.level2, span: int = 1) -> Column:
    """Second level, merged over its rows."""
    return Column(header, "level2", name, span)


def level3(header: str = "三级指标", name: Callable[[Row], str] = lambda row: row.name, span: int = 1) -> Column:
    """The row's own name."""
    return Column(header, "level3", name, span)


def weight(header: str = "分值", *, span: int = 1, look: str = "") -> Column:
    """Points to be had."""
    return Column(header, "weight", lambda row: spelling.plain(row.weight), span, look)


def score(header: str = "得分", *, places: int | None = None, span: int = 1, look: str = "") -> Column:
    """Points earned."""
    return Column(header, "score", lambda row: spelling.plain(row.score, places), span, look)


def reason(header: str = "偏差原因分析及改进措施", span: int = 1, nothing: str = "") -> Column:
    """Why points are missing; `nothing` is written where none are."""
    return Column(header, "reason", lambda row: row.reason or nothing, span)


def header_row(form: Form, row: int, columns: Sequence[Column], left: int = 0) -> None:
    """The headers in one row."""
    for column, at in _placed(columns, left):
        put = form.unknown if column.field == "?" else form.label
        put(row, at, column.header, **({} if column.span == 1 else {"columns": column.span}))


def indicator_rows(
    form: Form, top: int, columns: Sequence[Column], left: int = 0,
    unfilled: Mapping[str, Sequence[str]] | None = None, absent: Sequence[str] = (),
) -> int:  # fmt: skip
    """All rows from `top` on, levels merged; gives the next row.

    `unfilled` lines of the template stay under a second level; `absent` benefits have a line of strokes.
    """
    drawn = list(_drawn(form.truth.rows, unfilled or {}))
    last = max(number for number, line in enumerate(drawn) if line.row.level1 == BENEFIT) if absent else 0
    used = {line.row.level2 for line in drawn}
    strokes = [Drawn(replace(drawn[last].row, level2=name), 0, "/") for name in absent if name not in used]
    drawn[last + 1 : last + 1] = strokes
    for column, at in _placed(columns, left):
        if column.field in ("level1", "level2"):
            _merged(form, top, at, column, drawn)
        else:
            for number, line in enumerate(drawn):
                _cell(form, (top + number, at), column, line)
    return top + len(drawn)


def _drawn(rows: Sequence[Row], unfilled: Mapping[str, Sequence[str]]) -> Iterator[Drawn]:
    for index, row in enumerate(rows):
        yield Drawn(row, index)
        if index + 1 == len(rows) or rows[index + 1].level2 != row.level2:
            yield from (Drawn(row, index, name) for name in unfilled.get(row.level2, ()))


def _placed(columns: Sequence[Column], left: int) -> Iterator[tuple[Column, int]]:
    for column in columns:
        yield column, left
        left += column.span


def _merged(form: Form, top: int, at: int, column: Column, drawn: Sequence[Drawn]) -> None:
    def levels(line: Drawn) -> tuple[str, str]:
        return line.row.level1, "" if column.field == "level1" else line.row.level2

    for _, group in groupby(enumerate(drawn), lambda pair: levels(pair[1])):
        lines = list(group)
        paths = [f"indicators[{line.index}].{column.field}" for _, line in lines if line.unfilled is None]
        text = column.fill(lines[0][1].row)
        form.value((top + lines[0][0], at), paths, text, span=(len(lines), column.span))


def _cell(form: Form, at: tuple[int, int], column: Column, line: Drawn) -> None:
    row, text = line.row, "" if line.unfilled is not None else column.fill(line.row)
    if line.unfilled is not None:
        filled = column.field == "level3" or line.unfilled == "/"
        form.label(*at, line.unfilled if filled else "", columns=column.span)
    elif column.field == "?":
        form.unknown(*at, text, columns=column.span)
    elif not column.field:
        form.aside(*at, text, columns=column.span)
    else:
        number = _number(column, row)
        path = f"indicators[{line.index}].{column.field}"
        form.value(at, path, text, span=(1, column.span), number=number, odd=(row.name, column.field))


def _number(column: Column, row: Row) -> Number | None:
    """How a workbook keeps it; None is kept as text, as are words, and shares among numbers."""
    kept = {"weight": row.weight, "score": row.score, "completion": row.completion, "actual": row.actual}
    number = _serial(column.fill(row)) if column.look == DATE else kept.get(column.field)
    if not column.look or number is None:
        return None
    shares = column.look.endswith("%")
    if column.field == "actual" and shares and row.unit != "%":
        return None
    return Number(number / 100 if shares else number, column.look)


def _serial(text: str) -> Decimal | None:
    """A day as workbooks count it."""
    found = re.fullmatch(r"(\d+)年(\d+)月(\d+)日", text)
    if found is None:
        return None
    return Decimal((date(int(found[1]), int(found[2]), int(found[3])) - date(1899, 12, 30)).days)


@dataclass(frozen=True)
class Funds:
    """A fund block: `stages` (exchange key, first column) and how money and an empty source are written."""

    stages: Sequence[tuple[str, int]]
    money: Callable[[Decimal], str] = spelling.wan
    nothing: str = ""
    span: int = 1
    factor: int = 10_000
    look: str = ""


NAMES = {"财政拨款": "其中：当年财政拨款", "上年结转": "上年结转资金", "其他资金": "其他资金"}


def fund_total(form: Form, row: int, funds: Funds) -> None:
    """The line of totals; an amount scribbled over is one of the sources', never the total."""
    for stage, at in funds.stages:
        _money(form, (row, at), f"budget.{stage}", form.truth.facts.sum_of(stage), funds)


def fund_source(form: Form, row: int, line: Line, name: str, funds: Funds) -> None:
    """The line of one source, under the name printed for it."""
    for stage, at in funds.stages:
        amount = getattr(line, stage)
        path = f"budget.rows[{name}].{stage}"
        if not line.full_year:
            form.value((row, at), path, funds.nothing, span=(1, funds.span), odd=(line.source, stage))
        elif stage == "received":
            form.aside(row, at, funds.money(amount), columns=funds.span)
        else:
            _money(form, (row, at), path, amount, funds, odd=(line.source, stage))


def _money(
    form: Form, at: tuple[int, int], path: str, amount: Decimal, funds: Funds, odd: tuple[str, str] = ("", "")
) -> None:
    number = Number(amount / funds.factor, funds.look) if funds.look else None
    form.value(at, path, funds.money(amount), span=(1, funds.span), number=number, odd=odd)


def executed_percent(form: Form) -> Decimal:
    """The execution rate in percent, two places."""
    facts = form.truth.facts
    return (facts.sum_of("executed") * 100 / facts.sum_of("full_year")).quantize(CENT)


def execution(
    form: Form, row: int, weight_at: int, *, rows: int = 1, workbook: bool = False, formula: str = ""
) -> None:
    """分值, 执行率, 得分 of the fund block in three columns, merged over `rows`."""
    truth = form.truth
    weight, rate = truth.points.execution or Decimal(0), executed_percent(form)
    exact = truth.facts.sum_of("executed") / truth.facts.sum_of("full_year")
    kept = Number(exact, "0.00%", formula) if workbook else None
    rate_text = f"{rate:.2f}%" if workbook else spelling.percent(rate)
    points = Number(weight, "General") if workbook else None
    earned = Number(truth.execution_score, "0.00") if workbook else None
    earned_text = spelling.plain(truth.execution_score, 2 if workbook else None)
    form.value((row, weight_at), "budget_indicator.weight", spelling.plain(weight), span=(rows, 1), number=points)
    form.value((row, weight_at + 1), "budget_indicator.rate", rate_text, span=(rows, 1), number=kept)
    form.value((row, weight_at + 2), "budget_indicator.score", earned_text, span=(rows, 1), number=earned)
