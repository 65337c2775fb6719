"""Says where the sheets of a workbook end; run as its own process, which may die of one without ending the night.

The reader makes room for every cell up to the last one, so that two cells can ask for more memory than there is. With
`texts` behind the path it also says how many signs all texts have: one long text may stand in every cell.
"""

import json
import resource
import sys
from typing import Any

from python_calamine import CalamineError, load_workbook

_MEMORY = 2 << 30
_UNREADABLE = 3


def _limit(kind: int, most: int) -> None:
    hard = resource.getrlimit(kind)[1]
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(kind, (least, hard))


def _signs(sheet: Any) -> int:
    """Row by row: this process never holds more than one row of them."""
    return sum(len(cell) for row in sheet.iter_rows() for cell in row if isinstance(cell, str))


if __name__ == "__main__":
    _limit(resource.RLIMIT_AS, _MEMORY)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        book = load_workbook(sys.argv[1])
        sheets = [book.get_sheet_by_index(number) for number in range(len(book.sheet_names))]
        told: Any = [sheet.end for sheet in sheets]
        if sys.argv[2:] == ["texts"]:
            told = {"ends": told, "signs": sum(map(_signs, sheets))}
    except (CalamineError, ValueError):
        sys.exit(_UNREADABLE)
    sys.stdout.write(json.dumps(told))
