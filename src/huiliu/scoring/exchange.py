"""The exchange format of a self-evaluation table: read leniently, exactly as printed, refused only if unreadable."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.values import ABSENT, Value, from_number, from_text

T = TypeVar("T")
_REQUIRED = ("agency", "project", "year", "indicators")
_MOST_DIGITS = 15
_MOST_PLACES = 12
_MOST_BYTES = 20_000_000
_MONEY_UNIT = re.compile(r"亿元|百万元|万元|千元|元")
_SUM_ROW = re.compile(r"(?:总分|总得分|得分|分值)?(?:合计|总计|小计)(?:得分|分值)?|总得?分")
_TEMPLATE_ROW = re.compile(r"(?:指标\d*|[.…·]+|\d+[.、]?)?")


@dataclass(frozen=True)
class Indicator:
    """One row as printed; `position` counts the rows of the file from 1."""

    position: int
    level1: str
    level2: str
    level3: str
    target: Value
    actual: Value
    completion: Value
    weight: Value
    score: Value
    reason: str

    @property
    def empty(self) -> bool:
        """A row of the form left unfilled: nothing but a template name such as 指标2 or ……."""
        return self.unused and _TEMPLATE_ROW.fullmatch(self.level3.strip()) is not None

    @property
    def unused(self) -> bool:
        """A row that prints nothing but its name, such as 生态效益指标 of a project that has none."""
        cells = (self.target, self.actual, self.completion, self.weight, self.score)
        return not any(cell.printed for cell in cells)

    @property
    def path(self) -> str:
        """Where the row stands in the exchange format."""
        return f"indicators[{self.position - 1}]"

    @property
    def adds_up(self) -> bool:
        """A line of sums that was copied along with the rows."""
        return _SUM_ROW.fullmatch(self.name) is not None

    @property
    def name(self) -> str:
        """The row's own name: the third level, or the last one printed."""
        return self.level3 or self.level2 or self.level1

    @property
    def where(self) -> str:
        """How messages name the row."""
        return f"第{self.position}行 {self.name}".rstrip()

    @property
    def full_marks(self) -> bool:
        """Weight and score are printed and equal, and there is something to earn."""
        return self.weight.number is not None and 0 < self.weight.number == self.score.number

    @property
    def deducted(self) -> bool:
        """Weight and score are printed and the score is the smaller."""
        return (
            self.weight.number is not None and self.score.number is not None and self.score.number < self.weight.number
        )


@dataclass(frozen=True)
class FundRow:
    """One line of the fund block: 年初预算数, 全年预算数, 全年执行数."""

    name: str
    initial: Value
    full_year: Value
    executed: Value

    @property
    def path(self) -> str:
        """Where the line stands in the exchange format."""
        return f"budget.rows[{self.name}]"


@dataclass(frozen=True)
class Budget:
    """The fund block's totals in `unit`, and its lines in printed order."""

    initial: Value = ABSENT
    full_year: Value = ABSENT
    issued: Value = ABSENT
    received: Value = ABSENT
    executed: Value = ABSENT
    unit: str = "万元"
    rows: tuple[FundRow, ...] = ()


@dataclass(frozen=True)
class BudgetIndicator:
    """The scored budget execution rate of the fund block."""

    weight: Value
    rate: Value
    score: Value


@dataclass(frozen=True)
class Counts:
    """What the text says of how many indicators were met; `bands` maps the printed band to its share or number."""

    indicators: Value
    complete: Value
    incomplete: Value
    complete_share: Value
    incomplete_share: Value
    bands: Mapping[str, Value]


@dataclass(frozen=True)
class Statement:
    """A sentence quoted from the report; `about` is the transcriber's key or the thing it speaks of."""

    about: str
    text: str


@dataclass(frozen=True)
class Payment:
    """One line of the list of payments."""

    purpose: str
    amount: Value


@dataclass(frozen=True)
class Table:
    """One project's self-evaluation of one year, as printed; `file` is the NAME or path it was read from.

    `date` is the day the report bears, empty where it bears none.
    """

    file: str
    id: str
    agency: str
    project: str
    year: str
    completeness: str
    budget: Budget
    spent: Value
    budget_indicator: BudgetIndicator | None
    indicators: tuple[Indicator, ...]
    common_reason: str
    counts: Counts | None
    statements: tuple[Statement, ...]
    payments: tuple[Payment, ...]
    total_weight: Value
    total: Value
    grade: str
    source: str
    notes: str
    date: str = ""

    @property
    def full(self) -> bool:
        """Every row is there; a table that does not speak of its completeness is taken as all there is."""
        word = self.completeness.strip().lower()
        return not word or word.startswith(("full", "完整", "全"))


def read_table(path: Path, name: str | None = None) -> Table:
    """Read one file. Raises HuiliuError EV-READ-… naming file, place and remedy when it cannot be read."""
    reader = _Reader(name or str(path))
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise reader.refused("EV-READ-002", "文件", "超过 20 MB，不像一张自评表", "请确认文件是否选错。")
        data = path.read_bytes()
    except (OSError, ValueError):
        raise reader.refused(
            "EV-READ-001", "文件", "不存在或无法打开", "请核对路径，或用内置名称（如 heyuan-2024）。"
        ) from None
    return parse_table(data, reader.file)


def parse_table(data: bytes, name: str) -> Table:
    """`read_table` for bytes already at hand."""
    reader = _Reader(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise reader.refused(
            "EV-READ-002", f"第 {error.start + 1} 字节", "不是 UTF-8 文本", "请另存为 UTF-8 编码。"
        ) from None
    return reader.table(reader.load(text))


def table_of(data: Mapping[str, Any], name: str) -> Table:
    """The table of data already at hand in the format's shape, as the reader of printed forms makes it."""
    return _Reader(name).table(data)


def _indicators(rows: Iterable[Indicator]) -> Iterator[Indicator]:
    sums = {row.position for row in rows if row.adds_up}
    return (row for row in _unmerged(rows) if not row.empty and row.position not in sums)


def printable(text: str) -> str:
    """The text without half characters (lone surrogates), which neither a file nor a console takes."""
    return text.encode("utf-8", "replace").decode()


def _unmerged(rows: Iterable[Indicator]) -> Iterator[Indicator]:
    """Rows under a merged cell get the level it was printed for; 满意度 may stand beside the levels before it."""
    level1 = level2 = ""
    for row in rows:
        merged = not row.level1 and "满意" not in row.level2 + row.level3
        same = merged or row.level1 == level1
        level1 = level1 if merged else row.level1
        level2 = row.level2 or (level2 if same and level1 else "")
        yield replace(row, level1=level1, level2=level2)


def _loose(item: Any) -> str:
    """Keys nothing is concluded from (id, source, notes) may hold anything."""
    return printable(item).strip() if isinstance(item, str) else "" if item is None else printable(str(item))


class _Reader:
    """Walks the JSON of one file and knows where it stands, so that a refusal can name the place."""

    def __init__(self, file: str) -> None:
        self.file = file

    def refused(self, code: str, where: str, problem: str, hint: str) -> HuiliuError:
        facts = {"file": self.file, "where": where}
        return HuiliuError(code=code, message=f"{self.file}：{where}{problem}", hint=hint, facts=facts)

    def load(self, text: str) -> Mapping[str, Any]:
        def constant(word: str) -> NoReturn:
            raise self.refused("EV-READ-003", word, "不是 JSON 允许的数字", "没有的数字请写 null。")

        try:
            data = json.loads(text, parse_float=Decimal, parse_int=Decimal, parse_constant=constant,
                              object_pairs_hook=self._object)  # fmt: skip
        except json.JSONDecodeError as error:
            where = f"第 {error.lineno} 行第 {error.colno} 列"
            raise self.refused("EV-READ-003", where, "不是合法的 JSON", "请检查引号、逗号和括号。") from None
        except (RecursionError, ArithmeticError, ValueError):
            raise self.refused("EV-READ-003", "内容", "无法作为 JSON 读取", "请检查嵌套层数和数字写法。") from None
        if not isinstance(data, dict):
            raise self.refused("EV-READ-004", "最外层", "不是一个对象", "一个文件写一张表，最外层用 { }。")
        missing = [key for key in _REQUIRED if key not in data]
        if missing:
            raise self.refused("EV-READ-005", "最外层", f"缺少 {'、'.join(missing)}", "这四项必须有，值可以是 null。")
        return data

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key, item in pairs:
            if key in data:
                raise self.refused("EV-READ-003", f"键 {key[:40]} ", "在同一对象中重复", "请删去或改名其中一个。")
            data[printable(key)] = item
        return data

    def table(self, data: Mapping[str, Any]) -> Table:
        return Table(
            file=self.file,
            id=_loose(data.get("id")),
            agency=self.text(data, "agency"),
            project=self.text(data, "project"),
            year=self.text(data, "year"),
            completeness=self.text(data, "completeness"),
            budget=self.budget(self.child(data, "budget")),
            spent=self.value(data, "spent"),
            budget_indicator=self.budget_indicator(self.child(data, "budget_indicator")),
            indicators=tuple(_indicators(self.each(data, "indicators", self.indicator))),
            common_reason=self.text(data, "common_reason"),
            counts=self.counts(self.child(data, "counts")),
            statements=self.each(data, "statements", self.statement),
            payments=self.each(data, "payments", self.payment),
            total_weight=self.value(data, "total_weight"),
            total=self.value(data, "total"),
            grade=self.text(data, "grade"),
            source=_loose(data.get("source")),
            notes=_loose(data.get("notes")),
            date=self.text(data, "date"),
        )

    def indicator(self, where: str, item: Any, position: int) -> Indicator:
        row = self.mapping(where, item)
        level1, level2, level3, reason = (self.text(row, k, where) for k in ("level1", "level2", "level3", "reason"))
        target, actual, completion = (self.value(row, key, where) for key in ("target", "actual", "completion"))
        weight, score = (self.value(row, key, where) for key in ("weight", "score"))
        return Indicator(position, level1, level2, level3, target, actual, completion, weight, score, reason)

    def budget(self, data: Mapping[str, Any] | None) -> Budget:
        if data is None:
            return Budget()
        keys = ("initial", "full_year", "issued", "received", "executed")
        initial, full_year, issued, received, executed = (self.value(data, key, "budget") for key in keys)
        named = _MONEY_UNIT.search(self.text(data, "unit", "budget"))
        unit = named[0] if named else "万元"
        rows = tuple(self.fund_row(*item) for item in (self.child(data, "rows", "budget") or {}).items())
        return Budget(initial, full_year, issued, received, executed, unit, rows)

    def fund_row(self, name: str, item: Any) -> FundRow:
        where = f"budget.rows.{name[:40]}"
        if item is not None and not isinstance(item, list):
            raise self.refused("EV-READ-006", where, "不是列表", "请写成 [年初预算数, 全年预算数, 全年执行数]。")
        cells = [self.as_value(where, cell) for cell in (item or [])][:3]
        return FundRow(name, *(cells + [ABSENT] * (3 - len(cells))))

    def budget_indicator(self, data: Mapping[str, Any] | None) -> BudgetIndicator | None:
        if data is None:
            return None
        weight, rate, score = (self.value(data, key, "budget_indicator") for key in ("weight", "rate", "score"))
        return BudgetIndicator(weight, rate, score) if any(v.printed for v in (weight, rate, score)) else None

    def counts(self, data: Mapping[str, Any] | None) -> Counts | None:
        if data is None:
            return None
        rows, complete, incomplete, complete_share, incomplete_share = (
            self.value(data, key, "counts")
            for key in ("indicators", "complete", "incomplete", "complete_share", "incomplete_share")
        )
        bands = (self.child(data, "bands", "counts") or {}).items()
        shares = {name: self.as_value(f"counts.bands.{name[:40]}", cell) for name, cell in bands}
        return Counts(rows, complete, incomplete, complete_share, incomplete_share, shares)

    def statement(self, where: str, item: Any, _: int) -> Statement:
        if isinstance(item, str):
            return Statement("", printable(item))
        data = self.mapping(where, item)
        return Statement(self.text(data, "about", where), self.text(data, "text", where))

    def payment(self, where: str, item: Any, _: int) -> Payment:
        if not isinstance(item, list) or len(item) < 2:
            raise self.refused("EV-READ-006", where, "不是付款行", "请写成 [用途, 金额, 凭证]。")
        return Payment(self.as_text(where, item[0]), self.as_value(where, item[1]))

    def each(self, data: Mapping[str, Any], key: str, read: Callable[[str, Any, int], T]) -> tuple[T, ...]:
        items = data.get(key)
        if items is not None and not isinstance(items, list):
            raise self.refused("EV-READ-006", f"{key} ", "不是列表", "请写成 [ … ]，没有则写 null。")
        present = [(n, item) for n, item in enumerate(items or [], 1) if item is not None]
        return tuple(read(f"{key} 第 {n} 项", item, n) for n, item in present)

    def child(self, data: Mapping[str, Any], key: str, where: str = "") -> Mapping[str, Any] | None:
        item = data.get(key)
        return None if item is None else self.mapping(f"{where}.{key}".lstrip("."), item)

    def mapping(self, where: str, item: Any) -> Mapping[str, Any]:
        if not isinstance(item, dict):
            raise self.refused("EV-READ-006", f"{where} ", "不是对象", "请写成 { … }，没有则写 null。")
        return item

    def text(self, data: Mapping[str, Any], key: str, where: str = "") -> str:
        return self.as_text(f"{where} {key}".strip(), data.get(key))

    def as_text(self, where: str, item: Any) -> str:
        if isinstance(item, str):
            return printable(item).strip()
        if isinstance(item, Decimal):
            return f"{self.as_value(where, item).number:f}"
        if item is None:
            return ""
        raise self.refused("EV-READ-006", f"{where} ", "不是文字", "请写成带引号的文字，没有则写 null。")

    def value(self, data: Mapping[str, Any], key: str, where: str = "") -> Value:
        return self.as_value(f"{where} {key}".strip(), data.get(key))

    def as_value(self, where: str, item: Any) -> Value:
        if item is None:
            return ABSENT
        if isinstance(item, str):
            return from_text(printable(item))
        if not isinstance(item, Decimal):
            raise self.refused("EV-READ-006", f"{where} ", "不是数字或文字", "请写数字或照印的文字，没有则写 null。")
        exponent = item.as_tuple().exponent
        if not isinstance(exponent, int) or item.adjusted() >= _MOST_DIGITS or exponent < -_MOST_PLACES:
            return self._odd(where, item)
        return from_number(item)

    def _odd(self, where: str, item: Decimal) -> Value:
        # A spreadsheet's binary noise (0.9978000000000001) is a number; 1e400 is not one anybody printed.
        if item.is_finite() and -_MOST_PLACES <= item.adjusted() < _MOST_DIGITS:
            return from_number(round(item, _MOST_PLACES).normalize() + 0)
        raise self.refused("EV-READ-007", f"{where} ", "的数字过大或过小", "请照印刷的数字填写。")
