"""Agencies' own forms: what goes under which heading is suggested, kept as a template, and put to use on a workbook."""

import io
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, check_words, record
from huiliu.apps.lists.models import NAME_MAX, FormTemplate
from huiliu.apps.lists.selectors import topic
from huiliu.apps.lists.services.keeping import FilledForm
from huiliu.documents.form_book import check_book, plan_of
from huiliu.documents.form_layout import LONGEST_HEADING, Form, plain_heading, read_form
from huiliu.documents.sheets import MOST_COLUMNS
from huiliu.documents.uploaded_list import UploadedList
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError

OBJECT = kind("form_template", "表样模板")
SAVED = action("lists.form_save", "保存表样模板")
REMOVED = action("lists.form_remove", "删除表样模板")
MOST = 50
# What the look-up itself says, in the order of an answered row, and how forms call it.
OWN: Mapping[str, tuple[str, ...]] = {
    "_verdict": ("查询结果", "核查结果", "比对结果", "核实结果"),
    "_repairs": ("号码还原",),
    "_remark": ("说明", "备注"),
}
OWN_LABELS: Mapping[str, str] = {
    "_verdict": "查询结果（找到、未找到、不唯一、号码有误）",
    "_repairs": "号码还原",
    "_remark": "说明",
}


@dataclass(frozen=True)
class NewForm:
    """A template as somebody made it: the heading of the numbers, and by heading what goes under it."""

    name: str
    number: str
    places: Mapping[str, str] = field(default_factory=dict)
    overwrites: bool = False
    is_shared: bool = False


def suggested(form: Form) -> dict[str, str]:
    """By heading what its words mean: of columns that are to be filled, each target once."""
    blank = form.blank() if form.rows else [place for place, text in enumerate(form.headings) if text]
    found: dict[str, str] = {}
    for place in blank:
        target = _meant(form.headings[place])
        if target and place != form.number and target not in found.values():
            found[form.headings[place]] = target
    return found


def _meant(heading: str) -> str:
    """The target whose word the heading is, else the longest word in it; of two rows of headings the lower counts."""
    whole, last = plain_heading(heading), plain_heading(heading.rpartition("/")[2])
    words = {plain_heading(word): target for target, named in _words().items() for word in named}
    for text in (whole, last):
        if text in words:
            return words[text]
    within = [word for word in words if len(word) > 1 and word in last]
    return words[max(within, key=len)] if within else ""


def _words() -> dict[str, list[str]]:
    known = topic()
    items = {i.name: [i.label, *known.synonyms.get(i.name, ())] for i in known.listed.values()}
    return {**items, **{target: list(words) for target, words in OWN.items()}}


@transaction.atomic
def form_save(*, user: Any, wanted: NewForm, actor: Actor, clock: Clock | None = None) -> FormTemplate:
    """Keep a template, in place of one's own of the same name; LIST-007 for one that fills nothing or says too much."""
    clock = clock or settings.HUILIU_CLOCK
    called = " ".join(unicodedata.normalize("NFKC", wanted.name).split())
    places = _checked(wanted, called)
    if wanted.is_shared and user.unit_id is None:
        hint = "请联系系统管理员在账户中登记所属机构。"
        raise HuiliuError(code="LIST-007", message="您的账户没有登记机构，不能共享模板", hint=hint)
    mine = FormTemplate.objects.filter(owner=user)
    if mine.exclude(name=called).count() >= MOST:
        raise HuiliuError(code="LIST-007", message=f"表样模板已有 {MOST} 个", hint="请先删除不用的。")
    content = {"number": wanted.number, "places": places, "overwrites": wanted.overwrites}
    given = {"content": content, "unit_id": user.unit_id if wanted.is_shared else None, "saved_at": clock.now()}
    kept, _ = FormTemplate.objects.update_or_create(owner=user, name=called, defaults=given)
    after = {"columns": sorted(places.values()), "shared": wanted.is_shared, "overwrites": wanted.overwrites}
    record(Entry(actor, SAVED, OBJECT, str(kept.pk), after=after), clock)
    return kept


def _checked(wanted: NewForm, called: str) -> dict[str, str]:
    places = {heading: target for heading, target in wanted.places.items() if _is_target(target)}
    texts = [wanted.number, *wanted.places]
    is_long = len(texts) > MOST_COLUMNS or any(len(text) > LONGEST_HEADING + 5 for text in texts)
    if not called or len(called) > NAME_MAX or not places or not wanted.number or is_long:
        hint = f"名称不超过 {NAME_MAX} 字，并至少为一个表头选择填写的内容。"
        raise HuiliuError(code="LIST-007", message="表样模板没有名称，或没有要填写的列", hint=hint)
    for text in (called, *texts):  # a heading may be anything, and stays
        check_words(text)
    return places


def _is_target(target: str) -> bool:
    return target in OWN or target in topic().listed


@transaction.atomic
def form_remove(*, user: Any, number: int, actor: Actor, clock: Clock | None = None) -> bool:
    """Remove one's own; False if there is none of this number."""
    removed, _ = FormTemplate.objects.filter(owner=user, pk=number).delete()
    if removed:
        record(Entry(actor, REMOVED, OBJECT, str(number)), clock)
    return bool(removed)


@dataclass(frozen=True)
class ReadForm:
    """A workbook read by a template: its list, the columns of the answer, and how it is to be filled."""

    uploaded: UploadedList = field(repr=False)
    columns: Sequence[str]
    form: FilledForm


def form_read(template: FormTemplate, book: bytes) -> ReadForm:
    """A workbook with the headings of a template; LIST-009 where they are not there, and what `read_form` raises."""
    content = template.content
    form = read_form(io.BytesIO(book), content["number"])
    check_book(io.BytesIO(book), form.sheet)
    known = {plain_heading(text): place for place, text in enumerate(form.headings) if text}
    targets = {heading: target for heading, target in content["places"].items() if _is_target(target)}
    absent = [heading for heading in targets if plain_heading(heading) not in known]
    if absent or not targets or not form.rows:
        raise _unfit(absent, bool(form.rows))
    columns = list(dict.fromkeys(target for target in targets.values() if target not in OWN))
    row = {target: len(form.headings) + at for at, target in enumerate([*OWN, *columns])}
    places = [(known[plain_heading(heading)], row[target]) for heading, target in targets.items()]
    said = () if "_verdict" in targets.values() else tuple(row[target] for target in OWN)
    own = [place for place, at in places if at < len(form.headings) + len(OWN)]  # what an earlier look-up said goes
    overwrites = [place for place, _ in places] if content["overwrites"] else own
    return ReadForm(form.listed(), columns, FilledForm(book, plan_of(form, places, said, overwrites)))


def _unfit(absent: Sequence[str], has_rows: bool) -> HuiliuError:
    if absent or has_rows:
        message = f"表格与模板不符，没有表头：{'、'.join(absent[:5])}"
        return HuiliuError(
            code="LIST-009", message=message, hint="请核对是否选错了模板或文件；表样有变化时请重新建立模板。"
        )
    return HuiliuError(code="LIST-001", message="表格里没有可以查询的行", hint="请在号码一列填好号码后再上传。")
