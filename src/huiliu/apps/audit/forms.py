"""The filter bar of the audit page, the two numbers to compare, and the hold to place."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from huiliu.apps.audit.actions import ACTIONS, KINDS
from huiliu.apps.audit.models import Outcome
from huiliu.apps.audit.selectors import EventFilter
from huiliu.catalog.retention import record_classes

# Beyond these no event can stand, and the ends of the calendar have no midnight in another time zone.
DAYS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
GREATEST = 2**63 - 1  # of a number in the database


def _actions() -> list[tuple[str, str]]:
    return [("", "全部"), *sorted(ACTIONS.items(), key=lambda item: item[1])]


def _kinds() -> list[tuple[str, str]]:
    return [("", "全部"), *sorted(KINDS.items(), key=lambda item: item[1])]


class EventFilterForm(forms.Form):
    """All fields optional; a wrong one leaves the list unfiltered by it and is marked."""

    since = forms.DateField(label="起始日期", required=False, validators=DAYS, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label="截止日期", required=False, validators=DAYS, widget=forms.DateInput({"type": "date"}))
    actor = forms.CharField(label="操作人", required=False, max_length=64)
    action = forms.ChoiceField(label="操作", required=False, choices=_actions)
    outcome = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *Outcome.choices])
    object_kind = forms.ChoiceField(label="对象类别", required=False, choices=_kinds)
    object_key = forms.CharField(label="对象", required=False, max_length=128)
    ip = forms.CharField(label="地址", required=False, max_length=45)

    def wanted(self) -> EventFilter:
        """What is asked for by the fields that are valid."""
        self.is_valid()
        cleaned: dict[str, Any] = self.cleaned_data
        return EventFilter(**{name: value for name, value in cleaned.items() if value})


class CompareForm(forms.Form):
    """Numbers of two events."""

    first = forms.IntegerField(label="序号（左）", min_value=1, max_value=GREATEST)
    second = forms.IntegerField(label="序号（右）", min_value=1, max_value=GREATEST)


def _classes() -> list[tuple[str, str]]:
    return [(code, found.label) for code, found in record_classes().items()]


class HoldForm(forms.Form):
    """Which records are to be kept, and the document that asks for it."""

    record_class = forms.ChoiceField(label="记录类别", choices=_classes)
    reason = forms.CharField(label="文号", max_length=100, help_text="要求保全的文件，例如 河审通〔2025〕3号。")
