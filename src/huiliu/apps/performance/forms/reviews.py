"""Forms of reviews and draws: points row by row as the document gives them, how many rows, what was seen."""

from collections.abc import Mapping
from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import day_field, reason_field
from huiliu.apps.performance.models import Review, Verdict
from huiliu.apps.performance.services.reviews import Correction, Document, Given, NewReview
from huiliu.apps.performance.services.spot_checks import Look
from huiliu.scoring.reviews import BODIES, TOTAL

ACCEPTED = {"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}
BESIDE = {"REVIEW-004": "reviewed_on", "REVIEW-008": "correction", "SPOT-002": "size", "SPOT-006": "words"}
HEAD = ("body", "body_name", "reviewed_on", "document_no")


class ReviewForm(forms.Form):
    """One review; `rows` is code → name of what can be given points, the whole last."""

    body = forms.ChoiceField(label="复核方", choices=tuple(BODIES.items()))
    body_name = forms.CharField(label="复核单位", max_length=80, help_text="复核文书上的单位全称。")
    reviewed_on = day_field("复核日期")
    document_no = forms.CharField(label="文号", max_length=64)
    document = forms.FileField(
        label="复核文书", help_text="PDF、图片、docx 或 xlsx，不超过 10 MB；文件按摘要封存。",
        widget=forms.FileInput(ACCEPTED),
    )  # fmt: skip

    def __init__(self, *args: Any, rows: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for code, label in rows.items():
            name = "总分" if code == TOTAL else f"{code} {label}"
            points = forms.DecimalField(label=f"{name}：复核得分", required=False, max_digits=7, decimal_places=2)
            self.fields[f"points_{code}"] = points
            self.fields[f"reason_{code}"] = forms.CharField(
                label=f"{name}：与自评不同的理由", required=False, max_length=200
            )

    def wanted(self, project: str, year: int) -> NewReview:
        """What the valid fields say; rows without points were not reviewed."""
        given = self.cleaned_data
        scores = tuple(
            Given(code, given[f"points_{code}"], given[f"reason_{code}"])
            for code in self.rows
            if given[f"points_{code}"] is not None
        )
        return NewReview(project, year, **{name: given[name] for name in HEAD}, scores=scores)

    def paper(self) -> Document | None:
        """The document, if one was sent."""
        sent = self.cleaned_data.get("document")
        return Document(sent.file, sent.name) if sent else None


class CorrectionForm(ReviewForm):
    """A review in the place of another; the document may stay."""

    correction = reason_field(label="更正理由", help_text="写明原登记错在哪里。")
    is_void = forms.BooleanField(label="作废原复核（不另作登记）", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].required = False
        self.fields["document"].help_text = "留空则沿用原文书。"

    def correcting(self, number: int) -> Correction:
        """What is put right and why."""
        return Correction(number, self.cleaned_data["correction"], self.cleaned_data["is_void"])


def values_of(review: Review) -> dict[str, Any]:
    """Values of a `CorrectionForm`: what the review says."""
    found = {name: getattr(review, name) for name in HEAD}
    for one in review.scores.all():
        found |= {f"points_{one.row}": one.points, f"reason_{one.row}": one.reason}
    return found


class DrawForm(forms.Form):
    """How many rows are drawn."""

    size = forms.IntegerField(label="抽取行数", min_value=1, max_value=100)


class LookForm(forms.Form):
    """What was seen of a drawn row."""

    has_evidence = forms.BooleanField(label="有佐证，并已查看", required=False)
    verdict = forms.ChoiceField(label="结果", choices=Verdict.choices)
    words = forms.CharField(
        label="说明", max_length=300, help_text="看了哪些佐证、与自评是否一致，不写个人信息。",
        widget=forms.Textarea({"rows": 2, "maxlength": 300}),
    )  # fmt: skip

    def look(self, number: int) -> Look:
        """What the valid fields say."""
        return Look(number, **self.cleaned_data)
