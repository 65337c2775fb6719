"""Disclosures: which there are, how far each is, and how many days are left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import QuerySet

from huiliu.apps.performance.models import Disclosure, DisclosurePackage, DisclosurePublication
from huiliu.catalog import disclosure as catalog

REGISTERED, MADE, ASKED, RETURNED, SIGNED, PUBLISHED = "registered", "made", "asked", "returned", "signed", "published"
STAGES = {
    REGISTERED: "待生成材料",
    MADE: "待提交审批",
    ASKED: "审批中",
    RETURNED: "已退回，待重新生成",
    SIGNED: "待公开",
    PUBLISHED: "已公开",
}


@dataclass(frozen=True)
class Standing:
    """One disclosure with its packages, newest first, what was published, and the deadline as of `today`."""

    disclosure: Disclosure
    packages: Sequence[DisclosurePackage]
    publications: Sequence[DisclosurePublication]
    today: date

    @property
    def newest(self) -> DisclosurePackage | None:
        """The package in hand."""
        return self.packages[0] if self.packages else None

    @property
    def stage(self) -> str:
        """A key of STAGES."""
        package = self.newest
        if self.publications:
            return PUBLISHED
        if package is None:
            return REGISTERED
        if package.signed_on:
            return SIGNED
        if package.request is None:
            return MADE
        return ASKED if package.request.status == "pending" else RETURNED

    @cached_property
    def due(self) -> date:
        """The last day on which to publish."""
        return self.occasion.due(self.disclosure.reply_on)

    @property
    def occasion(self) -> catalog.Occasion:
        """Its rules."""
        return catalog.occasions()[self.disclosure.occasion]

    @property
    def basis(self) -> str:
        """Why that day."""
        return self.occasion.deadline(self.disclosure.reply_on).basis

    @property
    def days_left(self) -> int:
        """Until the last day; below 0 once it is over. Of what is published, as of that day."""
        end = self.publications[0].published_on if self.publications else self.today
        return (self.due - end).days

    @property
    def verdict(self) -> tuple[str, str]:
        """Colour and words of the deadline."""
        left = self.days_left
        if self.publications:
            return ("warn", f"已公开，逾期 {-left} 天") if left < 0 else ("pass", "已按期公开")
        if left < 0:
            return "fail", f"逾期 {-left} 天未公开"
        word = "今天到期" if left == 0 else f"还有 {left} 天"
        return ("warn" if left <= catalog.soon_days() else "none"), word


def everything() -> QuerySet[Disclosure]:
    """All, with what their page needs."""
    found = Disclosure.objects.select_related("target_set")
    return found.prefetch_related("packages__request", "packages__publications")


def standing(disclosure: Disclosure, today: date) -> Standing:
    """Where it stands; no further query for one that comes from `everything`."""
    packages = sorted(disclosure.packages.all(), key=lambda one: -one.number)
    published = [one for package in packages for one in package.publications.all()]
    return Standing(disclosure, packages, sorted(published, key=lambda one: (one.published_on, one.pk)), today)


def found(number: int, today: date) -> Standing | None:
    """One of them."""
    disclosure = everything().filter(pk=number).first()
    return standing(disclosure, today) if disclosure else None


def open_ones(today: date) -> list[Standing]:
    """What is not published yet, the earliest last day first."""
    waiting = everything().exclude(packages__publications__isnull=False)
    return sorted((standing(one, today) for one in waiting), key=lambda one: one.due)


def package_of(disclosure: Disclosure, number: int) -> DisclosurePackage | None:
    """A package by its number within the disclosure."""
    return DisclosurePackage.objects.select_related("request").filter(disclosure=disclosure, number=number).first()
