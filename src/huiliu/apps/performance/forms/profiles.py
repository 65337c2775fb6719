"""Writing a scoring profile: one field a key of the catalog's files."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

from huiliu.apps.control.forms.fields import day_field
from huiliu.kernel.errors import HuiliuError
from huiliu.scoring.assessment import BASES
from huiliu.scoring.profile import MISSED, OUTSIDE, OVER, REMAINDERS, ROUNDINGS, Profile

GRADES = ("优", "良", "中", "差")
JUDGED = ("达成", "部分达成", "未达成")
_STEPS = (("reached", "partly"), ("first", "second"), ("second", "third"))
_CHOSEN = ("execution_basis", "rounding", "remainder", "equal_rule", "range_rule", "over_function")
_AS_GIVEN = ("id", "label", "source", "levels", *_CHOSEN)


def _number(label: str, initial: str, help_text: str = "", *, required: bool = True) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        initial=initial,
        help_text=help_text,
        required=required,
        min_value=0,
        max_digits=9,
        decimal_places=4,
    )


def _choice(label: str, words: Mapping[Any, str], help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=tuple(words.items()), help_text=help_text)


class ProfileForm(forms.Form):
    """A whole profile; what is wrong with a key is said at its field."""

    id = forms.CharField(label="代码", max_length=64, help_text="小写字母、数字和横线，例如 own-2025；建立后不能更换。")
    label = forms.CharField(label="名称", max_length=100)
    in_force = day_field("启用日期")
    source = forms.CharField(label="依据", max_length=200, help_text="文件名称和文号；没有文件依据的写明由谁决定。")
    unverified = forms.CharField(
        label="待核事项", required=False, help_text="一行一条。", widget=forms.Textarea({"rows": 3, "maxlength": 1000})
    )
    levels = forms.CharField(
        label="一级指标分值",
        help_text="一行一个：名称、空格、分值，例如“产出 50”。有“预算执行”时，执行率在指标之外单独计分。",
        widget=forms.Textarea({"rows": 5, "maxlength": 400}),
    )
    free = _number("由单位自行分配的分值", "0", "与上面各级分值相加为 100。")
    execution_basis = _choice("执行率的分母", {name: label for name, (label, _) in BASES.items() if name != "received"})
    places = forms.IntegerField(label="得分小数位数", initial=2, min_value=0, max_value=4)
    rounding = _choice("得分舍入", ROUNDINGS, "每项舍入一次，总分为各项之和。")
    remainder = _choice("分值除不尽的尾差加在", REMAINDERS)
    equal_rule = _choice("“等于”类指标未达到", MISSED)
    range_rule = _choice("区间类指标在区间外", OUTSIDE)
    over_achievement = _number("超额界限（%）", "30", "实际值优于目标值超过这一比例时，须书面说明目标值是否偏低。")
    over_function = _choice("超过界限", OVER)
    pass_mark = _number("及格门槛（%）", "0", "按比例计分的指标低于它不得分；0 为不设。")
    reason_below = _number("执行率须说明的界限（%）", "", "低于它必须说明原因；不填为不要求。", required=False)
    reached = _number("达成的下限（%）", "80")
    partly = _number("部分达成的下限（%）", "60")
    first = _number("优的下限（%）", "90")
    second = _number("良的下限（%）", "80")
    third = _number("中的下限（%）", "60")

    def data_of_profile(self) -> dict[str, Any]:
        """The profile as the reader takes it; numbers as text."""
        given = self.cleaned_data
        below = given["reason_below"]
        judged = [_text(given[name]) for name in ("reached", "partly")]
        grades = [_text(given[name]) for name in ("first", "second", "third")]
        return {
            **{name: given[name] for name in _AS_GIVEN},
            **{name: _text(given[name]) for name in ("free", "places", "pass_mark")},
            **({} if below is None else {"reason_below": _text(below)}),
            "in_force": given["in_force"].isoformat(),
            "unverified": [line.strip() for line in given["unverified"].splitlines() if line.strip()],
            "over_achievement": _text(given["over_achievement"] / 100),
            "rule": "proportional",
            "qualitative": dict(zip(JUDGED, (*judged, "0"), strict=True)),
            "grades": dict(zip(GRADES, (*grades, "0"), strict=True)),
        }

    def clean(self) -> dict[str, Any]:
        """Each level stands below the one before it: the reader takes the highest bound for the best level."""
        given: dict[str, Any] = super().clean() or {}
        for higher, lower in _STEPS:
            if None not in (given.get(higher), given.get(lower)) and given[lower] >= given[higher]:
                self.add_error(lower, f"须小于“{self.fields[higher].label}”。")
        return given

    def clean_levels(self) -> dict[str, str]:
        """Lines of a name and a number; whether the numbers are right is the reader's to say."""
        found: dict[str, str] = {}
        for line in filter(str.strip, self.cleaned_data["levels"].splitlines()):
            name, _, points = line.strip().replace("：", " ").replace(":", " ").partition(" ")
            if not points.strip() or name in found:
                raise forms.ValidationError(f"“{line.strip()}”不是“名称 分值”，或名称重复。")
            found[name] = points.strip()
        return found

    def refuse(self, error: HuiliuError) -> None:
        """Say what the reader or the service refused, at the field of the key it names."""
        key = str(error.facts.get("key", "id"))
        field = {"qualitative": "reached", "grades": "first"}.get(key, key)
        # The reader speaks of keys of a file; whoever fills in a page sees fields.
        problem = error.message.rpartition("：")[2].replace(" free ", "“由单位自行分配的分值”")
        told = f"{problem}。" if error.code == "EV-PROFILE-001" else f"{error.message}。{error.hint}"
        self.add_error(field if field in self.fields else None, told)


def initial_of(profile: Profile) -> dict[str, Any]:
    """What the form starts from: another profile, all but what names it."""
    grades, judged = [lower for _, lower in profile.grades], [level.lower for level in profile.qualitative]
    return {
        "levels": "\n".join(f"{name} {_text(points)}" for name, points in profile.levels.items()),
        "unverified": "\n".join((*profile.unverified, *profile.unverified_rules)),
        "over_achievement": _text(profile.over_achievement * 100),
        **{name: getattr(profile, name) for name in ("places", *_CHOSEN)},
        **{name: _text(getattr(profile, name)) for name in ("free", "pass_mark")},
        "reason_below": None if profile.reason_below is None else _text(profile.reason_below),
        **dict(zip(("reached", "partly"), map(_text, judged), strict=False)),
        **dict(zip(("first", "second", "third"), map(_text, grades), strict=False)),
    }


def _text(number: Decimal | int) -> str:
    return f"{Decimal(number).normalize() + 0:f}"
