"""Forms of supervision: what was looked at and found, its document, and why a row is put in the place of another."""

from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import day_field, reason_field
from huiliu.apps.control.models import Conclusion, SupervisionRecord
from huiliu.apps.control.services.supervision import Document, Supervised

FIELDS = ("day", "supervisor", "matter", "project", "conclusion", "finding", "due_on", "rectified_on")
ACCEPTED = {"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}
BESIDE = {"CTRL-062": "day", "CTRL-064": "reason"}


class SupervisionForm(forms.Form):
    """One supervision with its document."""

    day = day_field("监管日期")
    supervisor = forms.CharField(
        label="监管单位", max_length=80, help_text="例如：市财政局、市审计局、本单位稽核内控科。"
    )
    matter = forms.CharField(label="监管事项", max_length=120, help_text="看了什么，不写个人信息。")
    project = forms.CharField(
        label="项目代码", max_length=40, required=False, help_text="只涉及一个项目时填写；留空表示涉及全部项目。"
    )
    conclusion = forms.ChoiceField(label="结论", choices=Conclusion.choices)
    finding = forms.CharField(
        label="发现的问题", max_length=300, required=False, widget=forms.Textarea({"rows": 2, "maxlength": 300}),
        help_text="发现问题时必填，一条记录写一个问题。",
    )  # fmt: skip
    due_on = day_field("整改期限", required=False)
    rectified_on = day_field("整改完成日期", "完成后用“更正”补填。", required=False)
    document = forms.FileField(
        label="监管文书", help_text="PDF、图片、docx 或 xlsx，不超过 10 MB。", widget=forms.FileInput(ACCEPTED)
    )

    def wanted(self) -> Supervised:
        """What the valid fields say."""
        return Supervised(**{name: self.cleaned_data[name] for name in FIELDS})

    def paper(self) -> Document | None:
        """The document, if one was sent."""
        sent = self.cleaned_data.get("document")
        return Document(sent.file, sent.name) if sent else None


class CorrectionForm(SupervisionForm):
    """A row in the place of another."""

    document = forms.FileField(
        label="监管文书", required=False, help_text="留空则沿用原记录的文书。", widget=forms.FileInput(ACCEPTED)
    )
    reason = reason_field(label="更正理由", help_text="写明错在哪里，或补填整改情况。")
    is_void = forms.BooleanField(label="作废原记录（不另作登记）", required=False)


def values_of(row: SupervisionRecord) -> dict[str, Any]:
    """Values of a `CorrectionForm`: what the row says."""
    return {name: getattr(row, name) for name in FIELDS}
