"""Forms of a self-evaluation: the unit's paragraphs, and its answers to what was found."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import reason_field
from huiliu.apps.performance.forms.editions import EditionForm
from huiliu.apps.performance.forms.seen import SeenForm
from huiliu.apps.performance.models import Filing
from huiliu.apps.performance.selectors.editions import of_filing
from huiliu.apps.performance.selectors.filing_pages import PARAGRAPHS
from huiliu.apps.performance.selectors.filings import ANSWERED, key_of
from huiliu.apps.performance.services.filings import Answered, Draft
from huiliu.scoring.findings import SEVERITIES, Finding

LONGEST = 4000
_HOW = "数字写成 {{编号}} 或 [[内容|类别|来源]]；分几条的，一条一行。"


def _area(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea({"rows": 3, "maxlength": LONGEST})
    return forms.CharField(label=label, required=False, max_length=LONGEST, help_text=help_text, widget=widget)


class WordsForm(EditionForm):
    """The paragraphs and what became of the objective."""

    achieved = _area("年度总体目标实际完成情况", "印在自评表中。数字写成 {{编号}} 或 [[内容|类别|来源]]。")

    def __init__(self, *args: Any, filing: Filing | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = filing.narrative if filing else {}
        self.initial["edition"] = of_filing(filing)
        self.initial["achieved"] = filing.achieved if filing else ""
        for name, label in PARAGRAPHS.items():
            self.fields[_field(name)] = _area(label, _HOW)
            words = kept.get(name, "")
            self.initial[_field(name)] = words if isinstance(words, str) else "\n".join(words)

    def draft(self) -> Draft:
        """What the service takes; empty paragraphs are left out."""
        given = {name: _items(self.cleaned_data[_field(name)]) for name in PARAGRAPHS}
        kept = {name: words for name, words in given.items() if words}
        return Draft(kept, self.cleaned_data["achieved"], self.begun)


def _field(name: str) -> str:
    return name.replace(".", "_")


def _items(text: str) -> str | list[str]:
    """One paragraph, or the items of several lines."""
    lines = [line.strip().rstrip("；;") for line in text.splitlines() if line.strip()]
    return lines if len(lines) > 1 else text.strip()


class AnswersForm(SeenForm):
    """Why it is submitted, and an answer to each error and warning."""

    reason = reason_field("送审的说明或依据文号，不要写个人信息。", "送审说明")

    def __init__(self, *args: Any, findings: Sequence[Finding], kept: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [key_of(one) for one in findings if one.severity in ANSWERED]
        for one in findings:
            if one.severity in ANSWERED:
                self.fields[key_of(one)] = _answer(one, kept.get(key_of(one), ""))

    def answered(self) -> Answered:
        """What the service takes."""
        answers = {key: self.cleaned_data[key] for key in self.keys}
        return Answered(self.cleaned_data["reason"], answers, self.begun)


def _answer(one: Finding, kept: str) -> forms.CharField:
    told = "；".join(f"{word}：{text}" for word, text in (("应当", one.expected), ("现为", one.found)) if text)
    must = one.severity == "error"
    label = f"{SEVERITIES[one.severity]} {one.code} {one.what}（{one.where or '整张表'}）"
    hint = f"{told}。{'必须改正或答复。' if must else '可以答复。'}"
    widget = forms.Textarea({"rows": 2, "maxlength": 300})
    return forms.CharField(label=label, required=must, max_length=300, initial=kept, help_text=hint, widget=widget)
