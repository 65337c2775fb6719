"""Fields of the pages of signing in, of its administration and of keys."""

from collections.abc import Sequence
from typing import Any

from django import forms

from huiliu.apps.accounts.policy import KEY_DAYS, KEY_DAYS_MOST, PASSWORD_RULE
from huiliu.apps.accounts.posts import PERMISSIONS


class LoginForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label="用户名",
        max_length=32,
        widget=forms.TextInput({"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )
    password = forms.CharField(
        label="口令", max_length=128, strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )


class PasswordForm(forms.Form):
    """The old password once, the new one twice."""

    old = forms.CharField(
        label="原口令", max_length=128, strip=False, widget=forms.PasswordInput({"autocomplete": "current-password"})
    )
    new = forms.CharField(
        label="新口令",
        max_length=128,
        strip=False,
        help_text=PASSWORD_RULE,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="再输一次新口令",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError("两次输入的新口令不同。")
        return again


class CodeForm(forms.Form):
    """Six digits from a phone, or a recovery code."""

    code = forms.CharField(
        label="动态口令",
        max_length=32,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True, "autocapitalize": "characters"}
        ),
    )


class ReasonForm(forms.Form):
    """Why somebody does what another person will ask about."""

    purpose = forms.CharField(
        label="事由", max_length=200, help_text="记入审计，例如“本人来电，工号核对无误”。", widget=forms.TextInput()
    )

    def reason(self) -> str:
        """What was given as the reason; only after the form was found right."""
        return str(self.cleaned_data["purpose"])


class NetworksForm(ReasonForm):
    """Networks of one account, and why."""

    networks = forms.CharField(
        label="允许的地址",
        max_length=2000,
        required=False,
        help_text="一行一个，如 10.44.1.0/24 或 10.44.1.8。",
        widget=forms.Textarea({"rows": 4}),
    )
    field_order = ("networks", "purpose")


class KeyForm(forms.Form):
    """What a key is for, what it may do, from where, and for how long."""

    label = forms.CharField(label="用途", max_length=40, help_text="哪个系统用它做什么，如“数据中台取批次状态”。")
    permissions = forms.MultipleChoiceField(
        label="权限", help_text="只选程序需要的；岗位变动后自动随之减少。", widget=forms.CheckboxSelectMultiple
    )
    networks = forms.CharField(
        label="可用地址",
        max_length=2000,
        required=False,
        help_text="调用程序所在的地址，一行一个，如 10.44.1.8；留空不限制。",
        widget=forms.Textarea({"rows": 2}),
    )
    days = forms.IntegerField(
        label="有效天数", min_value=1, max_value=KEY_DAYS_MOST, initial=KEY_DAYS, help_text="最长 365 天。"
    )

    def __init__(self, *args: Any, codes: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["permissions"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(code, PERMISSIONS[code]) for code in codes]
