"""What may be asked of monitoring: another day to look at; and what was done about a warning."""

from django import forms

from huiliu.apps.performance.models import Mark


class DayForm(forms.Form):
    """A day of the year that is looked at."""

    day = forms.DateField(label="截至", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class MarkForm(forms.Form):
    """Whether a warning was only read or dealt with, and how."""

    mark = forms.ChoiceField(label="处理", choices=Mark.choices)
    note = forms.CharField(
        label="处理情况", required=False, max_length=200, widget=forms.Textarea({"rows": 2, "maxlength": 200}),
        help_text="“已处理”必填：做了什么，例如催拨函的日期和文号。不要写个人信息。",
    )  # fmt: skip
