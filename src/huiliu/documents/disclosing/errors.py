"""The refusals of a disclosure: each names the places and what is wrong there, never the words themselves."""

from collections.abc import Sequence

from huiliu.kernel.errors import HuiliuError

_MOST = 8


def not_public(found: Sequence[tuple[str, str]]) -> HuiliuError:
    """DISC-001: things that must not be public; `found` are places and kinds."""
    told = "；".join(f"{place}（{kind}）" for place, kind in found[:_MOST])
    more = f"；另有 {len(found) - _MOST} 处" if len(found) > _MOST else ""
    return HuiliuError(
        code="DISC-001",
        message=f"公开材料中有不得公开的内容：{told}{more}",
        hint="请改写该处文字，或把该段标为“不予公开”并写明理由，再重新生成。",
        facts={"places": [place for place, _ in found], "kinds": sorted({kind for _, kind in found})},
    )


def unknown_place(places: Sequence[str]) -> HuiliuError:
    """DISC-002: a passage to be masked that is not there, or without a reason."""
    return HuiliuError(
        code="DISC-002",
        message=f"不予公开的段落有误：{'、'.join(places)}",
        hint="只能标注本年度自评中有内容的段落，每段须写明不予公开的理由。",
        facts={"places": list(places)},
    )


def sums_differ() -> HuiliuError:
    """DISC-003: the ledger, cut by economic item, does not give what the evaluation says was paid."""
    return HuiliuError(
        code="DISC-003",
        message="按经济分类相加的支出与自评所用的净拨付不一致",
        hint="自评定稿之后台账有改动。请核对台账；确有更正的，重新办理自评后再公开。",
        facts={},
    )


def bad_content(name: str, reason: str) -> HuiliuError:
    """DISC-004: a file of catalog/disclosure that cannot be used."""
    return HuiliuError(
        code="DISC-004",
        message=f"{name} 不完整：{reason}",
        hint="请参照产品自带的 catalog/disclosure 目录中的同名文件。",
        facts={"file": name},
    )
