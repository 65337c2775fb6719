"""An event in words."""

from huiliu.apps.funds.models import Event, Kind
from huiliu.kernel.clock import TZ
from huiliu.kernel.money import format_yuan, from_fen


def pairs_of(event: Event) -> list[tuple[str, str]]:
    """What an event says, as pairs of label and text; what it leaves open is left out."""
    found = [
        ("日期", str(event.day)),
        ("金额", f"{format_yuan(from_fen(event.amount_fen))} 元"),
        ("文号", event.number),
        ("计划月份", f"{event.month // 100}-{event.month % 100:02d}" if event.month else ""),
        ("收款人", event.payee),
        ("经济分类", event.item),
        ("支出事项", event.purpose.label if event.purpose else ""),
        ("应付日期", str(event.due) if event.due else ""),
        ("购置资产", "是" if event.is_asset else ""),
        ("审核结论", ("同意" if event.agreed else "未同意") if event.kind == Kind.REVIEW else ""),
        ("说明", event.note),
        ("来源", event.get_origin_display()),
        ("记录人", f"{event.recorded_by.display_name}，{event.recorded_at.astimezone(TZ):%Y-%m-%d %H:%M}"),
    ]
    return [(label, text) for label, text in found if text]
