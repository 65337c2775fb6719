"""The refusals of the report: each names part, paragraph and place, so that an author finds the word to change."""

from typing import Any

from huiliu.kernel.errors import HuiliuError


def undeclared_number(where: str, position: int, number: str) -> HuiliuError:
    """A number was typed into prose; `position` counts characters of the printed line from 1."""
    return HuiliuError(
        code="DOC-001",
        message=f"{where}第{position}个字处的“{number}”是没有来源的数字",
        hint="测算得出的数字请写成 {{数字编号}}；文号、日期、名称等请写成 [[内容|类别|来源]]。",
        facts={"where": where, "position": position, "length": len(number)},
    )


def unknown_figure(where: str, name: str) -> HuiliuError:
    """A reference names nothing that the evaluation, the texts or the row in hand knows."""
    return HuiliuError(
        code="DOC-002",
        message=f"{where}引用了不存在的内容“{name}”",
        hint="请核对 {{ }} 中的编号，可用编号见评价结果的数字清单。",
        facts={"where": where, "name": name},
    )


def missing_value(where: str, name: str, state: str) -> HuiliuError:
    """A figure without a value was to be printed as a number."""
    return HuiliuError(
        code="DOC-003",
        message=f"{where}要印出数字“{name}”，但它没有数值（{state}）",
        hint="请改写这一段，或用 {{编号|cell}} 印出状态词。",
        facts={"where": where, "name": name, "state": state},
    )


def bad_style(where: str, name: str, style: str) -> HuiliuError:
    """The printing style is unknown or does not fit the figure's unit."""
    return HuiliuError(
        code="DOC-004",
        message=f"{where}的“{name}”不能按“{style}”印出",
        hint="可用 full、value、short、cell、stated、bare、wan、percent、state；wan 只用于金额，percent 只用于百分数。",
        facts={"where": where, "name": name, "style": style},
    )


def bad_literal(where: str, kind: str, reason: str) -> HuiliuError:
    """A declared literal lacks its source, or its kind cannot hold such words."""
    return HuiliuError(
        code="DOC-005",
        message=f"{where}的声明内容（类别“{kind}”）不成立：{reason}",
        hint="写法为 [[内容|类别|来源]]，类别限文号、日期、术语、名称、条款、引文、编号，三项都要填写。",
        facts={"where": where, "kind": kind},
    )


def bad_template(where: str, reason: str) -> HuiliuError:
    """The report's content file cannot be read as a template."""
    return HuiliuError(
        code="DOC-006",
        message=f"{where}的模板写法有误：{reason}",
        hint="请对照 docs/report.md 的写法改正。",
        facts={"where": where},
    )


def missing_glyph(character: str) -> HuiliuError:
    """No font at hand has this character; an empty box must not get into print."""
    return HuiliuError(
        code="DOC-010",
        message=f"所用字体都没有“{character}”这个字，PDF 无法排出",
        hint="请把含有这个字的字体放入字体目录后重新生成。",
        facts={"code_point": f"U+{ord(character):04X}"},
    )


def broken_typesetting(reason: str, facts: dict[str, Any]) -> HuiliuError:
    """The typesetter refused the document."""
    return HuiliuError(code="DOC-007", message=f"报告排版失败：{reason}", hint="请检查字体目录是否可读。", facts=facts)


def bad_key() -> HuiliuError:
    """A report's key becomes file names; anything else could leave the folder."""
    return HuiliuError(
        code="DOC-011",
        message="报告编号不能用作文件名",
        hint="报告编号只能用英文字母、数字、点、下划线和连字符，不超过 100 个字符。",
        facts={},
    )


def other_profile(form: str, profile: str) -> HuiliuError:
    """The form belongs to one way of scoring and the evaluation was scored by another."""
    return HuiliuError(
        code="DOC-012",
        message=f"“{form}”不是评分方案“{profile}”的表格",
        hint="请改用该评分方案的表格，或按表格的评分方案重新计分。",
        facts={"form": form},
    )


def not_an_evaluation() -> HuiliuError:
    """DOC-030: a kept evaluation cannot be read."""
    return HuiliuError(
        code="DOC-030",
        message="保存的自评内容无法读取",
        hint="内容被改动过，或由更新的版本写成。请核对摘要，从备份恢复，或用写成它的版本打开。",
    )
