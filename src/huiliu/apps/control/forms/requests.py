"""Forms around requests: filter, posts, decision, resubmission."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet

from huiliu.apps.accounts.posts import POSTS
from huiliu.apps.accounts.selectors import active_grants, has_permission, units, users
from huiliu.apps.accounts.services.grants import LONGEST
from huiliu.apps.control.forms.fields import ANY, PersonField, day_field, open_people, reason_field, today
from huiliu.apps.control.models import ApprovalRequest, Decision, RequestStatus
from huiliu.apps.control.selectors import requests
from huiliu.apps.control.selectors.wording import LEVELS, kinds, schemes
from huiliu.apps.control.services.applications import WantedPost
from huiliu.kernel.masking import Level

ASKED_LEVELS = [(level, text) for level, text in LEVELS.items() if level != Level.L1]
BESIDE = {
    "CTRL-001": "reason",
    "CTRL-003": "post",
    "CTRL-004": "post",
    "CTRL-006": "comment",
    "CTRL-042": "person",
    "CTRL-043": "schemes",
    "ACC-002": "username",
    "ACC-003": "post",
    "ACC-011": "post",
    "ACC-012": "level",
    "ACC-013": "expires_on",
}


class RequestFilterForm(forms.Form):
    """Kind, status, person and days; a field that is wrong leaves the list unfiltered by it and is marked."""

    kind = forms.ChoiceField(label="事项", required=False)
    status = forms.ChoiceField(label="状态", required=False, choices=[ANY, *RequestStatus.choices])
    person = PersonField(label="申请人或涉及人员", required=False, queryset=users().none(), empty_label="全部")
    since = day_field("提交起始日期", required=False)
    until = day_field("提交截止日期", required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        cast(forms.ChoiceField, self.fields["kind"]).choices = [ANY, *kinds()]
        cast(PersonField, self.fields["person"]).queryset = users().prefetch_related(None).order_by("username")

    def found(self) -> QuerySet[ApprovalRequest]:
        """The requests that the valid fields ask for."""
        self.is_valid()
        chosen, wanted = self.cleaned_data, Q()
        for name in ("kind", "status"):
            wanted &= Q(**{name: chosen[name]}) if chosen.get(name) else Q()
        if person := chosen.get("person"):
            wanted &= Q(applicant=person) | Q(beneficiary=person)
        for name, test in (("since", "submitted_at__date__gte"), ("until", "submitted_at__date__lte")):
            wanted &= Q(**{test: chosen[name]}) if chosen.get(name) else Q()
        return requests().filter(wanted)


class GrantFields(forms.Form):
    """How far a grant should reach, and why."""

    unit = forms.ModelChoiceField(
        label="机构范围",
        queryset=units().none(),
        required=False,
        empty_label="全市",
        help_text="县区经办人员只选本县区。",
    )
    schemes = forms.MultipleChoiceField(
        label="险种范围", required=False, widget=forms.CheckboxSelectMultiple, help_text="都不选表示全部险种。"
    )
    level = forms.ChoiceField(
        label="数据级别",
        choices=ASKED_LEVELS,
        initial=Level.L2.value,
        help_text="按工作需要选最低一级；L3、L4 须登记动态口令才能使用，查看完整信息前须填写事由。",
    )
    expires_on = day_field("有效期至", "当日仍有效，最长一年；到期前可申请续期。")
    reason = reason_field()

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        cast(forms.ModelChoiceField, self.fields["unit"]).queryset = units()
        cast(forms.ChoiceField, self.fields["schemes"]).choices = list(schemes().items())
        day, first = self.fields["expires_on"], today()
        said = f"请填写 {first} 至 {first + LONGEST} 之间的日期。"
        day.validators = [MinValueValidator(first, said), MaxValueValidator(first + LONGEST, said)]
        day.widget.attrs.update({"min": str(first), "max": str(first + LONGEST)})
        day.initial = first + LONGEST

    def wanted(self, post: str) -> WantedPost:
        """What the valid fields ask for."""
        chosen = self.cleaned_data
        return WantedPost(post, chosen["unit"], chosen["schemes"], chosen["level"], chosen["expires_on"])


class PostForm(GrantFields):
    """A post for oneself or for a colleague of one's unit; `first` for a post that nobody holds yet."""

    field_order = ("person", "post", "unit", "schemes", "level", "expires_on", "reason")
    person = PersonField(label="为谁申请", queryset=users().none(), empty_label="请选择")
    post = forms.ChoiceField(label="岗位")

    def __init__(self, data: Any = None, *, applicant: Any, first: bool = False, **options: Any) -> None:
        super().__init__(data, **options)
        people = open_people()
        if not has_permission(applicant, "control.plan_posts"):
            people = people.filter(unit=applicant.unit_id)
        cast(PersonField, self.fields["person"]).queryset = people
        self.fields["person"].initial = None if first else applicant.pk
        held = set(active_grants(today()).values_list("post", flat=True)) if first else set()
        offered = [(post.code, post.label) for post in POSTS.values() if post.code not in held]
        cast(forms.ChoiceField, self.fields["post"]).choices = [("", "请选择"), *offered]


class ResubmitForm(GrantFields):
    """A returned request for a post once more: post and person stay."""


class DecisionForm(forms.Form):
    """A signature: which, and why where it is no agreement."""

    decision = forms.ChoiceField(choices=Decision.choices, widget=forms.HiddenInput)
    comment = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        help_text="退回补正或不同意时必填：写明需要补正的内容或理由。",
        widget=forms.Textarea({"rows": 2, "maxlength": 200}),
    )


class AttachmentForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label="添加附件",
        help_text="PDF、图片、docx 或 xlsx，每个不超过 10 MB，最多 10 个；例如任职文件，文件名不要写个人信息。",
        widget=forms.FileInput({"accept": ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"}),
    )


@dataclass(frozen=True)
class Renewal:
    """What a renewal starts from: the present grant, a year longer."""

    grant: Any

    def initial(self) -> dict[str, Any]:
        """Values of a `PostForm`."""
        grant = self.grant
        return {
            "person": grant.user_id,
            "post": grant.post,
            "unit": grant.unit_id,
            "schemes": sorted(grant.schemes),
            "level": grant.level,
            "expires_on": today() + LONGEST,
            "reason": "续期",
        }


def resubmission(request: ApprovalRequest) -> dict[str, Any]:
    """Values of a `ResubmitForm`: what was asked for before."""
    wanted = request.payload
    unit = units().filter(code=wanted["unit"]).first() if wanted.get("unit") else None
    return {
        "unit": unit.pk if unit else None,
        "schemes": wanted.get("schemes", []),
        "level": wanted.get("level", Level.L2.value),
        "expires_on": wanted.get("expires_on") or today() + timedelta(days=365),
        "reason": request.reason,
    }
