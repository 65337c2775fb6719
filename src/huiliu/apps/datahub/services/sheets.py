"""Handing out a result sheet: looked up like the page; the audit has its number and digest before it leaves."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings

from huiliu.apps.audit.actions import action
from huiliu.apps.audit.services import Entry, record_alone
from huiliu.apps.control.selectors.purposes import matter_label
from huiliu.apps.control.services.purposes import Asked, checked_case, checked_matter
from huiliu.apps.datahub.selectors.library import Source
from huiliu.apps.datahub.selectors.sheets import person_sheet, printed_from, unit_sheet
from huiliu.apps.datahub.services.certificates import own_fonts
from huiliu.apps.datahub.services.full import Viewer, person_full
from huiliu.apps.datahub.services.persons import PERSON, person_view
from huiliu.apps.datahub.services.units import UNIT, unit_view
from huiliu.documents.result_sheet import Printed, ResultSheet, sheet_pdf
from huiliu.kernel.clock import Clock
from huiliu.kernel.digests import sm3

PERSON_PRINTED = action("datahub.person_sheet", "打印个人查询结果单")
UNIT_PRINTED = action("datahub.unit_sheet", "打印单位查询结果单")


@dataclass(frozen=True)
class SheetFile:
    """Name and bytes of a sheet, with the number and digest that the audit holds too."""

    name: str
    content: bytes
    number: str
    digest: str


def person_sheet_print(
    *, viewer: Viewer, key: str, asked: Asked, as_of: date | None = None, clock: Clock | None = None
) -> SheetFile | None:
    """A person's sheet, masked; None as for the page.

    PURPOSE-002 and 003 for a reason that will not do, before anything is read; COUNT-001 and LIBRARY-002 as the page.
    """
    now, purpose = (clock or settings.HUILIU_CLOCK).now(), _reason(asked, clock)
    found = person_view(actor=viewer.actor, scopes=viewer.scopes, key=key, as_of=as_of, clock=clock)
    if found is None:
        return None
    sheet = person_sheet(found, _printed(viewer, now, purpose, found.source), is_full=False)
    return _handed(viewer, key, sheet, found.source, clock)


def person_sheet_full(
    *, viewer: Viewer, key: str, as_of: date | None = None, clock: Clock | None = None
) -> SheetFile | None:
    """A person's sheet in full, under the purpose that runs; refused and counted like the full view itself."""
    found = person_full(viewer=viewer, key=key, as_of=as_of, clock=clock)
    if found is None:
        return None
    source = found.person.source
    sheet = person_sheet(found.person, _printed(viewer, found.at, found.purpose.text, source), is_full=True)
    return _handed(viewer, key, sheet, source, clock)


def unit_sheet_print(
    *, viewer: Viewer, key: str, asked: Asked, as_of: date | None = None, clock: Clock | None = None
) -> SheetFile | None:
    """A unit's sheet, masked; errors as for a person's."""
    now, purpose = (clock or settings.HUILIU_CLOCK).now(), _reason(asked, clock)
    found = unit_view(actor=viewer.actor, scopes=viewer.scopes, key=key, as_of=as_of, clock=clock)
    if found is None:
        return None
    sheet = unit_sheet(found, _printed(viewer, now, purpose, found.source))
    return _handed(viewer, key, sheet, found.source, clock, of_unit=True)


def _reason(asked: Asked, clock: Clock | None) -> str:
    """Matter and case number in one line; they start no purpose, for nothing is shown in full."""
    now = (clock or settings.HUILIU_CLOCK).now()
    return f"{matter_label(checked_matter(asked.matter, now))} {checked_case(asked.case_number)}"


def _printed(viewer: Viewer, at: datetime, purpose: str, source: Source) -> Printed:
    by = f"{viewer.user.display_name}（{viewer.actor.account}）"
    number = f"JGD{at:%Y%m%d}-{secrets.token_hex(4).upper()}"
    return printed_from(source, by=by, at=at, purpose=purpose, number=number, is_demo=settings.HOME.is_demo)


def _handed(
    viewer: Viewer, key: str, sheet: ResultSheet, source: Source, clock: Clock | None, *, of_unit: bool = False
) -> SheetFile:
    """The PDF, once the audit holds its number, the digest printed on it and that of the file."""
    content = sheet_pdf(sheet, own_fonts())
    number, digest = sheet.printed.number, sheet.digest
    details = {
        "snapshot": source.snapshot,
        "batch": source.batch,
        "number": number,
        "digest": digest,
        "file": sm3(content),
        "is_full": sheet.is_full,
    }
    done, what = (UNIT_PRINTED, UNIT) if of_unit else (PERSON_PRINTED, PERSON)
    record_alone(Entry(viewer.actor, done, what, key, purpose=sheet.printed.purpose, details=details), clock)
    return SheetFile(f"查询结果单_{number}.pdf", content, number, digest)
