"""Checks of performance targets before they are submitted: each lists what is wrong, under a code for ever."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from huiliu.kernel.registry import Registry
from huiliu.scoring.parts import plain
from huiliu.scoring.phrases import Phrases
from huiliu.scoring.profile import Profile
from huiliu.scoring.targets import EXECUTION, KINDS, MoneyUse, TargetRow
from huiliu.scoring.values import YUAN
from huiliu.scoring.weights import level_of, with_execution

Severity = Literal["error", "warning"]
SEVERITIES: Mapping[Severity, str] = {"error": "错误", "warning": "警告"}
"""error: submission stops; warning: it needs a reason."""

GROUPS: Mapping[str, str] = {"A": "指向明确", "B": "细化量化", "C": "合理可行", "D": "相应匹配"}
"""What 财预〔2015〕88号 asks of targets (content 待核): the letter of a code → its group."""


@dataclass(frozen=True)
class Before:
    """What was promised the year before, and for which money."""

    rows: Sequence[TargetRow]
    uses: Sequence[MoneyUse]


@dataclass(frozen=True)
class TargetCase:
    """What a check sees. `measures` are codes of the registry; `before` is None without a last year.

    `purposes` are the codes that the project ledger knows; None where it does not know the project.
    """

    objective: str
    rows: Sequence[TargetRow]
    uses: Sequence[MoneyUse]
    profile: Profile
    phrases: Phrases
    measures: Set[str] = field(default_factory=frozenset)
    before: Before | None = None
    purposes: Set[str] | None = None


@dataclass(frozen=True)
class TargetFinding:
    """One thing to mend: what, where (row's code and name, or the part of the form), what to do; `row` is the code."""

    code: str
    severity: Severity
    what: str
    where: str
    todo: str
    row: str = ""

    @property
    def group(self) -> str:
        """Which of the four requirements it offends."""
        return GROUPS[self.code[3]]


@dataclass(frozen=True)
class Hit:
    """What a check yields; `severity` is the check's own unless given."""

    at: TargetRow | str
    todo: str
    what: str = ""
    severity: Severity | None = None


Function = Callable[[TargetCase], Iterable[Hit]]


@dataclass(frozen=True)
class TargetCheck:
    """One registered check."""

    code: str
    label: str
    severity: Severity
    explanation: str
    run: Function


TARGET_CHECKS: Registry[TargetCheck] = Registry("目标检查项")


def target_check(code: str, label: str, severity: Severity) -> Callable[[Function], Function]:
    """Register a function as the check `code`; its docstring is the explanation in docs/targets.md."""

    def register(function: Function) -> Function:
        explanation = " ".join((function.__doc__ or "").split())
        TARGET_CHECKS.add(code, TargetCheck(code, label, severity, explanation, function))
        return function

    return register


def target_findings(case: TargetCase) -> tuple[TargetFinding, ...]:
    """All findings, errors first, then by code and row."""
    found = [finding for item in TARGET_CHECKS.values() for finding in _findings(item, case)]
    return tuple(sorted(found, key=lambda finding: (finding.severity != "error", finding.code)))


def _findings(item: TargetCheck, case: TargetCase) -> Iterator[TargetFinding]:
    for hit in item.run(case):
        where, row = (hit.at.where, hit.at.code) if isinstance(hit.at, TargetRow) else (hit.at, "")
        yield TargetFinding(item.code, hit.severity or item.severity, hit.what or item.label, where, hit.todo, row)


def checks_table() -> str:
    """The checks as a Markdown table for docs/targets.md."""
    lines = ["| code | requirement | finding | severity | means |", "|---|---|---|---|---|"]
    for one in sorted(TARGET_CHECKS.values(), key=lambda item: item.code):
        severity = f"{one.severity} {SEVERITIES[one.severity]}"
        lines.append(f"| {one.code} | {GROUPS[one.code[3]]} | {one.label} | {severity} | {one.explanation} |")
    return "\n".join(lines) + "\n"


@target_check("TG-A01", "资金用途没有对应的指标", "warning")
def use_without_indicator(case: TargetCase) -> Iterator[Hit]:
    """Money is asked for a use that no indicator speaks of, neither by its purpose code nor by name."""
    for use in case.uses:
        if not any(_meet(case, use, row) for row in case.rows):
            yield Hit(f"资金用途 {use.name}", "为这项支出设一个产出或成本指标，或在指标上选定这一支出事项")


@target_check("TG-A02", "成本指标没有对应的资金用途", "warning")
def cost_without_use(case: TargetCase) -> Iterator[Hit]:
    """A cost indicator meets none of the uses that money is asked for."""
    for row in case.rows if case.uses else ():
        if row.is_cost and not any(_meet(case, use, row) for use in case.uses):
            yield Hit(row, "在资金用途中列出这笔成本，或选定它所属的支出事项")


def _meet(case: TargetCase, use: MoneyUse, row: TargetRow) -> bool:
    """A purpose code decides; without one a name shared by both."""
    return row.purpose == use.code if row.purpose else case.phrases.meets(use.name, row)


@target_check("TG-A03", "指标重复", "error")
def duplicate_rows(case: TargetCase) -> Iterator[Hit]:
    """Two rows of one second level have the same name once spaces and signs are gone."""
    seen: dict[tuple[str, str], TargetRow] = {}
    for row in case.rows:
        key = (row.level2.removesuffix("指标"), "".join(filter(str.isalnum, row.level3)))
        first = seen.setdefault(key, row)
        if first is not row and key[1]:
            yield Hit(row, f"与 {first.where} 合并，或改写成不同的指标")


@target_check("TG-A04", "没有填写年度总体目标", "error")
def no_objective(case: TargetCase) -> Iterator[Hit]:
    """The form says nothing of what the whole project is to reach."""
    if not case.objective.strip():
        yield Hit("年度总体目标", "用一两句话写明本年度要达到的结果")


@target_check("TG-A05", "用语含糊", "warning")
def vague_words(case: TargetCase) -> Iterator[Hit]:
    """A name or a qualitative promise uses a word that cannot be held to anything (确保, 提高, 有效 …)."""
    for row in case.rows:
        word = case.phrases.says("vague", f"{row.level3} {row.wording}")
        if word:
            yield Hit(row, "改写成可以核对的说法，例如“全年重大故障次数”“平均响应时间”", f"用语含糊：“{word}”")


@target_check("TG-A06", "支出事项不在资金用途中", "error")
def unknown_purpose(case: TargetCase) -> Iterator[Hit]:
    """A row names the code of a purpose that the form asks no money for."""
    known = {use.code for use in case.uses}
    for row in case.rows:
        if row.purpose and row.purpose not in known:
            yield Hit(row, "先在资金用途中加入这一事项，或改选已有的事项")


@target_check("TG-A07", "支出事项不在项目台账中", "error")
def purpose_not_in_ledger(case: TargetCase) -> Iterator[Hit]:
    """A row or a use names a purpose that the project's ledger does not have: no payment could ever meet it."""
    if case.purposes is None:
        return
    todo = "先在“资金 项目台账”登记这一支出事项，或改用台账已有的代码"
    for use in case.uses:
        if use.code not in case.purposes:
            yield Hit(f"资金用途 {use.name or use.code}", todo)
    for row in case.rows:
        if row.purpose and row.purpose not in case.purposes:
            yield Hit(row, todo)


@target_check("TG-B01", "没有目标值", "error")
def no_value(case: TargetCase) -> Iterator[Hit]:
    """Nothing is promised: no value, or for a qualitative row no words."""
    for row in case.rows:
        missing = not row.wording.strip() if row.kind == "qualitative" else row.value is None
        if missing:
            yield Hit(row, "填写目标值；定性指标写明达到什么状态算完成")


@target_check("TG-B02", "没有计量单位", "error")
def no_unit(case: TargetCase) -> Iterator[Hit]:
    """A row that is not qualitative has no unit, so that its value cannot be read."""
    for row in case.rows:
        if row.kind != "qualitative" and not row.unit.strip():
            yield Hit(row, "填写计量单位，如 元/月、次、%；确属定性的，把性质改为定性")


@target_check("TG-B03", "没有质量指标", "error")
def no_quality(case: TargetCase) -> Iterator[Hit]:
    """No row of the whole form says how good the output has to be."""
    if case.rows and not any("质量" in row.level2 for row in case.rows):
        yield Hit("产出指标", "至少设一个质量指标，如 系统可用率、验收合格率")


@target_check("TG-B04", "成本列为数量指标", "error")
def cost_as_quantity(case: TargetCase) -> Iterator[Hit]:
    """A quantity row's name ends as an amount spent does (费, 成本 …); counted in money under another name: warning."""
    for row in case.rows:
        if "数量" not in row.level2 or case.phrases.says("not_costs", row.level3):
            continue
        named = case.phrases.core_name(row.level3).endswith(case.phrases.words("costs"))
        if named or row.unit.split("/")[0].split("／")[0] in YUAN:
            yield Hit(row, "移到成本指标，并选定它买到的产出；数量指标写件数、次数、台数", severity=_if(named))


def _if(certain: bool) -> Severity:
    return "error" if certain else "warning"


@target_check("TG-B05", "没有满意度指标", "warning")
def no_satisfaction(case: TargetCase) -> Iterator[Hit]:
    """No row asks those who are served."""
    if case.rows and not any("满意" in f"{row.level1}{row.level2}{row.level3}" for row in case.rows):
        yield Hit("满意度指标", "设服务对象满意度；确实没有服务对象的，写明理由")


@target_check("TG-B06", "没有写明指标性质", "error")
def no_kind(case: TargetCase) -> Iterator[Hit]:
    """Whether the value is a floor, a ceiling, exact, a range or qualitative is not said."""
    for row in case.rows:
        if row.kind not in KINDS:
            yield Hit(row, "在 ≥、≤、=、区间、定性 中选一个")


@target_check("TG-C01", "没有设定依据", "warning")
def no_basis(case: TargetCase) -> Iterator[Hit]:
    """The row does not say where its value comes from: contract, last year, standard, plan."""
    for row in case.rows:
        if not row.basis.strip():
            yield Hit(row, "写明依据：合同、上年完成值、行业标准或工作计划")


@target_check("TG-C02", "没有佐证材料要求", "warning")
def no_evidence(case: TargetCase) -> Iterator[Hit]:
    """The row does not say what will prove the result."""
    for row in case.rows:
        if not row.evidence.strip():
            yield Hit(row, "写明用什么材料证明完成：验收单、监控记录、付款凭证、问卷")


@target_check("TG-C03", "照抄上年目标而资金不同", "warning")
def copied_from_last_year(case: TargetCase) -> Iterator[Hit]:
    """A cost, a quantity or a money-dependent row promises last year's value although the money is another sum."""
    before = case.before
    if before is None or None in (this := _total(case.uses), last := _total(before.uses)) or this == last:
        return
    known = {(row.level3.strip(), row.kind): row.value for row in before.rows}
    for row in case.rows:
        moves = row.money_dependent or row.is_cost or "数量" in row.level2
        if moves and row.value is not None and known.get((row.level3.strip(), row.kind)) == row.value:
            money = f"上年 {plain(last or Decimal(0))} 元，本年 {plain(this or Decimal(0))} 元"
            yield Hit(row, "按本年资金重新测算；确实不变的，写明理由", f"与上年目标相同，而资金不同（{money}）")


def _total(uses: Sequence[MoneyUse]) -> Decimal | None:
    amounts = [use.amount for use in uses if use.amount is not None]
    return sum(amounts, Decimal(0)) if amounts and len(amounts) == len(uses) else None


@target_check("TG-C04", "没有这个测量方法", "error")
def unknown_measure(case: TargetCase) -> Iterator[Hit]:
    """The row names a measure that the registry of indicators does not have."""
    for row in case.rows:
        if row.measure and row.measure not in case.measures:
            yield Hit(row, "从清单中选一个测量方法，或改写成计算公式")


@target_check("TG-C05", "没有写明怎样测量", "warning")
def no_measure(case: TargetCase) -> Iterator[Hit]:
    """The row names neither a measure of the registry nor a formula: its result will be typed."""
    for row in case.rows:
        if not row.measure and not row.formula.strip():
            yield Hit(row, "选定测量方法，或写明计算公式和数据来源")


@target_check("TG-C06", "目标值不可能", "error")
def impossible_value(case: TargetCase) -> Iterator[Hit]:
    """A range without a higher bound or turned round, a value below zero, a satisfaction above 100 %."""
    for row in case.rows:
        problem = _impossible(row)
        if problem:
            yield Hit(row, "核对目标值", f"目标值不可能：{problem}")


def _impossible(row: TargetRow) -> str:
    if row.value is None or row.kind == "qualitative":
        return ""
    if row.kind == "range" and (row.upper is None or row.upper < row.value):
        return "区间没有上限，或上限小于下限"
    if row.value < 0:
        return "小于 0"
    highest = row.value if row.upper is None else row.upper
    is_share = row.unit.strip() in ("%", "％") and "满意" in f"{row.level2}{row.level3}"
    return "满意度超过 100%" if is_share and highest > 100 else ""


@target_check("TG-D01", "权重合计不对", "error")
def weights_total(case: TargetCase) -> Iterator[Hit]:
    """The weights of all rows, with the execution rate that is scored beside them, add up to the profile's total."""
    found, total = _weight(with_execution(case.rows, case.profile)), case.profile.total
    if case.rows and found is not None and found != total:
        beside = found - (_weight(case.rows) or Decimal(0))
        extra = f"（含{EXECUTION} {plain(beside)}）" if beside else ""
        todo = f"调整各项权重，使合计等于 {plain(total)}"
        yield Hit("权重", todo, f"权重合计 {plain(found)}{extra}，应为 {plain(total)}")


@target_check("TG-D02", "分级权重与评分方案不符", "error")
def weights_of_levels(case: TargetCase) -> Iterator[Hit]:
    """The rows of each first level weigh what the profile gives it; other levels weigh its free points together."""
    profile, everything = case.profile, with_execution(case.rows, case.profile)
    expected = {**profile.levels, "": profile.free} if case.rows and profile.levels else {}
    for level, weight in expected.items():
        found = _weight([row for row in everything if level_of(row, profile) == level])
        if found is not None and found != weight:
            label = level or "评分方案没有分值的一级指标"
            what = f"{label}权重合计 {plain(found)}，评分方案为 {plain(weight)}"
            yield Hit(f"一级指标 {level or '其他'}", f"调整本级权重（方案分级：{'、'.join(profile.levels)}）", what)


def _weight(rows: Sequence[TargetRow]) -> Decimal | None:
    """The sum; None while a row has no weight, which TG-D04 says."""
    known = [row.weight for row in rows if row.weight is not None]
    return sum(known, Decimal(0)) if len(known) == len(rows) else None


@target_check("TG-D03", "成本指标没有配对的产出", "error")
def cost_without_output(case: TargetCase) -> Iterator[Hit]:
    """A ceiling on cost alone rewards not doing the work: every cost names the output row that it buys."""
    outputs = {row.code for row in case.rows if not row.is_cost}
    for row in case.rows:
        if row.is_cost and row.paired_output not in outputs:
            yield Hit(row, "选定这笔成本买到的产出指标；没有产出时成本按不适用处理，不得满分")


@target_check("TG-D04", "没有权重", "error")
def no_weight(case: TargetCase) -> Iterator[Hit]:
    """A row without a weight, or with none above zero."""
    for row in case.rows:
        if row.weight is None or row.weight <= 0:
            yield Hit(row, "填写大于 0 的权重")


@target_check("TG-D05", "资金没有列明事项和金额", "error")
def no_money(case: TargetCase) -> Iterator[Hit]:
    """The form names no use of the money, or one without an amount."""
    if not case.uses:
        yield Hit("资金用途", "逐项列出支出事项和所需金额")
    for use in case.uses:
        if use.amount is None:
            yield Hit(f"资金用途 {use.name}", "填写所需金额")


@target_check("TG-D06", "没有任何指标", "error")
def no_rows(case: TargetCase) -> Iterator[Hit]:
    """The form has no indicator at all."""
    if not case.rows:
        yield Hit("绩效指标", "逐项添加，或从指标库、上一版本开始")
