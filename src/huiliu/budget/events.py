"""What happens to a project's money, one kept event each; amounts are whole fen."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from huiliu.budget.errors import refused, yuan
from huiliu.kernel.errors import HuiliuError

QUOTA_MODE, INTEGRATED = "quota", "integrated"
MODES: Mapping[str, str] = {QUOTA_MODE: "零余额账户（有额度）", INTEGRATED: "预算管理一体化（无额度）"}
"""quota: 财政下达额度至零余额账户; integrated: 一体化, paid out of the authority itself (指标结余)."""

INITIAL, ADD, CUT, CARRYOVER = "initial", "add", "cut", "carryover"
PLAN, QUOTA, COMMITMENT, REQUEST, REVIEW = "plan", "quota", "commitment", "request", "review"
PAYMENT, REFUND, VOUCHER, CLOSE = "payment", "refund", "voucher", "close"

KINDS: Mapping[str, str] = {
    INITIAL: "年初指标",
    ADD: "追加指标",
    CUT: "追减指标",
    CARRYOVER: "上年结转指标",
    PLAN: "用款计划",
    QUOTA: "下达额度",
    COMMITMENT: "合同承诺",
    REQUEST: "请拨",
    REVIEW: "审核",
    PAYMENT: "拨付",
    REFUND: "退款",
    VOUCHER: "记账凭证",
    CLOSE: "年终结账",
}
AUTHORITY = (INITIAL, ADD, CUT, CARRYOVER)
REFERS: Mapping[str, tuple[str, ...]] = {
    QUOTA: (CARRYOVER,),
    REQUEST: (COMMITMENT,),
    REVIEW: (REQUEST,),
    PAYMENT: (REQUEST,),
    REFUND: (PAYMENT,),
    VOUCHER: (PAYMENT, REFUND),
}
"""What each kind may name in `refers`; kinds that are not here name nothing."""

EARLIER_REFUND = (
    "以前年度的支付退回不冲减任何一年的支出：财政收回的，按财政要求缴回，台账不记，凭证附在原支付上；"
    "财政同意留用的，凭其文件在本年度记录追加指标（有额度账户的再记额度）。"
)
"""What to do with money that comes back of an earlier year: its books are closed, and whose it is, others decide."""

_MUST_REFER = (REVIEW, PAYMENT, REFUND, VOUCHER)
_MAY_BE_ZERO = (PLAN, REVIEW, CLOSE)
_NEEDED: Mapping[str, tuple[tuple[str, str], ...]] = {
    PLAN: (("month", "计划月份"),),
    COMMITMENT: (("due", "应付日期"), ("payee", "收款人")),
    REQUEST: (("item", "部门预算支出经济分类"), ("payee", "收款人")),
    REVIEW: (("agreed", "审核结论"),),
    PAYMENT: (("number", "支付凭证号"),),
    VOUCHER: (("number", "凭证号"),),
}


@dataclass(frozen=True)
class Event:
    """One thing that happened, on a day; never changed afterwards, only followed by another.

    `amount` is fen: above 0; of a quota not 0 (below 0: 收回); 0 is allowed for a plan (the month is called off), a
    refused review and a close. `refers` is the id of an earlier event, see REFERS; a quota that names a carry-over
    restores it (额度恢复).

    Of a plan the last one of a month counts; of a review `amount` is what was agreed (核定), at most what was asked; of
    a close it is what is carried over, the rest lapses. `month` is YYYYMM. `purpose` is the code of a 支出事项; a
    request without one takes its commitment's.
    """

    id: str
    kind: str
    on: date
    amount: int
    refers: str | None = None
    number: str = ""
    month: int | None = None
    due: date | None = None
    payee: str = ""
    item: str = ""
    purpose: str = ""
    agreed: bool | None = None
    is_asset: bool = False

    @property
    def label(self) -> str:
        """The Chinese word for the kind."""
        return KINDS.get(self.kind, self.kind)


def malformed(event: Event, year: int, mode: str) -> Iterator[HuiliuError]:
    """What is wrong with an event by itself, whatever stands in the ledger: FUND-101, FUND-103 and FUND-104."""
    if event.kind not in KINDS:
        yield refused(101, f"没有“{event.kind}”这种资金事项", "请从事项种类中选择。", event)
        return
    yield from _amount(event)
    for name, label in _NEEDED.get(event.kind, ()):
        if getattr(event, name) in (None, ""):
            yield refused(101, f"{event.label}没有填写{label}", f"请补填{label}后再记。", event)
    if event.refers is None and event.kind in _MUST_REFER:
        named = "或".join(KINDS[kind] for kind in REFERS[event.kind])
        yield refused(101, f"{event.label}没有指明对应的{named}", f"请选择对应的{named}。", event)
    if event.kind == QUOTA and mode == INTEGRATED:
        yield refused(
            103, "本项目按一体化方式核算，没有额度账户，不能登记下达额度", "请改记指标，或更正核算方式。", event
        )
    yield from _dates(event, year)


def _amount(event: Event) -> Iterator[HuiliuError]:
    amount = event.amount
    if type(amount) is not int:
        yield refused(101, f"{event.label}的金额不是整数分", "请先换算为分。", event)
    elif event.kind == QUOTA and amount == 0:
        yield refused(101, "下达额度的金额为零", "到账填正数，收回填负数。", event)
    elif event.kind != QUOTA and (amount < 0 or (amount == 0 and not _zero_is_meant(event))):
        yield refused(101, f"{event.label}的金额 {yuan(amount)} 元不大于零", "请填写大于零的金额。", event)


def _zero_is_meant(event: Event) -> bool:
    return event.kind in _MAY_BE_ZERO and event.agreed is not True


def _dates(event: Event, year: int) -> Iterator[HuiliuError]:
    # A contract of last year may be paid this year; everything else belongs to the year of its ledger.
    if event.on.year != year and not (event.kind == COMMITMENT and event.on.year < year):
        if event.kind == REFUND and event.on.year > year:
            yield refused(104, f"原支付在 {year} 年度，不能以 {event.on} 的日期退款", EARLIER_REFUND, event)
            return
        if event.kind in (REVIEW, PAYMENT) and event.on.year > year:
            message = f"{year} 年度已过，{event.on} 不能再{event.label}这一年的请拨"
            hint = f"请不同意或撤回还没有审核的；确需支付的，在 {event.on.year} 年度用结转或新的指标重新提出请拨。"
            yield refused(104, message, hint, event)
            return
        hint = f"请核对日期；不属于 {year} 年度的，请记入所属年度的台账。"
        yield refused(104, f"{event.label}的日期 {event.on} 不在 {year} 年度内", hint, event)
    if event.kind == PLAN and event.month is not None and event.month not in range(year * 100 + 1, year * 100 + 13):
        yield refused(104, f"用款计划的月份 {event.month} 不在 {year} 年度内", f"请填写 {year} 年的月份。", event)
    if event.kind == CLOSE and event.on != date(year, 12, 31):
        yield refused(104, f"年终结账的日期 {event.on} 不是年末", f"请填写 {year}-12-31。", event)
