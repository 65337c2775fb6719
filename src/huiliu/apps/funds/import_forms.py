"""Forms of imports: which export in which file, and how the office reads it."""

import re
from typing import Any, cast

from django import forms

from huiliu.budget.import_mapping import (
    DATE_FORMS,
    FIELDS,
    SIGNS,
    SIGNS_OF,
    UNITS,
    WORD_LABELS,
    WORDS,
    ImportMapping,
)

BESIDE = {"FUND-083": "code", "FUND-081": "file", "FUND-082": "file", "AUDIT-003": "file"}
_BETWEEN = re.compile(r"[、,，;；\n]+")


class ImportForm(forms.Form):
    """One export to be looked at."""

    code = forms.ChoiceField(label="导出种类")
    file = forms.FileField(
        label="文件（XLSX 或 CSV）",
        help_text="从一体化系统、国库或银行导出的表格，或合同台账，不超过 10 MB；先预览，确认后才记入台账。",
        widget=forms.FileInput({"accept": ".xlsx,.csv"}),
        error_messages={"empty": "文件是空的，请重新选择。"},
    )

    def __init__(self, *data: Any, mappings: dict[str, ImportMapping]) -> None:
        super().__init__(*data)
        choices = [(code, one.label) for code, one in mappings.items()]
        cast(forms.ChoiceField, self.fields["code"]).choices = choices


class MappingForm(forms.Form):
    """How one kind of export is read; several headings of a field stand with 、 between."""

    label = forms.CharField(label="名称", max_length=60)
    unit = forms.ChoiceField(label="金额单位", choices=list(UNITS.items()))
    sign = forms.ChoiceField(label="正负号")
    dates = forms.MultipleChoiceField(
        label="日期写法", choices=list(DATE_FORMS.items()), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, mapping: ImportMapping) -> None:
        first = {"label": mapping.label, "unit": mapping.unit, "sign": mapping.sign, "dates": list(mapping.dates)}
        super().__init__(data, initial=first)
        self.mapping = mapping
        cast(forms.ChoiceField, self.fields["sign"]).choices = [
            (sign, SIGNS[sign]) for sign in SIGNS_OF[mapping.target]
        ]
        for name, label in FIELDS.items():
            self._texts(f"column_{name}", f"表头：{label}", mapping.columns.get(name, ()))
        for name in WORDS[mapping.target]:
            self._texts(f"word_{name}", f"业务类型中表示{WORD_LABELS[name]}的文字", mapping.words.get(name, ()))

    def _texts(self, name: str, label: str, texts: tuple[str, ...]) -> None:
        self.fields[name] = forms.CharField(label=label, required=False, max_length=400, initial="、".join(texts))

    def content(self) -> dict[str, Any]:
        """The mapping as plain data."""
        given = self.cleaned_data
        return {
            **{name: given[name] for name in ("label", "unit", "sign", "dates")},
            "columns": self._part("column_", FIELDS),
            "words": self._part("word_", WORDS[self.mapping.target]),
        }

    def _part(self, start: str, names: Any) -> dict[str, list[str]]:
        parts = {name: _BETWEEN.split(self.cleaned_data[f"{start}{name}"]) for name in names}
        kept = {name: [text.strip() for text in texts if text.strip()] for name, texts in parts.items()}
        return {name: texts for name, texts in kept.items() if texts}
