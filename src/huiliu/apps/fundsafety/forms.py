"""The filter bar of the clue list."""

from typing import Any, cast

from django import forms

from huiliu.apps.fundsafety.models import ClueStatus, Severity
from huiliu.apps.fundsafety.selectors import ClueFilter, rules_screened

ANY = ("", "全部")


class ClueFilterForm(forms.Form):
    """Rule, severity and status; open clues unless asked otherwise."""

    rule = forms.ChoiceField(label="规则", required=False)
    severity = forms.ChoiceField(label="严重程度", choices=[ANY, *Severity.choices], required=False)
    status = forms.ChoiceField(label="状态", choices=[ANY, *ClueStatus.choices], required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        rules = [(code, f"{code} {label}") for code, label in rules_screened()]
        cast(forms.ChoiceField, self.fields["rule"]).choices = [ANY, *rules]
        for field in self.fields.values():  # Django's own words repeat what was typed
            field.error_messages["invalid_choice"] = "没有这个选项，请从列表中选择。"

    def wanted(self) -> ClueFilter:
        """What was chosen; a value that is no choice asks for nothing."""
        self.full_clean()
        return ClueFilter(**{name: self.cleaned_data.get(name, "") for name in self.fields})
