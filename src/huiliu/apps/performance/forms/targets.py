"""Forms of targets: beginning a version, its words, a row, a use of money, and submitting it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from huiliu.apps.control.forms.fields import day_field, reason_field
from huiliu.apps.performance.forms.editions import EditionForm
from huiliu.apps.performance.forms.seen import SeenForm
from huiliu.apps.performance.models import Stage, TargetUse, TargetVersion
from huiliu.apps.performance.models import TargetRow as KeptRow
from huiliu.apps.performance.selectors import editions
from huiliu.apps.performance.selectors import targets as selectors
from huiliu.apps.performance.selectors.profiles import profile, scoring
from huiliu.apps.performance.services import NewVersion, Submission, Words
from huiliu.catalog.target_library import libraries
from huiliu.scoring.targets import EXECUTION, KINDS, RULES, MoneyUse, TargetRow

LEVELS1 = ("产出", "效益", "满意度")
LEVELS2 = (
    "数量指标", "质量指标", "时效指标", "成本指标", "经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标",
    "服务对象满意度指标", "经济成本指标", "社会成本指标", "生态环境成本指标", "资金管理", "事项管理",
)  # fmt: skip
EMPTY = ("", "未填")
BESIDE = {
    "TARGET-008": "value", "TARGET-009": "code", "TARGET-002": "year", "CODE-002": "profile",
}  # fmt: skip


def _number(label: str, help_text: str = "") -> forms.DecimalField:
    return forms.DecimalField(
        label=label, required=False, help_text=help_text, max_digits=18, decimal_places=6,
        widget=forms.NumberInput({"step": "any"}),
    )  # fmt: skip


def _text(label: str, longest: int, help_text: str = "", *, required: bool = False) -> forms.CharField:
    return forms.CharField(label=label, max_length=longest, required=required, help_text=help_text)


class NewTargetForm(forms.Form):
    """The targets of a project and year, and what to start from."""

    project = _text("项目代码", 40, "与项目台账相同，例如 it-upkeep。", required=True)
    name = _text("项目名称", 120, "预算批复中的名称。", required=True)
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    profile = forms.ChoiceField(label="评分方案", help_text="决定各级指标的权重；建立后不能更换。")
    stage = forms.ChoiceField(label="阶段", choices=((Stage.FIRST, "一上"), (Stage.REPLY, "批复")))
    is_copy = forms.BooleanField(label="从上年目标开始", required=False)
    has_purposes = forms.BooleanField(label="带入项目台账的支出事项", required=False, initial=True)
    categories = forms.MultipleChoiceField(
        label="从指标库加入", required=False, widget=forms.CheckboxSelectMultiple,
        help_text="加入后补填目标值、权重和金额，不需要的行可以删除。",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profile"].choices = [  # type: ignore[attr-defined]
            (code, one.label) for code, one in scoring().items()
        ]
        self.fields["categories"].choices = _categories()  # type: ignore[attr-defined]

    def wanted(self) -> NewVersion:
        """What the service begins."""
        chosen = self.cleaned_data
        return NewVersion(
            project=chosen["project"],
            year=chosen["year"],
            stage=chosen["stage"],
            name=chosen["name"],
            profile=chosen["profile"],
            is_copy=chosen["is_copy"],
            categories=tuple(chosen["categories"]),
            has_purposes=chosen["has_purposes"],
        )


def _categories() -> list[tuple[str, str]]:
    found = libraries(*settings.HUILIU_CATALOG_ROOTS)
    return [(code, f"{library.label}（{len(library.rows)} 项）") for code, library in found.items()]


class NextVersionForm(forms.Form):
    """A further version of the same targets, from the last one."""

    stage = forms.ChoiceField(label="阶段")

    def __init__(self, *args: Any, last: TargetVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = Stage.choices if last.stage == Stage.FIRST else Stage.choices[1:]
        self.last = last
        self.fields["stage"].choices = stages[1:] + stages[:1] if len(stages) == 3 else stages  # type: ignore[attr-defined]

    def wanted(self) -> NewVersion:
        """What the service begins."""
        targets = self.last.target_set
        return NewVersion(targets.project, targets.year, self.cleaned_data["stage"], is_copy=True)


class WordsForm(EditionForm):
    """The objective, and the document that the version follows."""

    objective = forms.CharField(
        label="年度总体目标", required=False, max_length=1000, widget=forms.Textarea({"rows": 3}),
        help_text="一两句话写明本年度要达到的结果。",
    )  # fmt: skip
    document_no = _text("文号", 64, "批复和调整必填，例如 甲财预〔2025〕9号。")
    document_on = day_field("文件日期", required=False)
    file = forms.FileField(label="文件扫描件", required=False, help_text="PDF、图片、DOCX 或 XLSX，不超过 10 MB。")

    def __init__(self, data: Any = None, files: Any = None, *, version: TargetVersion) -> None:
        given = {name: getattr(version, name) for name in ("objective", "document_no", "document_on")}
        super().__init__(data, files, initial=given | {"edition": editions.of_words(version)})

    def words(self) -> Words:
        """What the service writes."""
        chosen = self.cleaned_data
        return Words(chosen["objective"], chosen["document_no"], chosen["document_on"])


class RowForm(EditionForm):
    """One indicator of the form."""

    level1 = forms.ChoiceField(label="一级指标")
    level2 = forms.ChoiceField(label="二级指标")
    level3 = _text("三级指标", 100, "衡量什么，例如 系统可用率。", required=True)
    kind = forms.ChoiceField(label="性质", required=False, choices=(EMPTY, *((k, f"{k} {v}" if len(k) == 1 else v)
                                                                          for k, v in KINDS.items())))  # fmt: skip
    value = _number("目标值", "区间填下限；定性指标不填。")
    upper = _number("上限", "只有区间需要填写。")
    wording = _text("定性目标", 200, "只有定性指标需要：达到什么状态算完成。")
    unit = _text("计量单位", 16, "例如 %、次、元/年。")
    weight = _number("权重", "分。")
    rule = forms.ChoiceField(label="评分规则", required=False, choices=(EMPTY, *RULES.items()))
    basis = _text("设定依据", 200, "合同、上年完成值、标准或计划。")
    evidence = _text("佐证材料", 200, "用什么材料证明完成。")
    measure = forms.ChoiceField(label="测量方法", required=False, help_text="由系统按记录计算；没有合适的写公式。")
    formula = _text("计算公式", 200, "分子、分母和数据来源。")
    purpose = forms.ChoiceField(label="支出事项", required=False)
    paired_output = forms.ChoiceField(label="配对产出", required=False, help_text="成本指标必选：这笔钱买到的产出。")
    money_dependent = forms.BooleanField(label="随资金变化", required=False, help_text="资金减少时目标相应减少。")

    def __init__(self, *args: Any, version: TargetVersion, kept: KeptRow | None = None, **kwargs: Any) -> None:
        self.row = row = selectors.plain_row(kept) if kept else None
        given = {} if row is None else {name: getattr(row, name) for name in selectors.ROW_FIELDS}
        kwargs["initial"] = given | {"edition": editions.of_row(kept)}
        super().__init__(*args, **kwargs)
        rows, uses = selectors.rows_of(version), selectors.uses_of(version)
        levels = [name for name in profile(version.target_set.profile).levels if name != EXECUTION] or LEVELS1
        outputs = {one.code: one.where for one in rows if not one.is_cost and (row is None or one.code != row.code)}
        self._offer("level1", zip(levels, levels, strict=True))
        self._offer("level2", zip(LEVELS2, LEVELS2, strict=True))
        self._offer("measure", (EMPTY, *selectors.measures().items()))
        self._offer("purpose", (EMPTY, *((use.code, use.name) for use in uses)))
        self._offer("paired_output", (EMPTY, *outputs.items()))

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        """The choices, and what the row holds already."""
        offered = dict(choices)
        kept = getattr(self.row, name) if self.row else ""
        self.fields[name].choices = [*offered.items(), *([(kept, kept)] if kept not in offered else [])]  # type: ignore[attr-defined]

    def written(self) -> TargetRow:
        """The row as the service takes it."""
        return TargetRow(code=self.row.code if self.row else "", **self.content())


class UseForm(EditionForm):
    """A use of money."""

    code = _text("事项代码", 40, "与项目台账的支出事项相同，例如 operations。", required=True)
    name = _text("名称", 100, required=True)
    amount = forms.DecimalField(
        label="所需金额", required=False, max_digits=15, decimal_places=2, min_value=Decimal("0.01"), help_text="元。"
    )

    def __init__(self, data: Any = None, *, kept: TargetUse | None = None) -> None:
        use = selectors.plain_use(kept) if kept else None
        given = {"code": use.code, "name": use.name, "amount": use.amount} if use else {}
        super().__init__(data, initial=given | {"edition": editions.of_use(kept)})
        self.fields["code"].disabled = use is not None

    def written(self) -> MoneyUse:
        """The use as the service takes it."""
        return MoneyUse(**self.content())


class WeightsForm(EditionForm):
    """Nothing to fill in: the weights of all rows, as the page showed them, are divided anew."""

    def __init__(self, data: Any = None, *, version: TargetVersion) -> None:
        super().__init__(data, initial={"edition": editions.of_weights(version)})


class SubmitForm(SeenForm):
    """Why the version is submitted, and a reason for each kind of warning."""

    reason = reason_field("送审的说明或依据文号，不要写个人信息。", "送审说明")

    def __init__(self, *args: Any, warnings: Mapping[str, str], kept: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warnings = warnings
        for code, what in warnings.items():
            label = f"{code} {what}：为什么这样定"
            self.fields[code] = forms.CharField(label=label, max_length=200, initial=kept.get(code, ""))

    def submission(self) -> Submission:
        """What the service takes."""
        reasons = {code: self.cleaned_data[code] for code in self.warnings}
        return Submission(self.cleaned_data["reason"], reasons, self.begun)
