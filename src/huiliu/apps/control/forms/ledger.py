"""The filter bar of the ledger."""

from datetime import timedelta
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import grants, units
from huiliu.apps.accounts.services import Grant
from huiliu.apps.control.forms.fields import ANY, today
from huiliu.apps.control.selectors.wording import SOON

IN_FORCE, EXPIRING, OVER, ENDED = "active", "soon", "over", "ended"
STATES = [
    (IN_FORCE, "在用"),
    (EXPIRING, f"{SOON.days} 天内到期"),
    (OVER, "已到期未撤销"),
    (ENDED, "已撤销"),
    ("all", "全部"),
]


class LedgerFilterForm(forms.Form):
    """Post, unit and state; what is in force unless asked otherwise."""

    post = forms.ChoiceField(
        label="岗位", required=False, choices=[ANY, *((post.code, post.label) for post in POSTS.values())]
    )
    unit = forms.ModelChoiceField(label="机构范围", required=False, queryset=units().none(), empty_label="全部")
    state = forms.ChoiceField(label="状态", required=False, choices=STATES)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        cast(forms.ModelChoiceField, self.fields["unit"]).queryset = units()

    def found(self) -> QuerySet[Grant]:
        """The grants that the valid fields ask for."""
        self.is_valid()
        chosen, day = self.cleaned_data, today()
        conditions = {
            EXPIRING: Q(revoked_at=None, expires_on__gte=day, expires_on__lte=day + timedelta(days=SOON.days)),
            OVER: Q(revoked_at=None, expires_on__lt=day),
            ENDED: Q(revoked_at__isnull=False),
            "all": Q(),
        }
        wanted = conditions.get(chosen.get("state") or IN_FORCE, Q(revoked_at=None))
        wanted &= Q(post=chosen["post"]) if chosen.get("post") else Q()
        wanted &= Q(unit=chosen["unit"]) if chosen.get("unit") else Q()
        return grants().filter(wanted)
