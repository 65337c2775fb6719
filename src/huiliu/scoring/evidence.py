"""What evidence is: kinds of records with the numbers they give, and who provides each; later parts add their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Protocol

from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.figures import COMPUTED, MEASURED, NOT_APPLICABLE, Figure, FigureBook, Record
from huiliu.kernel.parameters import Parameter
from huiliu.kernel.registry import Registry

SEPARATOR = "."


@dataclass(frozen=True)
class Fact:
    """One number that a kind of evidence gives, in `unit`; its figure has the id `kind.name`."""

    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class Kind:
    """One kind of evidence; `absent` is why there is none as long as no part of the product provides it."""

    code: str
    label: str
    absent: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Ask:
    """What is to be measured: a project's year as it stood at the end of `day`, and for a cost the 支出事项 it is for.

    An empty `purpose` means the whole project. `params` are the indicator's own numbers in force on the day.
    """

    project: str
    year: int
    day: date
    purpose: str = ""
    params: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathered:
    """A figure for each fact that the question calls for, after what it is made of.

    `references` says of a record by its id which batch or voucher it stands in.
    """

    book: Mapping[str, Figure]
    references: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Absent:
    """No evidence, and why: nothing was kept, or nobody keeps it."""

    reason: str


class Provider(Protocol):
    """Whoever keeps the records of a kind."""

    def __call__(self, ask: Ask, /) -> Gathered | Absent: ...


def _kind(code: str, label: str, absent: str, *facts: tuple[str, str, str]) -> Kind:
    return Kind(code, label, absent, tuple(Fact(*fact) for fact in facts))


def _later(label: str) -> str:
    return f"{label}还没有登记来源：相应模块尚未启用，可凭佐证文件人工填写"


KINDS: Mapping[str, Kind] = {
    kind.code: kind
    for kind in (
        _kind("funds", "项目台账", "本系统没有启用项目台账", ("paid", "净拨付", "元"), ("committed", "合同承诺", "元"),
              ("issued", "下达额度", "元"), ("adjusted", "调整后预算", "元"), ("timely_due", "按期支付率", "%"),
              ("timely_due_shifted", "按期支付率（期限顺延）", "%"), ("timely_plan", "按计划支付率", "%"),
              ("timely_plan_shifted", "按计划支付率（计划顺延）", "%"), ("timely_quota", "额度到账后及时支付率", "%")),
        _kind("nights", "回流库夜间批次", "本系统没有启用回流库", ("due", "应到批次", "批"),
              ("published", "已发布批次", "批"), ("proven", "完整或已与前置库核对的批次", "批"),
              ("on_time", "按时发布的批次", "批"), ("good", "完整且按时的批次", "批"),
              ("delay", "迟到小时数合计", "小时")),
        _kind("clues", "基金安全疑点", "本系统没有启用基金安全筛查", ("screenings", "筛查次数", "次"),
              ("total", "疑点", "个"), ("open", "未消除的疑点", "个")),
        _kind("supervision", "监管记录", "本系统没有启用监管记录", ("records", "监管记录", "条"),
              ("found", "发现的问题", "个"), ("rectified", "已整改的问题", "个")),
        _kind("paired", "配对产出", "没有指定配对产出，请在绩效目标中补填", ("value", "配对产出的实际完成值", "")),
        _kind("acceptance", "验收记录", _later("验收记录"), ("accepted", "验收合格的项目内容", "项")),
        _kind("availability", "系统可用性监控", _later("系统可用性监控"), ("due", "应运行时间", "分钟"),
              ("down", "中断时间", "分钟")),
        _kind("work_orders", "运维工单", _later("运维工单"), ("closed", "办结的工单", "张"),
              ("on_time", "时限内办结的工单", "张")),
        _kind("maintenance", "维护服务", _later("维护服务"), ("months", "实际得到维护的月数", "个月")),
        _kind("meetings", "电子会务", _later("电子会务"), ("held", "召开的会议", "场"),
              ("undisturbed", "没有因系统中断的会议", "场")),
        _kind("wechat", "微信公众号", _later("微信公众号"), ("posts", "发布", "条"), ("asked", "应回复的留言", "条"),
              ("answered", "时限内回复的留言", "条")),
        _kind("satisfaction", "满意度调查", _later("满意度调查"), ("valid", "有效答卷", "份"),
              ("satisfied", "满意的有效答卷", "份")),
    )
}  # fmt: skip
"""Every kind an indicator may need; a part that keeps its records registers a provider, nothing else changes."""

FACTS: Mapping[str, Fact] = {
    f"{kind.code}{SEPARATOR}{fact.name}": fact for kind in KINDS.values() for fact in kind.facts
}

_PROVIDERS: Registry[Provider] = Registry("佐证来源")


def provide(kind: str, provider: Provider) -> None:
    """Say who keeps the records of a kind; once, when the part starts. EV-IND-006 for a kind that is not declared."""
    if kind not in KINDS:
        raise HuiliuError(
            code="EV-IND-006",
            message=f"没有“{kind}”这种佐证",
            hint="请先在 huiliu.scoring.evidence 中声明这种佐证和它给出的数字。",
            facts={"kind": kind},
        )
    if kind not in _PROVIDERS:  # an app may be started twice in one process
        _PROVIDERS.add(kind, provider)


@dataclass(frozen=True)
class Evidence:
    """What is known for one question, by kind."""

    ask: Ask
    kinds: Mapping[str, Gathered | Absent]

    def of(self, kind: str) -> Gathered | Absent:
        """What the kind gives; for a kind that nobody provides, why there is nothing."""
        return self.kinds.get(kind, Absent(KINDS[kind].absent))

    @property
    def references(self) -> dict[str, str]:
        """Batch or voucher of every record that has one."""
        found = [one.references for one in self.kinds.values() if isinstance(one, Gathered)]
        return {key: number for references in found for key, number in references.items()}


def gather(ask: Ask, kinds: Iterable[str], known: Mapping[str, Gathered | Absent] | None = None) -> Evidence:
    """Ask whoever keeps the records of each kind; `known` is what the asker has already."""
    found = dict(known or {})
    for kind in kinds:
        if kind not in found and kind in _PROVIDERS:
            found[kind] = _PROVIDERS[kind](ask)
    return Evidence(ask, found)


def fact_of_records(name: str, records: Iterable[Record], source: str) -> Figure:
    """The figure of a fact that is the sum of rows; none is a known 0."""
    rows = tuple(records)
    value = sum((one.value for one in rows if one.value is not None), Decimal(0))
    fact = FACTS[name]
    formula = f"{len(rows)} 条记录相加"
    return Figure(name, fact.label, value, fact.unit, 0, formula, (), "不舍入", source,
                  MEASURED, "" if rows else "0", rows)  # fmt: skip


def fact_of_figure(name: str, made: Figure) -> Figure:
    """The figure of a fact that is another figure, under the fact's own name."""
    fact = FACTS[name]
    state = NOT_APPLICABLE if made.state == NOT_APPLICABLE else COMPUTED
    return Figure(name, made.label, made.value, fact.unit, made.places, f"取自{made.label}", (made.id,), "不舍入",
                  made.source, state, f"{{{made.id}}}")  # fmt: skip


def book_of(figures: Iterable[Figure]) -> FigureBook:
    """Figures in their order as a book."""
    book = FigureBook()
    for figure in figures:
        book.add(figure)
    return book
