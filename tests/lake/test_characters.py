"""Every assigned character that GB18030 can say, through a whole night, and back as it was."""

import subprocess
import sys
import unicodedata
from datetime import date

import pytest

from huiliu.lake.records import Outcome
from lake.builder import PERSON, STAMP, Part, csv_bytes, write_batch
from lake.conftest import Site
from support.tools import RequireTool

_NEVER = {"Cs", "Cn"}  # surrogates are no characters; the rest of Cn is not assigned

# What GB18030-2022 puts at two-byte codes that the edition of 2000, for want of code points, gave private ones.
STANDARD = {
    **dict(zip(("a6d9", "a6da", "a6db", "a6dc", "a6dd"), "︐︒︑︓︔", strict=True)),
    **dict(zip(("a6de", "a6df", "a6ec", "a6ed", "a6f3"), "︕︖︗︘︙", strict=True)),
    **dict(zip(("fe59", "fe61", "fe66", "fe67"), "龴龵龶龷", strict=True)),
    **dict(zip(("fe6d", "fe7e", "fe90", "fea0"), "龸龹龺龻", strict=True)),
    "a8bc": "ḿ",
}
PRIVATE = {bytes.fromhex(code).decode("gb18030") for code in STANDARD}


def assigned() -> list[str]:
    """All assigned characters, private ones too, but NUL, line ends and the private ones that have been assigned."""
    points = (chr(point) for point in range(1, sys.maxunicode + 1))
    return [c for c in points if unicodedata.category(c) not in _NEVER and c not in "\r\n" and c not in PRIVATE]


def cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def rows_of(characters: list[str]) -> list[tuple[str, ...]]:
    """Sixteen characters a name, between brackets so that spaces are inside; the row's number is its identifier."""
    chunks = [characters[at : at + 16] for at in range(0, len(characters), 16)]
    return [(f"P{n:06}", cell(f"[{''.join(chunk)}]"), "1", "", "", STAMP) for n, chunk in enumerate(chunks)]


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_every_assigned_character_survives_a_night(site: Site, encoding: str) -> None:
    characters = assigned()
    assert len(characters) > 280_000
    rows = rows_of(characters)
    write_batch(site.inbox, date(2025, 4, 1), {"person": Part(PERSON, rows, encoding=encoding)})
    assert site.last().outcome is Outcome.PUBLISHED
    found = "".join(name[1:-1] for _, name in site.rows("SELECT person_no, name FROM person ORDER BY 1"))
    assert found == "".join(characters)


def test_codes_that_were_private_once_are_read_as_the_standard_now_says(site: Site) -> None:
    """A surname like 龴 is delivered as FE59 by every edition's writer; only its reading has changed."""
    assert len(STANDARD) == 19
    lines = [b"P%03d,%s,1,,,\n" % (n, bytes.fromhex(code)) for n, code in enumerate(STANDARD)]
    data = (",".join(PERSON) + "\n").encode() + b"".join(lines)
    part = Part(PERSON, [], data=data, encoding="gb18030", told={"rows": 19, "control_sums": None})
    write_batch(site.inbox, date(2025, 4, 1), {"person": part})
    assert site.last().outcome is Outcome.PUBLISHED
    assert [name for _, name in site.rows("SELECT person_no, name FROM person ORDER BY 1")] == list(STANDARD.values())


def test_four_byte_names_of_an_independent_encoder(site: Site, require_tool: RequireTool) -> None:
    """What glibc writes as GB18030 is read as the same text: names of two bytes, and of four from each plane."""
    names = ["张三", "李㛃", "王𬭎", "赵䶮", "钱𠮷", "孙𪚥", "朱镕基", "丂丄丅", "㐀㐁", "龴\U00030000\U0002ebe0"]
    text = csv_bytes(PERSON, [(f"P{n:03}", name, "1", "", "", STAMP) for n, name in enumerate(names)])
    iconv = require_tool("iconv")
    data = subprocess.run([iconv, "-f", "UTF-8", "-t", "GB18030"], input=text, capture_output=True, check=True).stdout
    part = Part(PERSON, [], data=data, encoding="gb18030", told={"rows": len(names), "control_sums": None})
    write_batch(site.inbox, date(2025, 4, 1), {"person": part})
    assert site.last().outcome is Outcome.PUBLISHED
    assert [name for _, name in site.rows("SELECT person_no, name FROM person ORDER BY 1")] == names


def test_identifiers_are_identical_byte_by_byte(site: Site) -> None:
    """Zeros in front, long digits, letters of both cases, what looks like a number, and characters that look alike."""
    ids = ["000123", "0", "1e5", "1.0", "-0", "+1", "a", "A", "Ａ", "4416021990010112", "44160219900101001X"]
    ids += ["9" * 40, "a b", "0x1F", "NULL", "null", "\\N", "NaN", "１２３", "\u200b7", "𠮷"]
    ids += ["\u01f0", "j\u030c", "\u00e9", "e\u0301"]  # the same to the eye, not to a key
    rows = [(no, f"名{n:02}", "1", "", "", STAMP) for n, no in enumerate(ids)]
    write_batch(site.inbox, date(2025, 4, 1), {"person": Part(PERSON, rows, encoding="gb18030")})
    assert site.last().outcome is Outcome.PUBLISHED
    assert [no for no, _ in site.rows("SELECT person_no, name FROM person ORDER BY name")] == ids
