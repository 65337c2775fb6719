"""Forms of templates: sending one in, and looking for a name."""

from collections.abc import Sequence
from typing import Any

from django import forms

from huiliu.apps.performance.models import Issuer, TargetSet
from huiliu.apps.performance.services.form_templates import NewTemplate, Sent

BESIDE = {
    **{f"DOC-{number:03}": "file" for number in range(20, 26)},
    **{f"UPL-{number:03}": "file" for number in range(1, 13)},
    "TEMPLATE-002": "name",
    "FORM-PRINT-001": "against",
}


class TemplateForm(forms.Form):
    """A template, and the project's year it is tried with before it is kept."""

    name = forms.CharField(label="名称", max_length=60, help_text="表格的名称，例如 市财政局项目支出绩效自评表。")
    issuer = forms.ChoiceField(label="制定单位", choices=Issuer.choices, initial=Issuer.DEPARTMENT)
    document_no = forms.CharField(label="文号", max_length=64, required=False, help_text="随哪个文件下发；没有就不填。")
    against = forms.ChoiceField(label="用哪个项目年度试填", help_text="试填成功才会登记；填不了时指出是哪一格。")
    file = forms.FileField(
        label="模板文件", help_text="DOCX 或 XLSX，不超过 10 MB；按摘要封存，登记后不能改动。",
        widget=forms.FileInput({"accept": ".docx,.xlsx"}),
    )  # fmt: skip

    def __init__(self, *args: Any, years: Sequence[TargetSet], follows: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.follows = follows
        self.years = {str(one.pk): one for one in years}
        self.fields["against"].choices = [(key, str(one)) for key, one in self.years.items()]  # type: ignore[attr-defined]
        if follows is not None:
            del self.fields["name"]

    def new(self) -> NewTemplate:
        """What the service takes."""
        given = self.cleaned_data
        return NewTemplate(given.get("name", ""), given["issuer"], given["document_no"], self.follows)

    def sent(self) -> Sent:
        """The file and what it is tried with."""
        file, targets = self.cleaned_data["file"], self.years[self.cleaned_data["against"]]
        return Sent(file.file, file.name, targets.project, targets.year)


class NameForm(forms.Form):
    """What to look for among the names."""

    q = forms.CharField(label="查找", max_length=40, required=False, help_text="编号、名称或内容中的词。")

    def words(self) -> str:
        """The words, or none."""
        return self.cleaned_data["q"] if self.is_valid() else ""
