"""The page about doctor names every check, and no other."""

import re
from pathlib import Path

from huiliu.config.doctor.findings import checks

PAGE = Path(__file__).parents[2] / "docs" / "doctor.md"


def test_the_page_lists_the_checks():
    rows = re.findall(r"^\| `(\w+)` \|", PAGE.read_text("utf-8").split("| check |")[1], re.M)
    assert sorted(rows) == sorted(code for code, one in checks().items() if one.general)
