"""A person in one strip: what a clerk asks first, worked out from the rows within reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from huiliu.apps.datahub.selectors.display import code_meaning
from huiliu.apps.datahub.selectors.identified import Figure
from huiliu.apps.datahub.selectors.timeline import PENSION_SCHEMES, Scheme, owed
from huiliu.kernel.money import format_yuan
from huiliu.kernel.periods import format_month

Row = Mapping[str, Any]
PAID = frozenset({"paid", "late", "overlap"})
PAYING = "1"  # AAC031 参保缴费
DRAWING = "1"  # AAE116 正常
STATES = {"1": "pass", "2": "warn"}


@dataclass(frozen=True)
class Held:
    """A person's rows within reach by table, their timelines, the day they are of, whether the birth date is open."""

    rows: Mapping[str, Sequence[Row]]
    contributions: Sequence[Scheme]
    payments: Sequence[Scheme]
    day: date
    birth_is_open: bool

    def of(self, table: str) -> Sequence[Row]:
        """Rows of one table."""
        return self.rows.get(table, ())


def summary(held: Held) -> list[Figure]:
    """In the order in which they are asked; what failed or is missing is only told where there is any."""
    always = [_age(held), _enrolled(held), _months(held), _benefit(held), _certified(held), _owed(held)]
    return [*always, *_counted(held.contributions, "gap", "中断缴费"), *_counted(held.payments, "failed", "支付失败")]


def _age(held: Held) -> Figure:
    """In full the age; else the ten years of birth, which statistics show too."""
    [person] = held.of("person")[:1]
    born = person["born_on"]
    if born is None:
        return Figure("年龄", "未填")
    if not held.birth_is_open:
        first = born.year // 10 * 10
        return Figure("年龄段", f"{first}—{first + 9}", "年生", "完整信息中显示年龄")
    had = (held.day.month, held.day.day) >= (born.month, born.day)
    return Figure("年龄", str(held.day.year - born.year - (not had)), "周岁", f"截至 {held.day}")


def _enrolled(held: Held) -> Figure:
    """The newest relation of each scheme: whether it is being paid."""
    newest: dict[str, Row] = {}
    for row in sorted(held.of("enrolment"), key=lambda row: (row["starts_on"] or date.min, row["enrolment_no"])):
        newest[row["insurance_type"]] = row
    if not newest:
        return Figure("参保状态", "没有参保关系", state="warn")
    told = [f"{_scheme(code)} {_paying(row)}" for code, row in sorted(newest.items())]
    paying = sum(row["payment_state"] == PAYING for row in newest.values())
    value = "参保缴费" if paying else _paying(max(newest.values(), key=lambda row: row["starts_on"] or date.min))
    return Figure("参保状态", value, note="；".join(told), state="pass" if paying else "")


def _scheme(code: str) -> str:
    return code_meaning("insurance_type", code) or code


def _paying(row: Row) -> str:
    return code_meaning("person_payment_state", row["payment_state"]) or "未填"


def _months(held: Held) -> Figure:
    """Months paid in old-age schemes, each once; what else is recorded stands in the note."""
    months = {
        month
        for scheme in held.contributions
        if scheme.code in PENSION_SCHEMES
        for month, cell in scheme.months.items()
        if cell.state in PAID
    }
    [person] = held.of("person")[:1]
    notes = ["养老保险，按本库明细"]
    notes += [f"视同缴费 {person['deemed_months']} 个月"] if person["deemed_months"] else []
    recorded = [row["months_paid"] for row in held.of("individual_account") if row["months_paid"] is not None]
    notes += [f"个人账户记载 {max(recorded)} 个月"] if recorded else []
    return Figure("累计缴费月数", f"{len(months):,}", "个月", "；".join(notes))


def _benefit(held: Held) -> Figure:
    """A death before everything; else the newest award that is not over."""
    if held.of("death_record"):
        return Figure("待遇状态", "已登记死亡", state="fail")
    awards = sorted(held.of("benefit_award"), key=lambda row: (row["state"] == DRAWING, row["starts_month"] or 0))
    if not awards:
        return Figure("待遇状态", "没有待遇核定")
    award = awards[-1]
    since = f"，{format_month(award['starts_month'])} 起" if award["starts_month"] else ""
    note = f"{_scheme(award['insurance_type'])}{since}"
    value = code_meaning("award_state", award["state"]) or "未填"
    return Figure("待遇状态", value, note=note, state=STATES.get(award["state"], ""))


def _certified(held: Held) -> Figure:
    """When the next proof is due; only who draws a benefit has to give one."""
    due = max((row["next_due_on"] for row in held.of("certification") if row["next_due_on"]), default=None)
    draws = any(row["state"] == DRAWING for row in held.of("benefit_award")) and not held.of("death_record")
    if not draws:
        return Figure("下次认证", "不需认证", note="没有正常发放的待遇")
    if due is None:
        return Figure("下次认证", "没有记录", note="在发待遇而没有认证记录", state="warn")
    late = (held.day - due).days
    if late > 0:
        return Figure("下次认证", str(due), note=f"已逾期 {late} 天", state="fail")
    return Figure("下次认证", str(due), note=f"还有 {-late} 天", state="warn" if late > -30 else "pass")


def _owed(held: Held) -> Figure:
    """The person's own part that did not arrive, as the person's rows say."""
    rows = [(row["due_month"], owed(row)) for row in held.of("contribution")]
    months = {month for month, amount in rows if amount is not None}
    if not rows:
        return Figure("个人欠缴合计", "无记录")
    if not months:
        return Figure("个人欠缴合计", "0.00", "元", state="pass")
    total = sum((amount for _, amount in rows if amount), Decimal(0))
    return Figure("个人欠缴合计", format_yuan(total), "元", f"{len(months)} 个月未足额到账", "fail")


def _counted(schemes: Sequence[Scheme], state: str, label: str) -> list[Figure]:
    """Months in a state, where there are any."""
    months = {month for scheme in schemes for month, cell in scheme.months.items() if cell.state == state}
    if not months:
        return []
    span = (
        f"{format_month(min(months))} 至 {format_month(max(months))}" if len(months) > 1 else format_month(min(months))
    )
    return [Figure(label, str(len(months)), "个月", span, "warn")]
