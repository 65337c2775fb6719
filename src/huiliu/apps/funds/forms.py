"""Forms of projects and their money; amounts are given in yuan."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms

from huiliu.apps.control.forms.fields import day_field, reason_field, today
from huiliu.apps.funds.models import Event, Expense, Kind, Mode, Nature, ProjectYear, Purpose
from huiliu.apps.funds.selectors.projects import events_of, ledger_year, purposes_of
from huiliu.apps.funds.services import NewEvent, NewProject
from huiliu.budget.ledger import Ledger
from huiliu.kernel.money import format_yuan, from_fen, to_fen

BESIDE = {
    "FUND-061": "code",
    "FUND-062": "code",
    "FUND-064": "number",
    "FUND-066": "day",
    "FUND-067": "number",
    "FUND-071": "amount",
    "FUND-073": "name",
    "FUND-106": "day",
    "FUND-110": "amount",
    "FUND-111": "amount",
    "FUND-112": "day",
    "FUND-113": "amount",
    "FUND-114": "number",
    "FUND-118": "amount",
    "CTRL-001": "reason",
    "AUDIT-003": "note",
}
# Which kinds an event may answer, and what a form of each kind asks beside day, amount and note.
ANSWERS = {
    Kind.QUOTA: (Kind.CARRYOVER,),
    Kind.REQUEST: (Kind.COMMITMENT,),
    Kind.PAYMENT: (Kind.REQUEST,),
    Kind.REFUND: (Kind.PAYMENT,),
    Kind.VOUCHER: (Kind.PAYMENT, Kind.REFUND),
}
MUST_ANSWER = frozenset({Kind.PAYMENT, Kind.REFUND, Kind.VOUCHER})
EXTRA: dict[str, tuple[str, ...]] = {
    Kind.PLAN: ("month",),
    Kind.QUOTA: ("is_taken_back",),
    Kind.COMMITMENT: ("payee", "purpose", "due"),
    Kind.REQUEST: ("payee", "item", "purpose", "due", "is_asset", "reason"),
}
NUMBERS = {
    Kind.QUOTA: "额度通知号",
    Kind.COMMITMENT: "合同编号",
    Kind.REQUEST: "发票或申请单号",
    Kind.PAYMENT: "支付凭证号",
    Kind.REFUND: "退款凭证号",
    Kind.VOUCHER: "记账凭证号",
}


class EventChoice(forms.ModelChoiceField):
    """One event, shown by day, kind, amount and payee."""

    def label_from_instance(self, obj: Any) -> str:
        parts = (
            str(obj.pk),
            str(obj.day),
            obj.get_kind_display(),
            f"{format_yuan(from_fen(obj.amount_fen))} 元",
            obj.payee,
        )
        return " ".join(part for part in parts if part)


class EventForm(forms.Form):
    """One event of one kind."""

    refers = EventChoice(label="对应事件", queryset=Event.objects.none(), required=False, empty_label="不对应")
    day = day_field("日期", "事情发生的日期，不能晚于今天。")
    amount = forms.DecimalField(label="金额（元）", min_value=0, max_digits=14, decimal_places=2)
    is_taken_back = forms.BooleanField(label="收回额度", required=False, help_text="勾选表示收回，不勾选表示到账。")
    month = forms.TypedChoiceField(label="计划月份", coerce=int)
    number = forms.CharField(label="文号", max_length=64, required=False)
    payee = forms.CharField(label="收款人", max_length=80, help_text="单位名称；不要写证件号码和账号。")
    item = forms.CharField(label="部门预算支出经济分类", max_length=40, help_text="例如 30213 维修（护）费。")
    purpose = forms.ModelChoiceField(label="支出事项", queryset=Purpose.objects.none(), empty_label="请选择")
    due = day_field("应付日期", "合同或发票约定的付款日期。", required=False)
    is_asset = forms.BooleanField(label="购置资产", required=False)
    note = forms.CharField(label="说明", max_length=200, required=False)
    reason = reason_field("写明依据，审批人据此办理；不要写个人信息。")

    def __init__(self, data: Any = None, *, year: ProjectYear, kind: str, answered: int | None = None) -> None:
        super().__init__(data)
        self.year, self.kind = year, kind
        for name in ("month", "is_taken_back", "payee", "item", "purpose", "due", "is_asset", "reason"):
            if name not in EXTRA.get(kind, ()):
                del self.fields[name]
        self.fields["day"].initial = min(today(), date(year.year, 12, 31))
        self._number(kind)
        self._answers(year, kind, answered)
        if "month" in self.fields:
            months = [(year.year * 100 + month, f"{month} 月") for month in range(1, 13)]
            cast(forms.TypedChoiceField, self.fields["month"]).choices = months
        if "purpose" in self.fields:
            cast(forms.ModelChoiceField, self.fields["purpose"]).queryset = purposes_of(year.project)
        if kind == Kind.COMMITMENT:
            self.fields["due"].required = True

    def _number(self, kind: str) -> None:
        if kind == Kind.PLAN:
            del self.fields["number"]
            return
        self.fields["number"].label = NUMBERS.get(Kind(kind), "指标文号")
        self.fields["number"].required = kind != Kind.REQUEST

    def _answers(self, year: ProjectYear, kind: str, answered: int | None) -> None:
        if kind not in ANSWERS:
            del self.fields["refers"]
            return
        field = cast(EventChoice, self.fields["refers"])
        field.queryset = events_of(year).filter(pk__in=answerable(ledger_year(year), kind))
        field.required, field.initial = kind in MUST_ANSWER, answered
        if field.required:
            field.empty_label = "请选择"

    def wanted(self) -> NewEvent:
        """The event that the valid fields ask for."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "is_taken_back")}
        amount = to_fen(Decimal(chosen.pop("amount")))
        sign = -1 if self.cleaned_data.get("is_taken_back") else 1
        return NewEvent(self.kind, amount=sign * amount, **chosen)


class ProjectForm(forms.Form):
    """A project with its first year."""

    code = forms.CharField(
        label="项目代码", max_length=40, help_text="小写字母、数字和横线，例如 it-upkeep；登记后不能改。"
    )
    name = forms.CharField(label="项目名称", max_length=120)
    agency = forms.CharField(label="实施单位", max_length=120)
    department = forms.CharField(label="主管部门", max_length=120)
    nature = forms.ChoiceField(label="项目属性", choices=Nature.choices)
    expense = forms.ChoiceField(label="支出科目", choices=Expense.choices)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    mode = forms.ChoiceField(label="支付方式", choices=Mode.choices)

    def wanted(self) -> NewProject:
        """The project that the valid fields ask for."""
        return NewProject(**{name: self.cleaned_data[name] for name in NewProject.__dataclass_fields__})


class RenameForm(forms.Form):
    """What a project, its agency and the department above it are called from now on."""

    name = forms.CharField(label="项目名称", max_length=120)
    agency = forms.CharField(label="实施单位", max_length=120)
    department = forms.CharField(label="主管部门", max_length=120)


class YearForm(forms.Form):
    """A further year of a project."""

    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    mode = forms.ChoiceField(label="支付方式", choices=Mode.choices)


class PurposeForm(forms.Form):
    """What money is spent on."""

    code = forms.CharField(
        label="事项代码", max_length=40, help_text="小写字母、数字和横线，例如 library；绩效指标用同一代码。"
    )
    label = forms.CharField(label="支出事项", max_length=80)


class CloseForm(forms.Form):
    """What a year carries over."""

    amount = forms.DecimalField(
        label="结转下年（元）", min_value=0, max_digits=14, decimal_places=2, help_text="其余注销；没有结转填 0。"
    )
    reason = reason_field()


class FileForm(forms.Form):
    """One file that speaks for an event."""

    file = forms.FileField(
        label="添加附件",
        help_text="指标文、通知、合同、发票或凭证的 PDF、图片、docx 或 xlsx，每个不超过 10 MB；文件名不要写个人信息。",
        widget=forms.FileInput({"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}),
    )


def answerable(ledger: Ledger, kind: str) -> list[int]:
    """The events that one of a kind may still answer: granted and unpaid, not all refunded, without a voucher."""
    found = [event for event in ledger.events if event.kind in ANSWERS[Kind(kind)]]
    if kind == Kind.PAYMENT:
        found = [event for event in found if ledger.request(event.id).unpaid]
    if kind == Kind.REFUND:
        found = [event for event in found if event.amount > _total(ledger, event.id, Kind.REFUND)]
    if kind == Kind.VOUCHER:
        found = [event for event in found if not _total(ledger, event.id, Kind.VOUCHER)]
    return [int(event.id) for event in found]


def _total(ledger: Ledger, event_id: str, kind: str) -> int:
    return sum(event.amount for event in ledger.following(event_id) if event.kind == kind)


def first_error(form: forms.Form) -> str:
    """All that is wrong with a form, in one line."""
    errors: Iterable[Any] = (text for texts in form.errors.values() for text in texts)
    return " ".join(map(str, errors))
