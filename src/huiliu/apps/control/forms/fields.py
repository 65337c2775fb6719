"""Fields that several forms share, and how a refusal of a service is shown in a form."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.db.models import QuerySet

from huiliu.apps.accounts.selectors import users
from huiliu.apps.accounts.services import User
from huiliu.apps.control.selectors.wording import person_label
from huiliu.kernel.errors import HuiliuError

T = TypeVar("T")
ANY = ("", "全部")


class PersonField(forms.ModelChoiceField):
    """One account, shown by name and user name."""

    def label_from_instance(self, obj: Any) -> str:
        return person_label(obj)


def open_people() -> QuerySet[User]:
    """Accounts in use, by user name; without what they hold."""
    return users().prefetch_related(None).filter(is_active=True).order_by("username")


def reason_field(help_text: str = "写明理由或依据文号，不要写个人信息。", label: str = "理由") -> forms.CharField:
    """A reason in the person's own words."""
    widget = forms.Textarea({"rows": 2, "maxlength": 200})
    return forms.CharField(label=label, max_length=200, help_text=help_text, widget=widget)


def day_field(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    """A day, with the browser's calendar."""
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


def today() -> date:
    """The day by the installation's clock."""
    day: date = settings.HUILIU_CLOCK.now().date()
    return day


def attempt(form: forms.Form, act: Callable[[], T], beside: Mapping[str, str] | None = None) -> T | None:
    """The act's result; None where the form is wrong or the act was refused, which the form then says.

    `beside` names the field that a refusal's code belongs to.
    """
    if not form.is_valid():
        return None
    try:
        return act()
    except HuiliuError as error:
        form.add_error((beside or {}).get(error.code), f"{error.message}。{error.hint}")
        return None


class ReasonForm(forms.Form):
    """Why something is done."""

    reason = reason_field()
