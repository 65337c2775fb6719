"""What can be printed of a project's year: its evaluation as one object, and the layouts that fit it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from huiliu.apps.performance.models import Status, TargetSet
from huiliu.apps.performance.selectors import assessments
from huiliu.apps.performance.selectors.assessments import Assessed
from huiliu.apps.performance.selectors.filings import drafted, filed_file, filing_of
from huiliu.catalog.loader import HOME as CATALOG
from huiliu.documents.compose import Content
from huiliu.documents.evaluation_file import EvaluationFile
from huiliu.documents.printed_forms.grid import Form
from huiliu.documents.printed_forms.layout import form_of
from huiliu.kernel.yamls import load_yaml


@dataclass(frozen=True)
class Printable:
    """A project's year with its evaluation; without one `found.refusal` says why nothing can be printed."""

    found: Assessed
    file: EvaluationFile | None
    is_filed: bool = False

    @property
    def layouts(self) -> tuple[Content, ...]:
        """The layouts that fit the way of scoring, the one made for it first."""
        return fitting(self.file.profile.id) if self.file else ()

    def form(self, name: str) -> Form | None:
        """One of its forms by the name of its layout; None where there is no such or it does not fit."""
        content = next((one for one in self.layouts if one["id"] == name), None)
        return form_of(content, self.file) if content and self.file else None


def find(project: str, year: int, today: date) -> Printable | None:
    """What can be printed of a project's year: what was filed as it was signed, else the draft as it stands."""
    found = assessments.find(project, year, today)
    if found is None:
        return None
    filed = filed_file(project, year)
    if filed is not None:
        return Printable(found, filed, is_filed=True)
    scored = found.result is not None and found.version is not None
    return Printable(found, drafted(found, today, filing_of(project, year)).file if scored else None)


def years() -> list[TargetSet]:
    """The projects' years that have targets in force, newest first: what a template can be tried with."""
    return list(TargetSet.objects.filter(versions__status=Status.APPROVED).order_by("-year", "project"))


@cache
def layouts() -> Mapping[str, Content]:
    """Every layout of the catalogue by its id."""
    found = (load_yaml(path) for path in sorted((CATALOG / "forms").glob("*.yaml")))
    return {one["id"]: one for one in found}


def fitting(profile: str) -> tuple[Content, ...]:
    """The layouts made for a way of scoring, then those for any."""
    own = tuple(one for one in layouts().values() if one.get("profile") == profile)
    return own + tuple(one for one in layouts().values() if "profile" not in one)
