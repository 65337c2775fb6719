"""What is wrong with a query, in Chinese: what, where, what to do; the value itself is never repeated."""

from huiliu.kernel.errors import HuiliuError


def malformed(where: str) -> HuiliuError:
    """QRY-001: the stored or sent form cannot be read."""
    return _error("QRY-001", f"查询的写法不正确：{where}", "请重新选择后再查询。", where)


def unknown_item(where: str) -> HuiliuError:
    """QRY-002: the topic has no such item; its name is not repeated, for it may be anything."""
    return _error("QRY-002", f"{where}：主题中没有这个项目", "项目可能已改名，请重新选择。", where)


def not_offered(where: str, what: str) -> HuiliuError:
    """QRY-003: a comparison or an aggregate that this kind of item does not take."""
    return _error("QRY-003", f"{where}：不能用“{what}”", "请从页面列出的选项中选择。", where)


def protected(where: str, what: str) -> HuiliuError:
    """QRY-004: a protected item in a place where it would say more than its mask."""
    hint = "该项目受保护，只能脱敏显示；确因工作需要，请先说明事由并以完整信息方式查询。"
    return _error("QRY-004", f"{where}：受保护的项目不能用于{what}", hint, where)


def bad_value(where: str, form: str) -> HuiliuError:
    """QRY-005: a value that is none of the item's kind; only its place is told."""
    return _error("QRY-005", f"{where}：值的写法不正确", f"请写成{form}。", where)


def wrong_side(where: str, hint: str) -> HuiliuError:
    """QRY-006: too few or too many values, or another item that cannot be compared with this one."""
    return _error("QRY-006", f"{where}：右侧不正确", hint, where)


def wrong_shape(problem: str, hint: str) -> HuiliuError:
    """QRY-007: the parts of a query do not go together."""
    return _error("QRY-007", problem, hint, problem)


def too_large(what: str, limit: int) -> HuiliuError:
    """QRY-008: more of something than a query may have."""
    return _error("QRY-008", f"{what}过多，最多 {limit} 个", "请减少后再查询；名单较长时请用“批量”页面。", what)


def too_slow(seconds: int) -> HuiliuError:
    """QRY-009: stopped, so that one query does not hold up everybody."""
    hint = "请缩小条件（如限定年月、险种或区划）后再查询。"
    return _error("QRY-009", f"查询超过 {seconds} 秒，已停止", hint, "查询")


def too_many_groups(limit: int) -> HuiliuError:
    """QRY-010: more groups than a page can show."""
    return _error("QRY-010", f"分组结果超过 {limit} 行", "请减少分组项目，或增加条件。", "分组")


def topic_error(file: str, problem: str, hint: str) -> HuiliuError:
    """TOPIC-001: a topic file that does not hold together, refused at start."""
    facts = {"file": file}
    return HuiliuError(code="TOPIC-001", message=f"主题 {file}：{problem}", hint=hint, facts=facts)


def _error(code: str, message: str, hint: str, where: str) -> HuiliuError:
    return HuiliuError(code=code, message=message, hint=hint, facts={"where": where})
