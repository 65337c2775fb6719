"""The form of an answer to a suggestion."""

from django import forms

from huiliu.apps.control.forms.fields import reason_field

CHOICES = (("yes", "采纳：带入下一年的目标或预算"), ("no", "不采纳"))


class AnswerForm(forms.Form):
    """Accepted or set aside, and why."""

    answer = forms.ChoiceField(label="决定", choices=CHOICES)
    reason = reason_field(help_text="写明为什么采纳或不采纳。")
