"""What must hold of a ledger on every day, whatever the order in which events were entered."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from huiliu.budget import events as e
from huiliu.budget.errors import refused, yuan
from huiliu.budget.events import Event
from huiliu.budget.folding import Fold
from huiliu.kernel.errors import HuiliuError

_LAPSED = "没有付清的请拨已随结账失效；确需支付的，在下一年度用结转或新的指标重新提出请拨。"
_AFTER_CLOSE = {e.REFUND: e.EARLIER_REFUND, e.REQUEST: _LAPSED, e.REVIEW: _LAPSED, e.PAYMENT: _LAPSED}


def breaches(fold: Fold) -> Iterator[HuiliuError]:
    """Everything that does not hold; nothing for a sound ledger."""
    yield from _repeated(fold)
    links = list(_links(fold))
    yield from links
    if links:  # what refers to nothing cannot be added up
        return
    yield from _authority(fold)
    yield from _days(fold)
    yield from _requests(fold)
    yield from _commitments(fold)
    yield from _refunds(fold)
    yield from _restored(fold)
    yield from _vouchers(fold)
    yield from _closed(fold)


def _repeated(fold: Fold) -> Iterator[HuiliuError]:
    for name, count in Counter(event.id for event in fold.events).items():
        if count > 1:
            yield refused(102, f"事项编号 {name} 重复", "请为新事项另取编号。", fold.by_id[name])
    numbers = Counter(event.number for event in fold.until(None, e.PAYMENT))
    for event in fold.events:
        if event.kind == e.PAYMENT and numbers[event.number] > 1:
            hint = "请核对是否重复录入；确为另一笔的，请填写其自己的凭证号。"
            yield refused(114, f"支付凭证号 {event.number} 已登记过拨付", hint, event)
            return


def _links(fold: Fold) -> Iterator[HuiliuError]:
    for event in fold.events:
        if event.refers is None:
            continue
        named = fold.by_id.get(event.refers)
        allowed = e.REFERS.get(event.kind, ())
        if named is None or named.kind not in allowed:
            what = "或".join(e.KINDS[kind] for kind in allowed) or "其他事项"
            hint = f"请在本项目本年度台账中选择{what}。" if allowed else "请去掉所指事项。"
            yield refused(105, f"{event.label}所指的{what}不在本台账中，或不能这样指向", hint, event)
        elif event.on < named.on:
            message = f"{event.label}的日期 {event.on} 早于所对应的{named.label}（{named.on}）"
            yield refused(106, message, "请核对两笔的日期。", event)


def _authority(fold: Fold) -> Iterator[HuiliuError]:
    initial = list(fold.until(None, e.INITIAL))
    if len(initial) > 1:
        yield refused(107, "年初指标已登记过", "执行中增加的请记追加指标，减少的请记追减指标。", initial[-1])


def _days(fold: Fold) -> Iterator[HuiliuError]:
    for day in fold.balances():
        facts = f"{day.on} 日终累计"
        if day.adjusted < 0:
            yield refused(107, f"{facts}调整后指标为 {yuan(day.adjusted)} 元", "追减不能大于当日已有的指标，请核对。")
        if day.issued < 0:
            yield refused(109, f"{facts}下达额度为 {yuan(day.issued)} 元", "收回不能大于当日已下达的额度，请核对。")
        if fold.is_quota_mode and day.issued > day.adjusted >= 0:
            message = f"{facts}下达额度 {yuan(day.issued)} 元，超过调整后指标 {yuan(day.adjusted)} 元"
            yield refused(108, message, "请先登记追加指标；追减指标的，请先登记收回额度。")
        if day.paid > day.limit >= 0:
            what = "下达额度" if fold.is_quota_mode else "调整后指标"
            message = f"{facts}净拨付 {yuan(day.paid)} 元，超过{what} {yuan(day.limit)} 元"
            yield refused(110, message, "请核对日期和金额；补记的拨付也不能使其后任何一天透支。")


def _requests(fold: Fold) -> Iterator[HuiliuError]:
    for request in fold.until(None, e.REQUEST):
        agreed, granted, paid = None, 0, 0
        for move in fold.moves_of(request.id):
            if move.kind == e.REVIEW:
                agreed, granted = move.agreed, move.amount
            elif move.kind == e.REFUND:
                paid -= move.amount
            else:
                paid += move.amount
                yield from _payment(move, agreed, granted, paid)
            if move.kind == e.REVIEW and agreed and granted > request.amount:
                message = f"核定 {yuan(granted)} 元，超过请拨 {yuan(request.amount)} 元"
                yield refused(111, message, "核定金额不能大于请拨金额；需要更多的，请另行请拨。", move)


def _payment(move: Event, agreed: bool | None, granted: int, paid: int) -> Iterator[HuiliuError]:
    if not agreed:
        state = "尚未审核" if agreed is None else "审核未同意"
        yield refused(112, f"{move.on} 拨付所依据的请拨当日{state}", "请拨经审核同意后，才能登记拨付。", move)
    elif paid > granted:
        message = f"{move.on} 拨付后，该请拨净拨付 {yuan(paid)} 元，超过核定的 {yuan(granted)} 元"
        yield refused(111, message, "请核对金额；分次拨付的合计不能超过核定金额。", move)


def _commitments(fold: Fold) -> Iterator[HuiliuError]:
    for commitment in fold.until(None, e.COMMITMENT):
        for day, held in _held(fold, commitment):
            if held > commitment.amount:
                message = f"{day} 日终，合同下请拨合计 {yuan(held)} 元，超过合同金额 {yuan(commitment.amount)} 元"
                yield refused(116, message, "请核对合同和金额；合同变更的，请登记新的合同承诺。", commitment)


def _held(fold: Fold, commitment: Event) -> Iterator[tuple[date, int]]:
    """What requests hold of a commitment at the end of each day on which one of them moves."""
    moved: dict[date, set[str]] = {}
    for request in fold.following(commitment.id):
        for move in (request, *fold.moves_of(request.id)):
            moved.setdefault(move.on, set()).add(request.id)
    held: dict[str, int] = {}
    for day in sorted(moved):
        held.update((name, fold.request(name, day).held) for name in moved[day])
        yield day, sum(held.values())


def _refunds(fold: Fold) -> Iterator[HuiliuError]:
    for payment in fold.until(None, e.PAYMENT):
        back = sum(event.amount for event in fold.following(payment.id) if event.kind == e.REFUND)
        if back > payment.amount:
            message = f"{payment.on} 拨付 {yuan(payment.amount)} 元，退款合计 {yuan(back)} 元"
            yield refused(113, message, "退款合计不能大于原拨付金额，请核对。", payment)


def _restored(fold: Fold) -> Iterator[HuiliuError]:
    for carried in fold.until(None, e.CARRYOVER):
        days: dict[object, int] = {}
        total = 0
        for event in fold.following(carried.id):
            total += event.amount
            days[event.on] = total
        if any(not 0 <= restored <= carried.amount for restored in days.values()):
            message = f"上年结转指标 {yuan(carried.amount)} 元，恢复的额度合计不在零与此数之间"
            yield refused(120, message, "恢复额度不能大于结转指标，收回不能大于已恢复的额度。", carried)


def _vouchers(fold: Fold) -> Iterator[HuiliuError]:
    seen: set[str] = set()
    for event in fold.until(None, e.VOUCHER):
        named = fold.by_id[str(event.refers)]
        if named.id in seen:
            yield refused(
                115, f"{named.on} 的{named.label}已有记账凭证", "一笔拨付或退款只对应一张记账凭证，请核对。", event
            )
        seen.add(named.id)
        if event.amount != named.amount:
            message = f"记账凭证 {yuan(event.amount)} 元，与{named.label} {yuan(named.amount)} 元不符"
            yield refused(115, message, "请核对凭证金额。", event)


def _closed(fold: Fold) -> Iterator[HuiliuError]:
    close = fold.close
    if close is None:
        return
    after = fold.events[fold.events.index(close) + 1 :]
    late = next((event for event in after if event.kind != e.VOUCHER), None)
    if late is not None:
        hint = _AFTER_CLOSE.get(late.kind, "请记入下一年度；结账不能撤销，有误的在下一年度更正。")
        yield refused(117, f"{fold.year} 年度已结账，不能再登记{late.label}", hint, late)
    left = fold.adjusted() - fold.paid()
    if close.amount > left:
        message = f"结转 {yuan(close.amount)} 元，超过年末结余 {yuan(left)} 元"
        yield refused(118, message, "结转不能大于调整后指标减净拨付，请核对。", close)
