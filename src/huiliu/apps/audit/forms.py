"""The filter bar of the audit page."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from huiliu.apps.audit.actions import ACTIONS
from huiliu.apps.audit.models import Outcome
from huiliu.apps.audit.selectors import EventFilter

# Beyond these no event can stand, and the ends of the calendar have no midnight in another time zone.
DAYS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))


def _actions() -> list[tuple[str, str]]:
    return [("", "全部"), *sorted(ACTIONS.items(), key=lambda item: item[1])]


class EventFilterForm(forms.Form):
    """All fields optional; a wrong one leaves the list unfiltered by it and is marked."""

    since = forms.DateField(label="起始日期", required=False, validators=DAYS, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="截止日期", required=False, validators=DAYS, widget=forms.DateInput({"type": "date"}))
    actor = forms.CharField(label="操作人", required=False, max_length=64)
    action = forms.ChoiceField(label="操作", required=False, choices=_actions)
    outcome = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *Outcome.choices])

    def wanted(self) -> EventFilter:
        """What is asked for by the fields that are valid."""
        self.is_valid()
        cleaned: dict[str, Any] = self.cleaned_data
        return EventFilter(**{name: value for name, value in cleaned.items() if value})
