"""The search box, the question for a purpose, and asking about rows in quarantine."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.conf import settings

from huiliu.apps.control.selectors.purposes import accepted_matters
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.datahub.selectors.quarantine import Wanted
from huiliu.apps.datahub.selectors.search import KIND_WORDS, TEXT_MAX, Kind
from huiliu.apps.datahub.selectors.unit_search import UNIT_KIND_WORDS
from huiliu.apps.datahub.services.quarantine import Chosen
from huiliu.web.asof import AsOfChoice


def _box(label: str) -> forms.CharField:
    """The box that `/` leads to; what is wrong with its text the service says."""
    return forms.CharField(
        label=label,
        max_length=TEXT_MAX * 2,
        required=False,
        error_messages={"null_characters_not_allowed": "含有不能查询的字符，请重新输入。"},
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false", "data-hotkey": "/"}
        ),
    )


def _ways(words: Mapping[Any, str]) -> forms.ChoiceField:
    """How the box is read; the first way is what counts without a choice."""
    return forms.ChoiceField(
        label="查询方式",
        choices=list(words.items()),
        initial=next(iter(words)),
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "没有这种查询方式，请从列表中选择。"},
    )


class SearchForm(forms.Form):
    """One box and how to read it."""

    text = _box("证件号码、人员编码、姓名、拼音或号码末几位")
    kind = _ways(KIND_WORDS)

    as_of = forms.DateField(
        label="数据日期",
        required=False,
        input_formats=("%Y-%m-%d",),
        widget=forms.Select,
        error_messages={"invalid": "数据日期不是有效的日期，请从列表中选择。"},
    )

    def __init__(self, data: Any = None, *, choice: AsOfChoice | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        cast(forms.Select, self.fields["as_of"].widget).choices = _days(choice)

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.AUTO

    def by(self) -> dict[str, Any]:
        """What is searched; ask `is_valid` first."""
        return {name: self.cleaned_data[name] for name in ("text", "kind", "as_of")}


class PersonSearchForm(SearchForm):
    """The box with the purpose that a search by a bank account needs."""

    matter = forms.ChoiceField(label="事由", required=False)
    case_number = forms.CharField(
        label="案号",
        required=False,
        help_text="业务受理号、文号或工单号；不要填写姓名、证件号码、电话或账号。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 60}),
    )

    def __init__(self, data: Any = None, *, choice: AsOfChoice | None = None, **options: Any) -> None:
        super().__init__(data, choice=choice, **options)
        known = accepted_matters(settings.HUILIU_CLOCK.now().date())
        choices = [("", "请选择"), *((matter.code, matter.label) for matter in known)]
        cast(forms.ChoiceField, self.fields["matter"]).choices = choices

    @property
    def purpose(self) -> list[forms.BoundField]:
        """The fields of the purpose."""
        return [self["matter"], self["case_number"]]

    def asked(self) -> Asked | None:
        """The purpose that was given now."""
        matter, case_number = self.cleaned_data["matter"], self.cleaned_data["case_number"]
        return Asked(matter, case_number) if matter or case_number else None


class UnitSearchForm(SearchForm):
    """The same box for units."""

    text = _box("单位编码、统一社会信用代码、单位名称或拼音")
    kind = _ways(UNIT_KIND_WORDS)


def _days(choice: AsOfChoice | None) -> list[Any]:
    """The days as a list of choices; the service judges what is sent, for older ones may be asked for too."""
    months = choice.months if choice else []
    return [("", "最新"), *((month, [(day, str(day)) for day in days]) for month, days in months)]


class PurposeForm(forms.Form):
    """Why somebody wants to see protected values; bound only when it was sent."""

    matter = forms.ChoiceField(label="事由")
    case_number = forms.CharField(
        label="案号",
        help_text="业务受理号、文号或工单号；不要填写姓名、证件号码、电话或账号。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 60}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data if data and "matter" in data else None)
        known = accepted_matters(settings.HUILIU_CLOCK.now().date())
        cast(forms.ChoiceField, self.fields["matter"]).choices = [
            ("", "请选择"),
            *((matter.code, matter.label) for matter in known),
        ]
        self.use_required_attribute = False

    def refuse(self, field: str, why: str) -> None:
        """Say it beside the field; a case number that was refused does not come back, for it may name a person."""
        if field == "case_number":
            self.data = {**self.data, "matter": self.data.get("matter", ""), "case_number": ""}
        self.full_clean()
        self.errors.clear()
        self.add_error(field, why)

    def asked(self) -> Asked | None:
        """What was sent, as it was sent; the service says what is wrong with it."""
        if not self.is_bound:
            return None
        return Asked(str(self.data.get("matter", "")), str(self.data.get("case_number", "")))


class RollbackForm(forms.Form):
    """Why the library should return to a day."""

    reason = forms.CharField(
        label="理由",
        max_length=200,
        help_text="写明发现的问题和依据，不要写个人信息。",
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
        error_messages={"required": "请填写理由。"},
    )


class AskForm(forms.Form):
    """What to do with rows in quarantine, and why; `refs` are those that were ticked, `whole` means all of the list."""

    reason = forms.CharField(
        label="理由",
        max_length=200,
        help_text="写明核对的依据，不要写个人信息。",
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
        error_messages={"required": "请填写理由。"},
    )
    decision = forms.ChoiceField(
        choices=[("release", "申请放行"), ("reject", "申请不予入库")], widget=forms.HiddenInput
    )
    whole = forms.BooleanField(required=False, widget=forms.HiddenInput)
    table = forms.CharField(max_length=64, widget=forms.HiddenInput)
    mark = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    state = forms.CharField(max_length=16, required=False, widget=forms.HiddenInput)
    batch = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    use_required_attribute = False  # the browser would say it in its own language

    @property
    def kept(self) -> list[tuple[str, Any]]:
        """The filter that the list was drawn by."""
        return [(name, self[name].value() or "") for name in ("table", "mark", "state", "batch")]

    @property
    def ticked(self) -> list[str]:
        """Rows that were ticked."""
        return list(self.data.getlist("refs")) if self.is_bound else []  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """The filter, as far as it could be read; ask `is_valid` first."""
        found = self.cleaned_data
        return Wanted(*(found.get(name, "") for name in ("table", "mark", "state", "batch")))

    def chosen(self) -> Chosen:
        """What is asked."""
        refs = None if self.cleaned_data["whole"] else self.ticked
        return Chosen(self.cleaned_data["decision"], self.wanted(), refs)
