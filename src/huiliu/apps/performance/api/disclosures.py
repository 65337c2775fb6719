"""What is made public as JSON: deadlines, packages with their seal, one package's files and passages kept inside."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router
from ninja.errors import HttpError

from huiliu.apps.performance.models import DisclosurePackage
from huiliu.apps.performance.selectors import disclosures as selectors
from huiliu.apps.performance.selectors.disclosure_sources import label_of
from huiliu.web.api import Permitted

router = Router(tags=["绩效"])
VIEW = Permitted("performance.view_evaluation")


@router.get("/disclosures", auth=VIEW, summary="预决算公开：各项目年度的期限和办理情况，批复晚的在前")
def disclosure_list(request: HttpRequest) -> list[dict[str, Any]]:
    """Every one; `days_left` is below 0 once the last day is over, and as of the publication where there is one."""
    today = settings.HUILIU_CLOCK.now().date()
    return [_head(selectors.standing(one, today)) for one in selectors.everything()]


@router.get("/disclosures/{number}", auth=VIEW, summary="一次公开：期限依据、历次材料的摘要和公开登记")
def disclosure_detail(request: HttpRequest, number: int) -> dict[str, Any]:
    """With every package, newest first, and where it was published."""
    found = _found(number)
    return _head(found) | {
        "basis": found.basis,
        "packages": [_package(one) for one in found.packages],
        "publications": [
            {"address": one.address, "published_on": one.published_on, "package": one.package.number, "note": one.note}
            for one in found.publications
        ],
    }


@router.get("/disclosures/{number}/packages/{part}", auth=VIEW, summary="一份公开材料：各文件的摘要和不予公开的段落")
def disclosure_package(request: HttpRequest, number: int, part: int) -> dict[str, Any]:
    """`files` with size, SM3 and SHA-256; `masked` the passages that print （不予公开）, with the reason."""
    kept = next((one for one in _found(number).packages if one.number == part), None)
    if kept is None:
        raise HttpError(404, "没有这份公开材料")
    masked = [
        {"place": place, "label": label_of(place) or place, "reason": reason} for place, reason in kept.masked.items()
    ]
    return _package(kept) | {"files": kept.files, "masked": masked}


def _found(number: int) -> selectors.Standing:
    found = selectors.found(number, settings.HUILIU_CLOCK.now().date())
    if found is None:
        raise HttpError(404, "没有这次公开")
    return found


def _head(found: selectors.Standing) -> dict[str, Any]:
    one = found.disclosure
    return {
        "number": one.pk,
        "project": one.target_set.project,
        "year": one.target_set.year,
        "occasion": one.occasion,
        "reply_no": one.reply_no,
        "reply_on": one.reply_on,
        "due": found.due,
        "days_left": found.days_left,
        "deadline": found.verdict[1],
        "stage": found.stage,
        "package": found.newest.number if found.newest else None,
    }


def _package(one: DisclosurePackage) -> dict[str, Any]:
    return {
        "package": one.number,
        "digest": one.digest,
        "size": one.size,
        "source": one.source,
        "file_count": len(one.files),
        "masked_count": len(one.masked),
        "made_at": one.made_at,
        "request": one.request_id,
        "signed_on": one.signed_on,
    }
