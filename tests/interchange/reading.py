"""Documents read by the standard library alone: its codec, its XML parser (which knows no GB 18030), its CSV reader."""

import csv
import re
from pathlib import Path
from xml.etree import ElementTree

NAMESPACE = "{http://sxbw.audit.gov.cn/AppsDataInterfaceStandard/2019/Pension/XMLSchema}"
Record = dict[str, str]


def records(path: Path) -> list[tuple[str, Record]]:
    """Every record of a document: its name, and the texts of its elements by name."""
    text = path.read_bytes().decode("gb18030", "strict")
    assert text.startswith('<?xml version="1.0" encoding="GB18030"?>\n')
    root = ElementTree.fromstring(re.sub(r"^<\?xml[^>]*\?>", "", text))
    assert root.tag == NAMESPACE + path.stem
    return [(_bare(node.tag), {_bare(cell.tag): cell.text or "" for cell in node}) for node in root]


def lines(path: Path) -> list[Record]:
    """Every line of a table of CSV by the heading; a cell without a text is left out."""
    with path.open(encoding="gb18030", errors="strict", newline="") as stream:
        return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(stream)]


def _bare(tag: str) -> str:
    assert tag.startswith(NAMESPACE)
    return tag.removeprefix(NAMESPACE)
