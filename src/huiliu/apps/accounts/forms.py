"""Fields of the login and password pages."""

from django import forms

from huiliu.apps.accounts.policy import PASSWORD_RULE


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
