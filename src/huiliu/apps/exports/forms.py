"""What is asked of an export: how it is written and split, whether it is sealed, and what for."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.conf import settings

from huiliu.apps.control.selectors.purposes import accepted_matters
from huiliu.apps.control.services.purposes import Asked
from huiliu.apps.exports.selectors import FORMATS
from huiliu.apps.exports.services import ExportSource, NewExport


class ExportForm(forms.Form):
    """Bound only when it was sent."""

    format = forms.ChoiceField(label="格式", choices=FORMATS)
    split = forms.ChoiceField(
        label="拆分",
        required=False,
        help_text="每个县区、乡镇或村一个文件，连同目录装在一个压缩包里；没有填写地区的行另成一个文件。",
    )
    is_encrypted = forms.BooleanField(
        label="加密压缩包（AES-256）",
        required=False,
        help_text="密码由系统生成，提交后只显示一次；请用电话或当面告知收件人，不要与文件一起发送。",
    )
    matter = forms.ChoiceField(label="事由", error_messages={"required": "请选择事由。"})
    case_number = forms.CharField(
        label="案号",
        max_length=60,
        help_text="业务受理号、文号或工单号；不要填写姓名、证件号码、电话或账号。会印在文件里。",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "maxlength": 60}),
        error_messages={"required": "请填写案号。"},
    )
    use_required_attribute = False

    def __init__(self, data: Any, source: ExportSource, parameters: Mapping[str, Any]) -> None:
        super().__init__(data)
        known = accepted_matters(settings.HUILIU_CLOCK.now().date())
        self._offer("matter", [("", "请选择"), *((matter.code, matter.label) for matter in known)])
        self._offer("format", [(code, dict(FORMATS)[code]) for code in source.formats])
        if source.write:  # its files have no head to print it in
            self.fields[
                "case_number"
            ].help_text = "审计通知书文号、调取函编号或受理号；不要填写姓名、证件号码、电话或账号。"
        if source.approval:
            self.fields["is_encrypted"] = forms.BooleanField(initial=True, widget=forms.HiddenInput)
        splits = source.splits_for(parameters)
        self._offer("split", [("", "不拆分"), *splits.items()])
        if not splits:
            del self.fields["split"]

    def _offer(self, field: str, choices: list[tuple[str, str]]) -> None:
        cast(forms.ChoiceField, self.fields[field]).choices = choices

    def wanted(self, kind: str, title: str, parameters: dict[str, Any]) -> NewExport:
        """What was sent, for a source; ask `is_valid` first."""
        sent = self.cleaned_data
        purpose = Asked(sent["matter"], sent["case_number"])
        return NewExport(kind, title, purpose, parameters, sent["format"], sent.get("split", ""), sent["is_encrypted"])
