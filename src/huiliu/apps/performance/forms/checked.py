"""The forms of checking many tables: files to send, how they are judged, which findings, which earlier batch."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings

from huiliu.apps.performance.models import CheckedBatch
from huiliu.apps.performance.selectors.checked_pages import LABELS
from huiliu.apps.performance.selectors.profiles import every
from huiliu.apps.performance.services.checked_papers import LARGEST, MOST_FILES, SentFile
from huiliu.web.format import show

ALL = ("", "全部")


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


class ProfileForm(forms.Form):
    """How tables are judged."""

    profile = forms.ChoiceField(
        label="评分方案",
        required=False,
        help_text="不选则按每张表的一级指标分值认定，认不出的只按 90、80、60 划分等级。",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(code, one.label) for code, one in every().items()]
        self.fields["profile"].choices = [("", "按各表分值认定"), *known]  # type: ignore[attr-defined]

    def chosen(self) -> str | None:
        """The profile, None for each table's own."""
        return self.cleaned_data["profile"] or None


class CheckForm(ProfileForm):
    """Files, and how they are judged."""

    papers = ManyFilesField(
        label="自评表文件", widget=ManyFilesInput({"accept": ".zip,.xlsx,.docx,.pdf,.json", "multiple": True}),
        help_text="一个 ZIP 压缩包（里面的子文件夹按单位），或 XLSX、DOCX、有文字的 PDF。"
        f"每个文件不超过 {LARGEST >> 20} MB，"
        f"单个文件一次最多选 {settings.DATA_UPLOAD_MAX_NUMBER_FILES} 个，压缩包里最多 {MOST_FILES:,} 个，"
        f"一次上传不超过 {settings.HUILIU_LARGEST_BODY >> 20} MB。",
    )  # fmt: skip
    field_order = ("papers", "profile")

    def sent(self) -> list[SentFile]:
        """What the service takes."""
        return [SentFile(one.file, one.name) for one in self.cleaned_data["papers"]]


class FindingFilter(forms.Form):
    """Which findings of a batch; units go by their number."""

    severity = forms.ChoiceField(label="程度", required=False)
    code = forms.ChoiceField(label="问题", required=False)
    unit = forms.ChoiceField(label="单位", required=False)

    def __init__(self, data: Any, codes: Mapping[str, str], units: Sequence[str]) -> None:
        super().__init__(data or {})
        choices = {
            "severity": list(LABELS.items()),
            "code": [(code, f"{code} {what}") for code, what in codes.items()],
            "unit": [(str(number), name) for number, name in enumerate(units, 1)],
        }
        for name, known in choices.items():
            self.fields[name].choices = [ALL, *known]  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, str]:
        """What is asked for; a word that nobody can choose asks for all."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("severity", "code", "unit")}


class EarlierForm(forms.Form):
    """The earlier batch to compare with."""

    earlier = forms.ChoiceField(label="较早的一批", required=False)

    def __init__(self, data: Any, known: Iterable[CheckedBatch]) -> None:
        super().__init__(data or {})
        named = [(str(one.pk), f"{one}（{show('time', one.checked_at)}，{one.tables} 张表）") for one in known]
        self.fields["earlier"].choices = [("", "请选择"), *named]  # type: ignore[attr-defined]

    def chosen(self) -> int | None:
        """Its number; None where none is asked for, or one that cannot be chosen."""
        return int(self.cleaned_data["earlier"]) if self.is_valid() and self.cleaned_data["earlier"] else None
