"""Files that were brought in, and how the office reads each kind of export."""

from django.db.models import Count, Q, QuerySet

from huiliu.apps.funds.models import ImportFile, ImportMapping, ImportRow, ProjectYear
from huiliu.budget.import_mapping import ImportMapping as Mapping
from huiliu.budget.import_mapping import mapping_of
from huiliu.catalog.fund_imports import import_mappings


def mappings() -> dict[str, Mapping]:
    """Every kind of export by code: the office's own newest version, else that of the catalog."""
    own = {row.code: row for row in ImportMapping.objects.order_by("number")}
    known = import_mappings()
    return {code: mapping_of(code, own[code].content) if code in own else one for code, one in known.items()}


def version_of(code: str) -> ImportMapping | None:
    """The office's newest version of a kind of export; None where the catalog's is used."""
    return ImportMapping.objects.filter(code=code).select_related("saved_by").order_by("-number").first()


def imports_of(year: ProjectYear) -> QuerySet[ImportFile]:
    """The year's files, newest first, with how many rows became events."""
    new = Count("rows", filter=Q(rows__outcome="new"))
    return (
        ImportFile.objects.filter(year=year)
        .select_related("uploaded_by", "year__project")
        .annotate(written=Count("rows"), new=new)
        .order_by("-pk")  # a grouped query leaves the order of the model out
    )


def import_of(year: ProjectYear, number: int) -> ImportFile | None:
    """One file of the year."""
    return imports_of(year).filter(pk=number).first()


def rows_of(file: ImportFile) -> list[ImportRow]:
    """What became of each row; empty before the file was written into the ledger."""
    return list(file.rows.select_related("event", "written_by"))
