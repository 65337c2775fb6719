"""Forms of putting right: giving a matter to a person, what was done about it, and what the list shows."""

from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import ANY, PersonField, day_field, open_people, today
from huiliu.apps.performance.models import Act, Origin
from huiliu.apps.performance.selectors.rectifications import Wanted, owners
from huiliu.apps.performance.services.rectifications import Matter, Paper, Step

ACCEPTED = {"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}
BESIDE = {"RECTIFY-004": "due_on", "RECTIFY-005": "owner", "RECTIFY-008": "note", "RECTIFY-009": "file"}
STANDINGS = (ANY, ("open", "未销号"), ("overdue", "已逾期"), ("over", "已销号或撤销"))


def _words(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=300, help_text=help_text, widget=forms.Textarea({"rows": 2, "maxlength": 300})
    )


class MatterForm(forms.Form):
    """What has to be put right, by whom and when."""

    origin = forms.ChoiceField(label="来源", choices=Origin.choices)
    source = forms.CharField(
        label="来源编号", max_length=40, required=False, help_text="指标编号、检查编号或监管记录的编号。"
    )
    matter = _words("整改事项", "哪里不对，不写个人信息。")
    measure = _words("整改措施", "要做什么、做到什么程度算完成。")
    owner = PersonField(label="责任人", queryset=None, empty_label="请选择")
    due_on = day_field("整改期限")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = open_people().filter(pk__in=owners(today()))  # type: ignore[attr-defined]

    def wanted(self, project: str, year: int) -> Matter:
        """What the valid fields say."""
        return Matter(project, year, **self.cleaned_data)


class StepForm(forms.Form):
    """What was done; a proof with its file."""

    note = _words("说明", "做了什么、核对了什么，或为什么；不写个人信息。")
    file = forms.FileField(
        label="佐证文件", help_text="PDF、图片、docx 或 xlsx，不超过 10 MB；文件按摘要封存。",
        widget=forms.FileInput(ACCEPTED),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, act: str) -> None:
        super().__init__(data, files)
        self.act = act
        if act != Act.PROVED:
            del self.fields["file"]

    def step(self, number: int) -> Step:
        """What the valid fields say."""
        sent = self.cleaned_data.get("file")
        return Step(number, self.act, self.cleaned_data["note"], Paper(sent.file, sent.name) if sent else None)


class ListForm(forms.Form):
    """What the list shows."""

    year = forms.IntegerField(label="年度", required=False, min_value=2000, max_value=2100)
    standing = forms.ChoiceField(label="情况", required=False, choices=STANDINGS)
    owner = forms.ChoiceField(label="责任人", required=False)

    def __init__(self, data: Any, people: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["owner"].choices = [ANY, *people]  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        """The valid part of what is asked for."""
        given = self.cleaned_data if self.is_valid() else {}
        return Wanted("", given.get("year"), given.get("standing", ""), given.get("owner", ""))
