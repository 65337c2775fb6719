"""Forms on accounts, units, delegations and reviews."""

import re
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import active_grants, grants_of, units, users
from huiliu.apps.control.forms.fields import PersonField, day_field, open_people, reason_field, today
from huiliu.apps.control.models import Verdict
from huiliu.apps.control.services import NewDelegation
from huiliu.apps.control.services.delegations import LONGEST


class AccountForm(forms.Form):
    """A new account, which waits for its approval."""

    username = forms.CharField(
        label="用户名",
        max_length=32,
        help_text="2 到 32 位小写字母、数字、点、横线或下划线，以字母开头；启用后不能更改。",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )
    display_name = forms.CharField(
        label="姓名", max_length=32, strip=True, widget=forms.TextInput({"autocomplete": "off"})
    )
    unit = forms.ModelChoiceField(label="机构", queryset=units().none(), required=False, empty_label="市本级")
    reason = reason_field()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        cast(forms.ModelChoiceField, self.fields["unit"]).queryset = units()


class PasswordResetForm(forms.Form):
    """Whose password is to be replaced."""

    person = PersonField(label="账户", queryset=users().none(), empty_label="请选择")
    reason = reason_field("写明如何核实了本人身份，例如“本人到场，遗忘口令”。")

    def __init__(self, data: Any = None, *, applicant: Any, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        cast(PersonField, self.fields["person"]).queryset = open_people().exclude(pk=applicant.pk)


class UnitForm(forms.Form):
    """A unit of the city: the city's own office, a county, a department."""

    code = forms.CharField(
        label="机构编码",
        max_length=16,
        validators=[RegexValidator(re.compile(r"^[0-9A-Za-z-]+\Z"), "只用字母、数字和横线。")],
        help_text="字母、数字和横线，登记后不能更改。",
    )
    name = forms.CharField(label="机构名称", max_length=64)
    kind = forms.ChoiceField(label="类别", choices=[("city", "市本级"), ("county", "县区"), ("department", "科室")])
    division = forms.CharField(
        label="行政区划代码",
        required=False,
        validators=[RegexValidator(re.compile(r"^[0-9]{6}\Z"), "须为六位数字。")],
        help_text="县区必填；该机构的岗位只能看到本区划的数据。科室不填时随上级机构。",
        widget=forms.TextInput({"inputmode": "numeric"}),
    )
    parent = forms.ModelChoiceField(label="上级机构", queryset=units().none(), required=False, empty_label="没有")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        cast(forms.ModelChoiceField, self.fields["parent"]).queryset = units()


class DelegationForm(forms.Form):
    """A post of one's own, to somebody of the same family and duty."""

    post = forms.ChoiceField(label="岗位")
    delegate = PersonField(
        label="委托给", queryset=users().none(), empty_label="请选择", help_text="只列出同类岗位的在岗人员。"
    )
    starts_on = day_field("开始日期")
    ends_on = day_field("结束日期", f"当日仍有效，最长 {LONGEST.days} 天。")
    reason = reason_field("例如“年休假”。")

    def __init__(self, data: Any = None, *, principal: Any) -> None:
        super().__init__(data)
        held = grants_of(principal)
        posts = {grant.post: POSTS[grant.post].label for grant in held if grant.post in POSTS}
        cast(forms.ChoiceField, self.fields["post"]).choices = list(posts.items())
        kin = {(grant.family, grant.duty) for grant in held}
        able = [g.user_id for g in active_grants(today()) if (g.family, g.duty) in kin]
        cast(PersonField, self.fields["delegate"]).queryset = open_people().filter(pk__in=able).exclude(pk=principal.pk)
        self.fields["starts_on"].initial, self.fields["ends_on"].initial = today(), today() + timedelta(days=7)

    @property
    def is_possible(self) -> bool:
        """Whether there is a post to delegate and somebody to whom."""
        delegate = cast(PersonField, self.fields["delegate"])
        posts = cast(forms.ChoiceField, self.fields["post"])
        return bool(posts.choices) and delegate.queryset is not None and delegate.queryset.exists()

    def wanted(self) -> NewDelegation:
        """What the valid fields ask for."""
        return NewDelegation(**self.cleaned_data)


class ReviewForm(forms.Form):
    """What a review says of one grant."""

    verdict = forms.ChoiceField(choices=Verdict.choices)
    comment = forms.CharField(max_length=200, required=False)
