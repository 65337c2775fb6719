"""The form that takes many tables at once."""

from typing import Any

from django import forms
from django.conf import settings

from huiliu.apps.performance.selectors.profiles import every
from huiliu.apps.performance.services.checked import SentFile


class ManyFilesInput(forms.FileInput):
    """A field that takes several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """All files that were chosen, each checked as a file field does."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The list of files."""
        one = super().clean
        return (
            [one(file, initial) for file in data] if isinstance(data, list | tuple) and data else [one(data, initial)]
        )


class CheckForm(forms.Form):
    """Files, and how they are judged."""

    papers = ManyFilesField(
        label="自评表文件", widget=ManyFilesInput({"accept": ".xlsx,.docx,.pdf", "multiple": True}),
        help_text=f"XLSX、DOCX 或有文字的 PDF，每个不超过 10 MB，一次最多 {settings.DATA_UPLOAD_MAX_NUMBER_FILES} 个；"
        "更多的请在服务器上用 evaluation check 核对整个文件夹。",
    )  # fmt: skip
    profile = forms.ChoiceField(
        label="评分方案",
        required=False,
        help_text="不选则按每张表的一级指标分值认定，认不出的只按 90、80、60 划分等级。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, one.label) for code, one in every().items()]
        self.fields["profile"].choices = [("", "按各表分值认定"), *known]  # type: ignore[attr-defined]

    def sent(self) -> list[SentFile]:
        """What the service takes."""
        return [SentFile(one.file, one.name) for one in self.cleaned_data["papers"]]
