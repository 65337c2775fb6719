"""How points are spread in the forms of different places, and the rows that some of them ask of every project."""

from dataclasses import dataclass
from decimal import Decimal

from forms.themes import BENEFIT, CONTENT, OUTPUT


@dataclass(frozen=True)
class Group:
    """Points of a first level: its printed name, and which first levels of the national form stand in it."""

    name: str
    points: Decimal
    holds: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A row that the form asks of every project; `rate` rows are judged by the execution rate."""

    level1: str
    level2: str
    name: str
    points: Decimal
    target: str
    done: str
    rate: bool = False


@dataclass(frozen=True)
class Points:
    """100 points: for the execution rate beside the rows (None: not scored there), for asked rows and for groups."""

    execution: Decimal | None
    groups: tuple[Group, ...]
    asked: tuple[Asked, ...] = ()


def _groups(output: str, benefit: str, content: str) -> tuple[Group, ...]:
    points = {OUTPUT: output, BENEFIT: benefit, CONTENT: content}
    return tuple(Group(name, Decimal(part), (name,)) for name, part in points.items())


NATIONAL = Points(Decimal(10), _groups("50", "30", "10"))
HUBEI = Points(Decimal(20), _groups("40", "30", "10"))
YINCHUAN = Points(
    None,
    (Group("产出", Decimal(30), (OUTPUT,)), Group("效益", Decimal(35), (BENEFIT, CONTENT))),
    (
        Asked("决策", "项目立项", "立项程序规范性", Decimal(4), "规范", "立项资料齐全"),
        Asked("决策", "绩效目标", "绩效指标明确性", Decimal(6), "明确", "已细化分解"),
        Asked("管理", "资金管理", "预算执行率", Decimal(10), "100%", "", rate=True),
        Asked("管理", "资金管理", "资金使用合规性", Decimal(7), "合规", "未发现违规支出"),
        Asked("管理", "组织实施", "管理制度健全性", Decimal(8), "健全", "制度已执行"),
    ),
)
GUANGSHUI = Points(
    None,
    (Group("项目绩效", Decimal(85), (OUTPUT, BENEFIT, CONTENT)),),
    (
        Asked("项目决策", "立项依据", "立项依据充分性", Decimal(2), "充分", "有批复文件"),
        Asked("项目管理", "资金管理", "预算执行率", Decimal(10), "100%", "", rate=True),
        Asked("项目管理", "业务管理", "档案资料完整性", Decimal(3), "完整", "已归档"),
    ),
)
HEYUAN = Points(
    None,
    (Group("产出", Decimal(40), (OUTPUT,)), Group("效益", Decimal(40), (BENEFIT, CONTENT))),
    (
        Asked("过程", "资金管理", "资金支出率", Decimal(12), "100%", "", rate=True),
        Asked("过程", "事项管理", "监管有效性", Decimal(8), "有效", "监管到位"),
    ),
)
