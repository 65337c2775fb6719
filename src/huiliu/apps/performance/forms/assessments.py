"""Declaring a score."""

from typing import Any

from django import forms

from huiliu.apps.performance.services.assessments import NewScore


class ScoreForm(forms.Form):
    """Points for one row, and why they are not the computed ones."""

    points = forms.DecimalField(label="自评得分", min_value=0, max_digits=7, decimal_places=2)
    reason = forms.CharField(
        label="理由",
        required=False,
        max_length=200,
        help_text="与计算得分不同，或该项没有计算得分时必填；不要写个人信息。",
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
    )

    def __init__(self, *args: Any, weight: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["points"].help_text = f"0 至 {weight} 分，最多两位小数。"

    def score(self, row: str) -> NewScore:
        """What the service keeps."""
        return NewScore(row, self.cleaned_data["points"], self.cleaned_data["reason"])
