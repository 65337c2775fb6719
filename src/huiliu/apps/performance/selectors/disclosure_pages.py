"""Tables and words of the pages of disclosing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from huiliu.apps.accounts.selectors import has_permission, person_names
from huiliu.apps.performance.models import DisclosurePackage
from huiliu.apps.performance.selectors import disclosures as selectors
from huiliu.apps.performance.selectors.disclosure_sources import label_of
from huiliu.apps.performance.selectors.disclosures import Standing
from huiliu.apps.performance.selectors.seen import of_disclosure
from huiliu.apps.performance.selectors.target_pages import Signing, signing_of
from huiliu.web.tables import Cell, Column, Table

DISCLOSE = "performance.disclose"
COLUMNS = (
    Column("project", "项目年度"),
    Column("occasion", "公开事项", "code"),
    Column("reply", "批复", optional=True),
    Column("due", "最迟公开日", "date"),
    Column("stage", "办理情况", "code"),
    Column("state", "期限", "verdict"),
)
PACKAGES = (
    Column("number", "次数", "int"),
    Column("made", "生成"),
    Column("digest", "材料摘要", optional=True),
    Column("size", "字节数", "int", optional=True),
    Column("signed", "审批通过", "date", missing="未通过"),
    Column("look", "预览"),
)
FILES = (
    Column("name", "文件"),
    Column("label", "内容"),
    Column("size", "字节数", "int"),
    Column("sm3", "SM3 校验值", optional=True),
)
PUBLICATIONS = (
    Column("day", "公开日期", "date"),
    Column("address", "公开网址"),
    Column("note", "说明", missing="无", optional=True),
    Column("by", "登记人", optional=True),
)


def address(found: Standing) -> str:
    """The page of a disclosure."""
    return reverse("performance:disclosure_detail", args=(found.disclosure.pk,))


def table(rows: Iterable[Standing]) -> Table:
    """Disclosures as a list."""
    hint = "取得预算或决算批复后，由财务会计岗在下面选择项目年度登记，公开期限从批复之日起算。"
    return Table(COLUMNS, [_row(one) for one in rows], empty="还没有登记公开事项", hint=hint)


def _row(found: Standing) -> dict[str, Any]:
    state, word = found.verdict
    disclosure = found.disclosure
    return {
        "project": Cell(str(disclosure.target_set), link=address(found)),
        "occasion": disclosure.get_occasion_display(),
        "reply": f"{disclosure.reply_no} {disclosure.reply_on}",
        "due": found.due,
        "stage": selectors.STAGES[found.stage],
        "state": Cell(word, state=state),
    }


def package_table(found: Standing) -> Table:
    """Every package that was made, newest first."""
    names = person_names(one.made_by for one in found.packages)
    rows = [
        {
            "number": one.number,
            "made": f"{one.made_at:%Y-%m-%d} {names[one.made_by]}",
            "digest": one.digest,
            "size": one.size,
            "signed": one.signed_on,
            "look": Cell("网页", link=member_address(one, "index.html")),
        }
        for one in found.packages
    ]
    return Table(PACKAGES, rows, empty="还没有生成材料", hint="由财务会计岗生成；生成前逐段检查不得公开的内容。")


def file_table(kept: DisclosurePackage) -> Table:
    """The files of a package; each opens as it will be published."""
    rows = [
        {
            "name": Cell(one["name"], link=member_address(kept, one["name"])),
            "label": one["label"],
            "size": one["size"],
            "sm3": one["sm3"],
        }
        for one in kept.files
    ]
    return Table(FILES, rows, empty="没有文件", hint="")


def publication_table(found: Standing) -> Table:
    """Where it was published."""
    names = person_names(one.recorded_by for one in found.publications)
    rows = [
        {"day": one.published_on, "address": one.address, "note": one.note or None, "by": names[one.recorded_by]}
        for one in found.publications
    ]
    return Table(PUBLICATIONS, rows, empty="还没有登记公开", hint="公开后由财务会计岗登记网址和日期。")


def member_address(kept: DisclosurePackage, name: str) -> str:
    """One file of a package."""
    return reverse("performance:disclosure_file", args=(kept.disclosure_id, kept.number, name))


def pairs(found: Standing) -> list[tuple[str, str]]:
    """What is published, by which reply and until when."""
    disclosure = found.disclosure
    opened_by = person_names([disclosure.opened_by])[disclosure.opened_by]
    return [
        ("公开事项", f"{disclosure.get_occasion_display()}（{found.occasion.about}）"),
        ("批复文号", disclosure.reply_no),
        ("批复日期", str(disclosure.reply_on)),
        ("最迟公开日", f"{found.due}（{found.occasion.deadline(disclosure.reply_on).days} 日内）"),
        ("期限依据", found.basis),
        ("办理情况", selectors.STAGES[found.stage]),
        ("登记", f"{opened_by} {disclosure.opened_at:%Y-%m-%d}"),
    ]


_ACTS = {
    selectors.REGISTERED: (("生成公开材料", "make"), ("更正批复", "mend")),
    selectors.MADE: (("提交审批", "submit"), ("重新生成", "make"), ("更正批复", "mend")),
    selectors.ASKED: (),
    selectors.RETURNED: (("重新生成", "make"), ("更正批复", "mend")),
    selectors.SIGNED: (("登记公开", "publish"),),
    selectors.PUBLISHED: (("补充登记公开", "publish"),),
}


def buttons(found: Standing, user: Any) -> list[tuple[str, str, bool]]:
    """What the person can do now: word, address, whether it is the main thing."""
    if not has_permission(user, DISCLOSE):
        return []
    return [
        (word, reverse(f"performance:disclosure_{name}", args=(found.disclosure.pk,)) + _shown(found, name), at == 0)
        for at, (word, name) in enumerate(_ACTS[found.stage])
    ]


def _shown(found: Standing, act: str) -> str:
    """What leads to the submission says from which edition."""
    return f"?edition={of_disclosure(found).edition}" if act == "submit" else ""


def masked(found: Standing) -> list[tuple[str, str]]:
    """Places of the newest package that stay inside, with the reason."""
    kept = found.newest.masked if found.newest else {}
    return [(label_of(place) or place, reason) for place, reason in kept.items()]


def signing(found: Standing, user: Any, today: date) -> Signing | None:
    """The signatures of the newest package that was submitted."""
    return signing_of(next((one.request_id for one in found.packages if one.request_id), None), user, today)
