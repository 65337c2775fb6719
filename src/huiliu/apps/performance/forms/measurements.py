"""The form of a value that no record tells: number, reason, and the file that proves it."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import reason_field
from huiliu.apps.performance.services.measurements import ByHand
from huiliu.apps.performance.services.parts import Part, base_of
from huiliu.scoring.targets import TargetRow

BESIDE = {"MEASURE-004": "value", "MEASURE-005": "reason"}
ACCEPTED = {"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}


class FillForm(forms.Form):
    """What came of one row; the level of a qualitative one beside its percentage."""

    value = forms.DecimalField(
        label="实际完成值", required=False, max_digits=18, decimal_places=6, min_value=Decimal(0)
    )
    parts = forms.CharField(label="各单位的数值", required=False, widget=forms.Textarea({"rows": 4, "maxlength": 1000}))
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
        self.fields["parts"].help_text = _how(row)
        if row.kind == "qualitative":
            del self.fields["parts"]
            self.fields["level"].choices = [("", "请选择"), *((level, level) for level in levels)]  # type: ignore[attr-defined]
        else:
            del self.fields["level"]

    def clean_parts(self) -> tuple[Part, ...]:
        """One sub-unit a line: name, value and, where the rule asks for it, what it is weighted by."""
        return tuple(_part(line.split()) for line in self.cleaned_data["parts"].splitlines() if line.strip())

    def clean(self) -> dict[str, Any]:
        """The whole or its parts, not both."""
        given: dict[str, Any] = super().clean() or {}
        if not self.errors and (given.get("value") is None) != bool(given.get("parts")):
            self.add_error("value", "实际完成值和各单位的数值填一处，也只填一处。")
        return given

    def said(self) -> ByHand:
        """What the valid fields say."""
        given = self.cleaned_data
        file, level, parts = given["file"], given.get("level", ""), given.get("parts", ())
        return ByHand(self.row.code, given["value"], given["reason"], file.file, file.name, level, parts)


def _how(row: TargetRow) -> str:
    """How sub-units are written, and what becomes of them."""
    told = base_of(row)
    if not told:
        return "由几个单位完成时一行一个：名称 数值，例如“源城区 12”；系统相加。上面就不填。"
    value, rule = (
        ("满意份数", "满意份数相加 ÷ 有效答卷相加") if row.rule == "satisfaction" else ("比率", "按资金加权平均")
    )
    return f"由几个单位完成时一行一个：名称 {value} {told}，例如“源城区 95 1000”；系统{rule}。上面就不填。"


def _part(words: list[str]) -> Part:
    try:
        name, value, *base = words
        (money,) = base or ("",)
        return Part(name, Decimal(value), Decimal(money) if money else None)
    except (ValueError, InvalidOperation):
        raise forms.ValidationError(f"“{' '.join(words)[:40]}”不是“名称 数值”，或多写了内容。") from None
