"""Forms of a budget draft, line by line, and of a decision from above."""

from decimal import Decimal
from typing import Any, cast

from django import forms

from huiliu.apps.control.forms.fields import day_field
from huiliu.apps.funds.forms import EventChoice
from huiliu.apps.funds.models import Answered, Basis, Body, BudgetDraft, Event, ProjectYear, Purpose, Stage, Verdict
from huiliu.apps.funds.selectors.drafting import contracts_of
from huiliu.apps.funds.selectors.projects import purposes_of
from huiliu.apps.funds.services import NewDecision, NewLine
from huiliu.kernel.money import from_fen, to_fen

LINES = 8


def _yuan(label: str, **more: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_digits=14, decimal_places=2, **more)


class StageForm(forms.Form):
    """Which round is asked for."""

    stage = forms.ChoiceField(label="环节", choices=Stage.choices)


class LineForm(forms.Form):
    """One thing asked for; a line left empty is none."""

    label = forms.CharField(label="内容", max_length=80)
    purpose = forms.ModelChoiceField(label="支出事项", queryset=Purpose.objects.none(), empty_label="请选择")
    basis = forms.ChoiceField(label="测算依据", choices=Basis.choices, initial=Basis.QUANTITY)
    contract = EventChoice(label="合同", queryset=Event.objects.none(), required=False, empty_label="不选")
    quantity = forms.DecimalField(label="数量", min_value=0, max_digits=12, decimal_places=3)
    measure = forms.CharField(label="计量单位", max_length=20)
    price = _yuan("单价（元）")
    amount = _yuan("金额（元）", help_text="等于数量乘单价。")
    ground = forms.CharField(label="说明", max_length=200, required=False)

    def __init__(self, *args: Any, offered: "Offered", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, queryset, choices in (
            ("purpose", offered.purposes, offered.purpose_choices),
            ("contract", offered.contracts, offered.contract_choices),
        ):
            field = cast(forms.ModelChoiceField, self.fields[name])
            field.queryset = queryset
            field.choices = choices

    def wanted(self) -> NewLine:
        """The line that the valid fields ask for."""
        given: dict[str, Any] = {name: self.cleaned_data[name] for name in NewLine.__dataclass_fields__}
        given |= {name: to_fen(Decimal(given[name])) for name in ("price", "amount")}
        return NewLine(**given)


class Offered:
    """What the lines of one draft choose from, looked up once for all of them."""

    def __init__(self, year: ProjectYear) -> None:
        self.purposes, self.contracts = purposes_of(year.project), contracts_of(year)
        self.purpose_choices = [("", "请选择"), *((one.pk, one.label) for one in self.purposes)]
        label = LineForm.base_fields["contract"].label_from_instance  # type: ignore[attr-defined]
        self.contract_choices = [("", "不选"), *((one.pk, label(one)) for one in self.contracts)]


class Lines(forms.BaseFormSet):
    """The lines of a version. Those it starts from are as new as those added: each may be emptied or taken out."""

    def initial_form_count(self) -> int:
        """None: a version is saved whole, whatever the one before it held."""
        return 0

    def total_form_count(self) -> int:
        """As many as there are to start from, and some more."""
        asked = super().total_form_count()
        return asked if self.is_bound else min(asked + len(self.initial or ()), self.max_num)

    def add_fields(self, form: Any, index: int | None) -> None:
        """A line that is still empty has nothing to take out."""
        super().add_fields(form, index)
        if not self.is_bound and not form.initial:
            del form.fields["DELETE"]

    def wanted(self) -> list[NewLine]:
        """What the valid lines ask for."""
        gone = self.deleted_forms
        return [line.wanted() for line in self.forms if line.has_changed() and line not in gone]


LineSet = forms.formset_factory(LineForm, formset=Lines, extra=LINES, max_num=40, can_delete=True)


def started_from(draft: BudgetDraft | None) -> list[dict[str, Any]]:
    """The lines of a version as the form shows them."""
    return [
        {
            "label": line.label, "purpose": line.purpose_id, "basis": line.basis, "contract": line.contract_id,
            "quantity": f"{Decimal(line.quantity_milli).scaleb(-3).normalize():f}", "measure": line.measure,
            "price": from_fen(line.price_fen), "amount": from_fen(line.amount_fen), "ground": line.ground,
        }
        for line in (draft.lines.all() if draft else ())
    ]  # fmt: skip


class DecisionForm(forms.Form):
    """What was decided above, with its document."""

    body = forms.ChoiceField(label="决定单位", choices=Body.choices)
    answered = forms.ChoiceField(
        label="事项", choices=Answered.choices, help_text="预算批复同时登记为年初指标，不必另记。"
    )
    verdict = forms.ChoiceField(label="决定", choices=Verdict.choices)
    document_no = forms.CharField(label="文号", max_length=64)
    day = day_field("文件日期", "不能晚于今天。")
    amount = _yuan("金额（元）", required=False, help_text="不同意的可以不填。")
    note = forms.CharField(label="说明", max_length=200, required=False)
    file = forms.FileField(
        label="文件",
        help_text="PDF、图片、docx 或 xlsx，不超过 10 MB。",
        widget=forms.FileInput({"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}),
    )

    def wanted(self) -> NewDecision:
        """The decision that the valid fields tell."""
        given = dict(self.cleaned_data)
        file, amount = given.pop("file"), given.pop("amount")
        fen = None if amount is None else to_fen(Decimal(amount))
        return NewDecision(**given, amount=fen, file=file.file, name=file.name)
