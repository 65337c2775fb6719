"""The search form; what was typed is checked by the selector, which knows the kinds."""

from django import forms

from huiliu.apps.datahub.selectors.search import KIND_WORDS, TEXT_MAX, Kind


class SearchForm(forms.Form):
    """One box and how to read it."""

    text = forms.CharField(
        label="证件号码、人员编码或姓名",
        max_length=TEXT_MAX * 2,
        required=False,
        error_messages={"null_characters_not_allowed": "含有不能查询的字符，请重新输入。"},
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "off", "spellcheck": "false", "data-hotkey": "/"}
        ),
    )
    kind = forms.ChoiceField(
        label="查询方式", choices=list(KIND_WORDS.items()), initial=Kind.AUTO, required=False, widget=forms.RadioSelect
    )

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or Kind.AUTO
