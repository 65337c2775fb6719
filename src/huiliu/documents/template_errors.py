"""The refusals of templates: each names the cell or paragraph and what may be written there instead."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from huiliu.kernel.errors import HuiliuError

_STYLES = "full、value、short、cell、stated、wan、percent、state"


def unknown_name(where: str, name: str, known: Iterable[str], *, list_name: bool = False) -> HuiliuError:
    """DOC-020: a placeholder names nothing that is known there; the nearest names are told."""
    near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
    kind = "名单" if list_name else "内容"
    told = f"相近的编号有：{'、'.join(near)}。" if near else ""
    return HuiliuError(
        code="DOC-020",
        message=f"{where}的占位符引用了不存在的{kind}“{name[:60]}”",
        hint=f"{told}请对照模板编号清单改正后重新上传。",
        facts={"where": where, "name": name[:60], "near": near},
    )


def bad_style(where: str, name: str, style: str, why: str = "") -> HuiliuError:
    """DOC-021: the style is unknown, or does not fit the figure, its unit or the cell's format."""
    return HuiliuError(
        code="DOC-021",
        message=f"{where}的“{name}”不能按“{style}”填写{why}",
        hint=f"可用的写法：{_STYLES}；文字没有写法，wan 只用于金额，percent 只用于百分数。",
        facts={"where": where, "name": name, "style": style},
    )


def bad_markup(where: str, reason: str) -> HuiliuError:
    """DOC-022: brackets or loops that do not close, or that stand where nothing can be filled in."""
    return HuiliuError(
        code="DOC-022",
        message=f"{where}的占位符写法有误：{reason}",
        hint="内容写成 {{编号}} 或 {{编号|写法}}；循环行写成 {{#名单}} … {{/名单}}，首尾在同一行。",
        facts={"where": where},
    )


def bad_formula(where: str, reason: str) -> HuiliuError:
    """DOC-023: a formula or an area that the inserted rows would make wrong."""
    return HuiliuError(
        code="DOC-023",
        message=f"{where}不能随循环行调整：{reason}",
        hint="合计请引用整段区域，如 SUM(C6:C6)；其他情况请把这一处移出循环行或改成普通公式。",
        facts={"where": where},
    )


def not_a_template(reason: str, hint: str, **facts: Any) -> HuiliuError:
    """DOC-024: the file is none that may be filled in."""
    return HuiliuError(code="DOC-024", message=f"这个文件不能用作模板：{reason}", hint=hint, facts=facts)


def too_much(where: str, reason: str) -> HuiliuError:
    """DOC-025: more rows or text than the file's format holds."""
    hint = "请缩短内容，或把名单拆开填入几个模板。"
    return HuiliuError(code="DOC-025", message=f"{where}填不下：{reason}", hint=hint, facts={"where": where})
