"""What the answers of this part are made of: cells, figures, months, and which night was read."""

from dataclasses import asdict
from typing import Any

from huiliu.apps.datahub.selectors.display import Cell
from huiliu.apps.datahub.selectors.identified import Figure
from huiliu.apps.datahub.selectors.library import Source
from huiliu.apps.datahub.selectors.persons import Section
from huiliu.apps.datahub.selectors.timeline import Scheme


def figure_out(figure: Figure) -> dict[str, str]:
    """One figure of the strip."""
    return {name: str(getattr(figure, name)) for name in ("label", "value", "unit", "note")}


def section_out(section: Section) -> dict[str, Any]:
    """Rows of one table."""
    rows = [cells_out(row) for row in section.rows]
    return {"label": section.table.label, "cut": section.cut, "rows": rows}


def scheme_out(scheme: Scheme) -> dict[str, Any]:
    """Months of one scheme; amounts as text, so that no digit is lost."""
    months = [
        {"month": month.month, "state": month.state, "amount": None if month.amount is None else str(month.amount)}
        for month in scheme.months.values()
    ]
    return {"scheme": scheme.code, "name": scheme.name, "total": str(scheme.total), "months": months}


def cells_out(cells: Any) -> dict[str, dict[str, Any]]:
    """Cells by column name."""
    return {name: cell_out(cell) for name, cell in cells.items()}


def cell_out(cell: Cell) -> dict[str, Any]:
    """One cell, text only: the raw value of an open column is the same and would come in another spelling."""
    return {key: value for key, value in asdict(cell).items() if key in ("label", "text", "note", "masked")}


def read_out(source: Source) -> dict[str, Any]:
    """Which night was read."""
    names = ("business_date", "level", "snapshot", "batch", "newest")
    return {name: getattr(source, name) for name in names}
