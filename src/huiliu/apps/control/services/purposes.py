"""Giving and ending a purpose, without which nothing is shown in full."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from huiliu.apps.audit.actions import action, kind
from huiliu.apps.audit.services import Actor, Entry, record
from huiliu.apps.control.models.purposes import CASE_MAX, Purpose
from huiliu.apps.control.selectors.purposes import Running, accepted_matters, described, number_of
from huiliu.kernel.clock import Clock
from huiliu.kernel.errors import HuiliuError
from huiliu.kernel.personal import holds_personal_number

PURPOSE = kind("purpose", "查看事由")
GIVEN = action("control.purpose_give", "说明查看事由")
ENDED = action("control.purpose_end", "结束查看事由")
CASE = re.compile(rf"[0-9A-Za-z\u3400-\u9fff\-_/〔〕]{{1,{CASE_MAX}}}")


@dataclass(frozen=True)
class Asked:
    """What somebody states before looking: the code of a matter, and the number under which the case is kept."""

    matter: str
    case_number: str


@transaction.atomic
def purpose_give(*, user: Any, asked: Asked, actor: Actor, clock: Clock | None = None) -> Running:
    """Start a purpose that runs for a fixed time; another one of the person ends, the same one simply goes on.

    PURPOSE-002 for a matter that is not accepted, PURPOSE-003 for a case number that is none or names a person.
    """
    now = (clock or settings.HUILIU_CLOCK).now()
    matter, case_number = checked_matter(asked.matter, now), checked_case(asked.case_number)
    get_user_model().objects.select_for_update().get(pk=user.pk)  # two purposes of one person wait for each other
    held = Purpose.objects.filter(user=user, ended_at=None).first()
    if held and held.expires_at > now and (held.matter, held.case_number) == (matter, case_number):
        return described(held, now)
    if held:
        _end(held, actor, now, clock)
    lasts = timedelta(minutes=number_of("purpose_minutes", now.date()))
    given = Purpose.objects.create(
        user=user, matter=matter, case_number=case_number, given_at=now, expires_at=now + lasts
    )
    running = described(given, now)
    after = {"matter": matter, "case_number": case_number, "expires_at": given.expires_at}
    record(Entry(actor, GIVEN, PURPOSE, str(given.pk), purpose=running.text, after=after), clock)
    return running


@transaction.atomic
def purpose_end(*, user: Any, actor: Actor, clock: Clock | None = None) -> None:
    """End the purpose that runs; without one nothing happens, for it may have run out a moment ago."""
    now = (clock or settings.HUILIU_CLOCK).now()
    held = Purpose.objects.select_for_update().filter(user=user, ended_at=None).first()
    if held:
        _end(held, actor, now, clock)


def _end(held: Purpose, actor: Actor, now: datetime, clock: Clock | None) -> None:
    """One that ran out by itself ended then, not now; that needs no row of its own in the audit."""
    ended = min(now, held.expires_at)
    Purpose.objects.filter(pk=held.pk, ended_at=None).update(ended_at=ended)
    if now < held.expires_at:
        purpose = described(held, now).text
        record(Entry(actor, ENDED, PURPOSE, str(held.pk), purpose=purpose, after={"ended_at": ended}), clock)


def checked_matter(code: str, now: datetime) -> str:
    """The code, or PURPOSE-002."""
    known = accepted_matters(now.date())
    if code not in {matter.code for matter in known}:
        hint = f"可选事由：{'、'.join(matter.label for matter in known)}。"
        raise HuiliuError(code="PURPOSE-002", message="没有选择查看事由", hint=hint)
    return code


def checked_case(text: str) -> str:
    """The case number in plain signs, or PURPOSE-003 in words that do not repeat it."""
    case_number = "".join(unicodedata.normalize("NFKC", text).split())
    if not CASE.fullmatch(case_number):
        hint = f"请填写业务受理号、文号或工单号：汉字、字母、数字和 - _ / 〔〕，不超过 {CASE_MAX} 个字符。"
        raise HuiliuError(code="PURPOSE-003", message="案号为空或含有不能使用的字符", hint=hint)
    if holds_personal_number(case_number):
        hint = "案号会显示在页面上并长期保存，请改填业务受理号、文号或工单号。"
        raise HuiliuError(code="PURPOSE-003", message="案号中含有证件号码、手机号码或银行卡号", hint=hint)
    return case_number
