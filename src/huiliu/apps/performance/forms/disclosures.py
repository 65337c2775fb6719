"""Forms of disclosing: the reply, what stays inside, and where it was published."""

from collections.abc import Mapping
from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import day_field, reason_field
from huiliu.apps.performance.forms.editions import EditionForm
from huiliu.apps.performance.forms.seen import SeenForm
from huiliu.apps.performance.models import Disclosure, DisclosureOccasion
from huiliu.apps.performance.selectors import editions
from huiliu.apps.performance.selectors.disclosures import Standing
from huiliu.apps.performance.services.disclosures import Masking, Published, Reply

BESIDE = {"DISC-011": "occasion", "DISC-012": "day"}
_LONGEST = 90


class ReplyForm(forms.Form):
    """The document that approved budget or final accounts."""

    number = forms.CharField(label="批复文号", max_length=64, help_text="财政部门或主管部门批复预算、决算的文号。")
    day = day_field("批复日期", "公开期限从这一天起算。")

    def reply(self) -> Reply:
        """What the valid fields say."""
        return Reply(self.cleaned_data["number"], self.cleaned_data["day"])


class OpenForm(ReplyForm):
    """The same with what is published."""

    occasion = forms.ChoiceField(label="公开事项", choices=DisclosureOccasion.choices)
    field_order = ("occasion", "number", "day")


class MendForm(EditionForm, ReplyForm):
    """The same once it is registered."""

    def __init__(self, data: Any = None, *, disclosure: Disclosure) -> None:
        given = {"number": disclosure.reply_no, "day": disclosure.reply_on}
        super().__init__(data, initial=given | {"edition": editions.of_reply(disclosure)})


class MakeForm(EditionForm):
    """Which passages stay inside, and why."""

    places = forms.MultipleChoiceField(
        label="不予公开的段落", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="只勾选涉及个人、商业秘密或内部信息的段落；公开材料中印“（不予公开）”。",
    )  # fmt: skip
    reason = forms.CharField(
        label="不予公开的理由", required=False, max_length=200,
        help_text="勾选了段落时必填；只留在系统内。", widget=forms.Textarea({"rows": 2, "maxlength": 200}),
    )  # fmt: skip

    def __init__(self, data: Any, passages: Mapping[str, tuple[str, str]], found: Standing) -> None:
        masked = found.newest.masked if found.newest else {}
        given = {"places": list(masked), "reason": "；".join(dict.fromkeys(masked.values()))}
        super().__init__(data, initial=given | {"edition": editions.of_packages(found)})
        self.fields["places"].choices = [  # type: ignore[attr-defined]
            (place, f"{label}：{words if len(words) <= _LONGEST else words[:_LONGEST] + '…'}")
            for place, (label, words) in passages.items()
        ]

    def clean(self) -> dict[str, Any]:
        """A passage is kept inside for a reason only."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("places") and not given.get("reason", "").strip():
            self.add_error("reason", "请写明不予公开的理由。")
        return given

    def masking(self) -> Masking:
        """What the valid fields say."""
        return Masking(dict.fromkeys(self.cleaned_data["places"], self.cleaned_data["reason"].strip()))


class SubmitForm(SeenForm):
    """Why the package is submitted."""

    reason = reason_field()


class PublishForm(forms.Form):
    """Where and when it was published."""

    address = forms.URLField(
        label="公开网址", max_length=300, assume_scheme="https", help_text="公开材料所在网页的地址。",
        widget=forms.URLInput({"placeholder": "https://"}),
    )  # fmt: skip
    day = day_field("公开日期")
    note = forms.CharField(label="说明", required=False, max_length=200, help_text="例如同时公开的栏目；不写个人信息。")

    def published(self) -> Published:
        """What the valid fields say."""
        return Published(self.cleaned_data["address"], self.cleaned_data["day"], self.cleaned_data["note"])
