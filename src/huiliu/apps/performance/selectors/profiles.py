"""Scoring profiles: those of the catalog, and those that the unit wrote itself, read by the same reader."""

from collections.abc import Mapping

from huiliu.apps.performance.models import TargetSet, WrittenProfile
from huiliu.catalog.profiles import profiles as catalog
from huiliu.kernel.registry import Registry
from huiliu.scoring.profile import Profile
from huiliu.scoring.profile_reader import profile_of


def profile(code: str) -> Profile:
    """One profile; CODE-002 where there is none. The catalog's names come first and cannot be taken."""
    written = None if code in catalog() else written_by_code(code)
    return _read(written) if written else catalog()[code]


def every() -> Mapping[str, Profile]:
    """All profiles by code, the catalog's first."""
    found: Registry[Profile] = Registry("评分方案")
    for code, one in catalog().items():
        found.add(code, one)
    for written in WrittenProfile.objects.all():
        if written.code not in found:
            found.add(written.code, _read(written))
    return found


def scoring() -> Mapping[str, Profile]:
    """Those that targets can be scored by."""
    return {code: one for code, one in every().items() if one.rule != "none"}


def written_by_code(code: str) -> WrittenProfile | None:
    """A profile that the unit wrote."""
    return WrittenProfile.objects.filter(code=code).first()


def used_by(code: str) -> list[TargetSet]:
    """Targets that are scored by a profile."""
    return list(TargetSet.objects.filter(profile=code))


def _read(written: WrittenProfile) -> Profile:
    return profile_of(written.data, written.code)
