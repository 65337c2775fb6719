"""A form of a draft that two persons may edit: it carries the edition it was loaded with."""

from decimal import Decimal
from typing import Any, NamedTuple

from django import forms


class Beside(NamedTuple):
    """A field whose typed content is not the stored one."""

    label: str
    typed: str
    stored: str


class EditionForm(forms.Form):
    """Fields of a draft, with its edition as it was when the page was opened."""

    edition = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def begun(self) -> str:
        """The edition that the valid fields began from."""
        return str(self.cleaned_data["edition"])

    def content(self) -> dict[str, Any]:
        """The valid fields without the edition."""
        return {name: value for name, value in self.cleaned_data.items() if name != "edition"}

    def is_behind(self, stored: "EditionForm") -> bool:
        """Whether what was sent began from another edition than the one that is stored."""
        return self.is_bound and self["edition"].value() != stored["edition"].value()

    def go_on_from(self, stored: "EditionForm") -> list[Beside]:
        """What was typed beside what is stored, where they differ; the next save replaces the stored."""
        sent: Any = self.data
        self.data = sent.copy()
        self.data["edition"] = stored["edition"].value()  # type: ignore[index]
        names = [name for name, field in self.fields.items() if not isinstance(field, forms.FileField)]
        pairs = [Beside(str(self[name].label), _told(self, name), _told(stored, name)) for name in names
                 if name != "edition"]  # fmt: skip
        return [one for one in pairs if one.typed != one.stored]


def _told(form: forms.Form, name: str) -> str:
    """A field as people read it; a choice by its label, a number without the zeros behind it."""
    field = form.fields[name]
    value = getattr(form, "cleaned_data", {}).get(name, form[name].value())
    if isinstance(field, forms.BooleanField):
        return "是" if value else "否"
    if isinstance(field, forms.ChoiceField):
        names: dict[Any, Any] = dict(field.choices)  # type: ignore[arg-type]
        chosen = value if isinstance(value, list) else [value] if value else []
        return "；".join(str(names.get(one, one)) for one in chosen)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value).replace("\r\n", "\n").strip()
