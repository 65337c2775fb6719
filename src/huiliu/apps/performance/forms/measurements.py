"""The form of a value that no record tells: number, reason, and the file that proves it."""

from decimal import Decimal
from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import reason_field
from huiliu.apps.performance.services.measurements import ByHand
from huiliu.scoring.targets import TargetRow

BESIDE = {"MEASURE-004": "value", "MEASURE-005": "reason"}
ACCEPTED = {"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}


class FillForm(forms.Form):
    """What came of one row; the level of a qualitative one beside its percentage."""

    value = forms.DecimalField(label="实际完成值", max_digits=18, decimal_places=6, min_value=Decimal(0))
    level = forms.ChoiceField(label="评判等级", required=False)
    reason = reason_field(label="理由", help_text="写明为什么没有记录、数字从哪里来，不写个人信息。")
    file = forms.FileField(
        label="佐证文件", help_text="PDF、图片、docx 或 xlsx，不超过 10 MB；文件按摘要封存。",
        widget=forms.FileInput(ACCEPTED),
    )  # fmt: skip

    def __init__(self, data: Any = None, files: Any = None, *, row: TargetRow, levels: tuple[str, ...]) -> None:
        super().__init__(data, files)
        self.row = row
        self.fields["value"].help_text = f"单位：{row.unit}。" if row.unit else "目标没有写单位。"
        if row.kind == "qualitative":
            self.fields["level"].choices = [("", "请选择"), *((level, level) for level in levels)]  # type: ignore[attr-defined]
        else:
            del self.fields["level"]

    def said(self) -> ByHand:
        """What the valid fields say."""
        given = self.cleaned_data
        file = given["file"]
        return ByHand(self.row.code, given["value"], given["reason"], file.file, file.name, given.get("level", ""))
